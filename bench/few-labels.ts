import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { parse } from "yaml";
import { trueParticles } from "../src/benchmark/index.ts";
import { bootstrapInterval, coefficientOfDetermination, mean, openRandomStream } from "../src/core/index.ts";
import type { BootstrapInterval, GrayImage } from "../src/core/index.ts";
import { drawSample } from "../src/corpus/index.ts";
import { inversionRecipeSchema, planInversion } from "../src/inverse/index.ts";
import { sampleMaterials } from "../src/particles/elements/sample-materials.ts";
import { particleStrengths } from "../src/particles/fit/assign-materials.ts";
import { drawElementMaps, findParticles, openDetector, withDensities } from "../src/particles/index.ts";
import { projectedContacts } from "../src/particles/measure/contacts.ts";
import { comparePseudoLabels } from "./parts/pseudo-labels.ts";
import { compareMeanTeacher } from "./parts/teacher-on-sets.ts";

/** Counts of the ground over those of particles. */
const GROUND_SHARE = 0.1;
const ELEMENTS = ["Ti", "W"] as const;

/** A number as it was found, and as it is. */
type Pair = readonly [found: number, truth: number];

/** What is said of one image. */
interface Row {
  readonly discs: "true" | "found";
  readonly countsPerParticle: number;
  readonly by: "image" | "maps" | "both";
  /** Null of found discs, of which nobody says which true one they are. */
  readonly wrongMaterial: number | null;
  readonly fraction: Pair;
  readonly isHeld: boolean;
  readonly hetero: Pair | null;
}

type TrueDisc = ReturnType<typeof trueParticles>[number];

/**
 * What element maps beside the image add: number fraction and share of contacts between the materials, of true discs and of found
 * ones, by maps of some counts a particle, by the image, and by both.
 *
 * With --set FOLDER, a prepared set of labelled micrographs: what pseudo-labels on the rest add to few labelled images;
 * with --teacher WEIGHT, what a mean teacher adds that weighs its disagreement so.
 *
 * @param args --set FOLDER, --labelled images (a mean teacher: several, all), --seeds N, --steps (of each half), --teacher WEIGHT; else --recipe FILE of TiO2 and WO3 (configs/tio2-wo3.yaml), --model FILE, --count images, --seed N, --doses 1,10,100
 */
export async function run(args: readonly string[]): Promise<void> {
  const root = join(import.meta.dirname, "../..");
  const { values } = parseArgs({
    args: [...args],
    options: {
      recipe: { type: "string", default: join(root, "configs/tio2-wo3.yaml") },
      model: { type: "string", default: join(root, "models/particles-haadf.onnx") },
      count: { type: "string", default: "24" },
      seed: { type: "string", default: "20260" },
      doses: { type: "string", default: "1,10,100" },
      set: { type: "string" },
      labelled: { type: "string", default: "2" },
      seeds: { type: "string", default: "5" },
      steps: { type: "string", default: "150" },
      teacher: { type: "string" },
    },
  });
  if (values.set !== undefined) {
    const [seeds, steps] = [values.seeds, values.steps].map(Number);
    const shared = { set: values.set, seeds, steps, threads: 1 };
    const counts = values.labelled.split(",").map((text) => (text === "all" ? Infinity : Number(text)));
    if (values.teacher !== undefined) {
      await compareMeanTeacher({ ...shared, labelled: counts, weight: Number(values.teacher) });
      return;
    }
    await comparePseudoLabels({ ...shared, labelled: counts[0] });
    return;
  }
  const seed = Number(values.seed);
  const doses = [0, ...values.doses.split(",").map(Number)];
  const recipe = inversionRecipeSchema.parse(parse(readFileSync(values.recipe, "utf8")));
  const { samples, materials } = planInversion({ ...recipe, seed });
  const names = [materials[0].name, materials[1].name] as const;
  const { detectedPerNm } = samples.prepared;
  const distance = Math.log(detectedPerNm[1] / detectedPerNm[0]);
  const detector = openDetector(readFileSync(values.model), { threads: 1 });
  const rows: Row[] = [];
  for (let i = 0; i < Number(values.count); i++) {
    const { aggregate, image, labels } = drawSample(samples, i);
    const all = trueParticles({ aggregate, image, settings: labels.microscope }, detectedPerNm);
    const source = { path: `image ${i}`, name: `${i}`, image, mask: null, pixelSizeSource: null };
    const options = { modality: "haadf", materials: names } as const;
    const { particles } = await findParticles(() => detector, source, options);
    for (const kind of ["true", "found"] as const) {
      const discs = kind === "true" ? all : particles;
      const strengths = { values: particleStrengths(image, null, discs, "haadf"), distance };
      for (const dose of doses) {
        const rng = openRandomStream(seed, "maps", i, dose);
        const maps = withDensities(drawMaps(rng.fork("counts"), all, image, { dose, names }), names);
        for (const by of dose === 0 ? (["image"] as const) : (["maps", "both"] as const)) {
          const told = sampleMaterials(rng.fork(kind, by), {
            // of the image alone: maps of what no material holds
            maps: by === "image" ? maps.map((map) => ({ ...map, densities: [0, 0] as const })) : maps,
            discs,
            strengths: by === "maps" ? null : strengths,
            contacts: projectedContacts({ particles: discs }),
          });
          rows.push({ discs: kind, countsPerParticle: dose, by, ...judged(told, all, kind) });
        }
      }
    }
    process.stderr.write(`image ${i + 1} of ${values.count}\n`);
  }
  await detector.dispose();
  const keyOf = ({ discs, countsPerParticle, by }: Row) => JSON.stringify({ discs, countsPerParticle, by });
  for (const key of new Set(rows.map(keyOf))) {
    const own = rows.filter((row) => keyOf(row) === key);
    console.log(JSON.stringify({ ...JSON.parse(key), ...scored(own) }));
  }
}

