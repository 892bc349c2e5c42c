import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { parse } from "yaml";
import { isAsked, trueParticles } from "../src/benchmark/index.ts";
import { coefficientOfDetermination } from "../src/core/index.ts";
import { drawSample } from "../src/corpus/index.ts";
import { inversionRecipeSchema, planInversion } from "../src/inverse/index.ts";
import {
  detectionScores,
  discOverlap,
  findParticles,
  matchDiscs,
  openDetector,
} from "../src/particles/index.ts";
import type { Matching } from "../src/particles/index.ts";

/** Classes of the share of the signal at its centre that is a particle's own. */
const SHARES = [0.2, 0.4, 0.6, 0.8] as const;

/**
 * Scores the HAADF detector on images of an inversion's recipe: F1, recall by how much of a particle other matter hides, materials
 * by the fit and by the detector alone, and the number fraction counted from the list.
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
  const classes = SHARES.map((from) => ({ from, seen: 0, found: 0 }));
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
    const [asked, others] = [all.filter(isAsked), all.filter((disc) => !isAsked(disc))];
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
    const found = particles.filter((disc) => !others.some((other) => discOverlap(other, disc) >= 0.5));
    const matching = matchDiscs(asked.length, found.length, (t, f) => discOverlap(asked[t], found[f]));
    matchings.push(matching);
    const hits = new Set(matching.pairs.map(([t]) => t));
    asked.forEach(({ ownShare }, t) => {
      const own = classes.findLast(({ from }) => ownShare >= from);
      if (own === undefined) return;
      own.seen++;
      if (hits.has(t)) own.found++;
    });
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
      recallByOwnShare: classes.map(({ from, seen, found }) => ({ from, seen, recall: found / seen })),
      wrongMaterial: wrong / pairs,
      wrongMaterialByDetectorAlone: wrongAlone / pairs,
      numberFractionR2: coefficientOfDetermination(counted, truth),
      secondsPerImage: (performance.now() - started) / 1000 / matchings.length,
    }),
  );
}
