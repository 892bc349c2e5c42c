import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { parse } from "yaml";
import { coefficientOfDetermination } from "../src/core/index.ts";
import { drawSample } from "../src/corpus/index.ts";
import type { Sample } from "../src/corpus/index.ts";
import { inversionRecipeSchema, planInversion } from "../src/inverse/index.ts";
import {
  detectionScores,
  discOverlap,
  findParticles,
  matchDiscs,
  openDetector,
} from "../src/particles/index.ts";
import type { Disc, Matching } from "../src/particles/index.ts";
import { viewAggregate } from "../src/stem-sim/index.ts";
import type { PreparedMicroscope } from "../src/stem-sim/index.ts";

/** Share of the signal at its centre from which a particle is asked for, and smallest radius [px]. */
const LEAST_SHARE = 0.2;
const LEAST_RADIUS_PX = 2;
/** Classes of that share. */
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
    const all = trueDiscs(sample, samples.prepared);
    const isAsked = ({ ownShare, radiusPx }: TrueDisc) =>
      ownShare >= LEAST_SHARE && radiusPx >= LEAST_RADIUS_PX;
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

interface TrueDisc extends Disc {
  readonly materialIndex: number;
  /** Share of the signal at its centre that is its own. */
  readonly ownShare: number;
}

/** The particles whose centres lie in the image, as discs of its pixels. */
function trueDiscs({ aggregate, labels, image }: Sample, { detectedPerNm }: PreparedMicroscope): TrueDisc[] {
  const { particleCount, centersNm, radiiNm, materialIndices } = viewAggregate(aggregate, labels.microscope);
  const pixelSizeNm = image.pixelSizeNm ?? NaN;
  const spheres = Array.from({ length: particleCount }, (_, k) => ({
    x: centersNm[3 * k],
    y: centersNm[3 * k + 1],
    radius: radiiNm[k],
    materialIndex: materialIndices[k],
  }));
  return spheres
    .map(({ x, y, radius, materialIndex }) => {
      const signal = spheres.reduce((sum, other) => {
        const square = other.radius ** 2 - (other.x - x) ** 2 - (other.y - y) ** 2;
        return sum + (square > 0 ? detectedPerNm[other.materialIndex] * 2 * Math.sqrt(square) : 0);
      }, 0);
      return {
        x: image.width / 2 + x / pixelSizeNm,
        y: image.height / 2 - y / pixelSizeNm,
        radiusPx: radius / pixelSizeNm,
        materialIndex,
        ownShare: (detectedPerNm[materialIndex] * 2 * radius) / signal,
      };
    })
    .filter(({ x, y }) => x >= 0 && y >= 0 && x < image.width && y < image.height);
}