function drawMaps(
  rng: ReturnType<typeof openRandomStream>,
  discs: readonly TrueDisc[],
  { width, height }: GrayImage,
  { dose, names }: { readonly dose: number; readonly names: readonly [string, string] },
) {
  const blank = { width: 1, height: 1, counts: new Int32Array(1), valuePerCount: 1 };
  const elements = withDensities(
    ELEMENTS.map((element) => ({ element, ...blank })),
    names,
  );
  return drawElementMaps(rng, discs, {
    width,
    height,
    elements,
    countsPerParticle: dose,
    groundShare: GROUND_SHARE,
  });
}

/** Holds an answer against the particles whose centre lies in the field. */
function judged(
  { secondProbabilities, numberFraction, heteroShare }: ReturnType<typeof sampleMaterials>,
  all: readonly TrueDisc[],
  kind: Row["discs"],
): Pick<Row, "wrongMaterial" | "fraction" | "isHeld" | "hetero"> {
  const fraction = mean(all.map(({ materialIndex }) => materialIndex));
  const pairs = projectedContacts({ particles: all });
  const hetero = mean(pairs.map(([i, j]) => Number(all[i].materialIndex !== all[j].materialIndex)));
  const isWrong = (value: number, k: number) => Number(value > 0.5) !== all[k].materialIndex;
  return {
    wrongMaterial: kind === "true" ? secondProbabilities.filter(isWrong).length / all.length : null,
    fraction: [numberFraction.value, fraction],
    isHeld: numberFraction.low <= fraction && fraction <= numberFraction.high,
    hetero: heteroShare === null || pairs.length === 0 ? null : [heteroShare.value, hetero],
  };
}

function scored(rows: readonly Row[]) {
  const wrong = rows.flatMap(({ wrongMaterial }) => (wrongMaterial === null ? [] : [wrongMaterial]));
  return {
    images: rows.length,
    wrongMaterial: wrong.length === 0 ? null : mean(wrong),
    numberFractionR2: determination(rows.map(({ fraction }) => fraction)),
    rangesThatHold: rows.filter(({ isHeld }) => isHeld).length,
    heteroContactsR2: determination(rows.flatMap(({ hetero }) => (hetero === null ? [] : [hetero]))),
  };
}

/** R2 with the interval of drawing images anew. */
function determination(pairs: readonly Pair[]): BootstrapInterval {
  const groups = pairs.map((pair) => [pair]);
  return bootstrapInterval(openRandomStream(1, "r2"), groups, (drawn) =>
    coefficientOfDetermination(
      drawn.map(([found]) => found),
      drawn.map(([, truth]) => truth),
    ),
  );
}
