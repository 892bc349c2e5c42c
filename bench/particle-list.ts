import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { parse } from "yaml";
import { ownShares, trueParticles } from "../src/benchmark/index.ts";
import { coefficientOfDetermination } from "../src/core/index.ts";
import { drawSample } from "../src/corpus/index.ts";
import { inversionRecipeSchema, planInversion } from "../src/inverse/index.ts";
import { detectionScores, findParticles, openDetector } from "../src/particles/index.ts";
import type { Matching, Particle } from "../src/particles/index.ts";
import { matchList } from "./particle-sets/score-lists.ts";

/** Classes of the share of the signal at its centre that is a particle's own. */
const SHARES = [0.2, 0.4, 0.6, 0.8] as const;

/**
 * Scores the HAADF detector on images of an inversion's recipe: F1, also by how much of a particle other matter hides, materials
 * by the fit and by the detector alone, and the number fraction counted from the list.
 *
 * A true particle is of the class of its share of the signal at its centre; a found one of the class of that share among the found.
 *
 * @param args --recipe FILE (configs/tio2-wo3.yaml), --model FILE, --count images, --seed N
 */
export async function run(args: readonly string[]): Promise<void> {
  const root = join(import.meta.dirname, "../..");
  const { values } = parseArgs({
    args: [...args],
    options: {
      recipe: { type: "string", default: join(root, "configs/tio2-wo3.yaml") },
      model: { type: "string", default: join(root, "models/particles-haadf.onnx") },
      count: { type: "string", default: "60" },
      seed: { type: "string", default: "20260" },
    },
  });
  const recipe = inversionRecipeSchema.parse(parse(readFileSync(values.recipe, "utf8")));
  const { samples, materials } = planInversion({ ...recipe, seed: Number(values.seed) });
  const names = materials.map(({ name }) => name);
  const detector = openDetector(readFileSync(values.model), { threads: 2 });
  const matchings: Matching[] = [];
  const classes = SHARES.map((from) => ({ from, seen: 0, hit: 0, found: 0, right: 0 }));
  const classOf = (share: number) => classes.findLast(({ from }) => share >= from);
  const [truth, counted]: [number[], number[]] = [[], []];
  let [pairs, wrong, wrongAlone] = [0, 0, 0];
  const started = performance.now();
  for (let i = 0; i < Number(values.count); i++) {
    const sample = drawSample(samples, i);
    const { aggregate, image, labels } = sample;
    const all = trueParticles(
      { aggregate, image, settings: labels.microscope },
      samples.prepared.detectedPerNm,
    );
    const source = {
      path: `image ${i}`,
      name: `${i}`,
      image: sample.image,
      mask: null,
      pixelSizeSource: null,
    };
    const { particles } = await findParticles(() => detector, source, {
      modality: "haadf",
      materials: names,
    });
    const alone = await detector.detect(sample.image);
    const { matching, asked, counted: found } = matchList(all, particles);
    matchings.push(matching);
    const hits = new Set(matching.pairs.map(([t]) => t));
    asked.forEach(({ ownShare }, t) => {
      const own = classOf(ownShare);
      if (own === undefined) return;
      own.seen++;
      if (hits.has(t)) own.hit++;
    });
    const shares = foundShares(particles, names, samples.prepared.detectedPerNm);
    const right = new Set(matching.pairs.map(([, f]) => found[f].number));
    for (const { number } of found) {
      const own = classOf(shares[number - 1]);
      if (own === undefined) continue;
      own.found++;
      if (right.has(number)) own.right++;
    }
    for (const [t, f] of matching.pairs) {
      const { number, material } = found[f];
      pairs++;
      if (material !== names[asked[t].materialIndex]) wrong++;
      if (Number(alone[number - 1].secondProbability > 0.5) !== asked[t].materialIndex) wrongAlone++;
    }
    truth.push(all.filter(({ materialIndex }) => materialIndex === 1).length / all.length);
    counted.push(particles.filter(({ material }) => material === names[1]).length / particles.length);
  }
  await detector.dispose();
  console.log(
    JSON.stringify({
      images: matchings.length,
      ...detectionScores(matchings),
      byOwnShare: classes.map(({ from, seen, hit, found, right }) => {
        const [recall, precision] = [hit / seen, right / found];
        return { from, seen, recall, found, precision, f1: (2 * recall * precision) / (recall + precision) };
      }),
      wrongMaterial: wrong / pairs,
      wrongMaterialByDetectorAlone: wrongAlone / pairs,
      numberFractionR2: coefficientOfDetermination(counted, truth),
      secondsPerImage: (performance.now() - started) / 1000 / matchings.length,
    }),
  );
}

/** The own share of the signal of each found particle, all taken for balls of their materials. */
function foundShares(
  particles: readonly Particle[],
  [, second]: readonly string[],
  detectedPerNm: ArrayLike<number>,
): number[] {
  const balls = particles.map(({ x, y, radiusPx, material }) => {
    return { x, y, radius: radiusPx, materialIndex: Number(material === second) };
  });
  return ownShares(balls, detectedPerNm);
}
