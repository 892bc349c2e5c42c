import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openRandomStream, quantile } from "../src/core/index.ts";
import { imagesOfRecipe, particleRecipeSchema } from "../src/particles/index.ts";
import type { Modality } from "../src/image/index.ts";
import { catalystImages, markedDiscs, sootImages } from "./particle-sets/marked-images.ts";
import type { MarkedImage } from "./particle-sets/marked-images.ts";
import { nuisances } from "./particle-sets/nuisances.ts";
import type { Nuisances } from "./particle-sets/nuisances.ts";

/** Radius from which a simulated particle counts, as in the score of the detectors [px]. */
const LEAST_RADIUS_PX = 4;
/** Scenes of one kind, to be compared with the real images of that kind. */
const SCENES = {
  aggregates: { aggregateShare: 1, supportedShare: 0 },
  "on supports": { aggregateShare: 0, supportedShare: 1 },
  "on film": { aggregateShare: 0, supportedShare: 0 },
} as const;

/**
 * Measures what real images and simulated training images tell of their recording, and prints both side by side: for each number the
 * 5, 50 and 95 % of the images, and the share of the real ones outside of what 98 % of the simulated ones show.
 *
 * @param args --data FOLDER (../shared/data), --count simulated images of a kind (60), --each to print every image
 */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: "string", default: "../shared/data" },
      count: { type: "string", default: "60" },
      each: { type: "boolean", default: false },
    },
  });
  const count = Number(values.count);
  const own = {
    soot: simulated("bright-field", "aggregates", count),
    dark: simulated("haadf", "on supports", count),
    bright: simulated("bright-field", "on supports", count),
  };
  const real = {
    soot: await measured(join(values.data, "soot_tem"), sootImages, values.each),
    catalysts: await measured(join(values.data, "stem_catalyst_yolo"), catalystImages, values.each),
  };
  const [dark, bright] = [true, false].map((isBright) =>
    real.catalysts.filter(({ isMatterBright }) => isMatterBright === isBright),
  );
  compare("soot", real.soot, "bright-field aggregates", own.soot);
  compare("HAADF catalysts", dark, "HAADF on supports", own.dark);
  compare("bright-field catalysts", bright, "bright-field on supports", own.bright);
}

interface Measured {
  readonly isMatterBright: boolean;
  readonly numbers: Nuisances;
}

async function measured(
  folder: string,
  read: (folder: string) => Promise<MarkedImage[]>,
  isPrinted: boolean,
): Promise<Measured[]> {
  if (!existsSync(folder)) {
    console.log(JSON.stringify({ skipped: `no folder ${folder}` }));
    return [];
  }
  return (await read(folder)).map((marked) => {
    const { name, image, mask, isMatterBright } = marked;
    const numbers = nuisances({ image, mask, isMatterBright, discs: markedDiscs(marked) });
    if (isPrinted) console.log(JSON.stringify({ image: name, isMatterBright, ...rounded(numbers) }));
    return { isMatterBright, numbers };
  });
}

function simulated(modality: Modality, kind: keyof typeof SCENES, count: number): Measured[] {
  const drawImage = imagesOfRecipe(
    particleRecipeSchema.parse({ name: "bench", modality, scenes: SCENES[kind] }),
  );
  return Array.from({ length: count }, (_, i) => {
    process.stderr.write(`\r${modality} ${kind} ${i + 1}/${count} `);
    const { image, side, particles } = drawImage(openRandomStream(20_261, "nuisance", modality, kind, i));
    const isMatterBright = modality === "haadf";
    const discs = particles.filter(({ isSeen, radiusPx }) => isSeen && radiusPx >= LEAST_RADIUS_PX);
    if (discs.length === 0) return null;
    const data = isMatterBright ? image : image.map((value) => -value);
    const drawn = { width: side, height: side, data, intensityUnit: "arbitrary", pixelSizeNm: null } as const;
    return { isMatterBright, numbers: nuisances({ image: drawn, mask: null, isMatterBright, discs }) };
  }).filter((one) => one !== null);
}

function compare(realName: string, real: readonly Measured[], name: string, own: readonly Measured[]): void {
  const keys = [...new Set([...real, ...own].flatMap(({ numbers }) => Object.keys(numbers)))];
  for (const key of keys) {
    const valuesOf = (all: readonly Measured[]) =>
      all.flatMap(({ numbers }) => (numbers[key] === undefined ? [] : [numbers[key]]));
    const [theirs, ours] = [valuesOf(real), valuesOf(own)];
    if (theirs.length === 0 || ours.length === 0) continue;
    const [low, high] = [0.01, 0.99].map((share) => quantile(ours, share));
    const outside = theirs.filter((value) => value < low || value > high).length;
    console.log(
      JSON.stringify({
        number: key,
        [realName]: range(theirs),
        [name]: range(ours),
        outside: `${outside} of ${theirs.length}`,
      }),
    );
  }
}

const range = (values: readonly number[]) =>
  [0.05, 0.5, 0.95].map((share) => Number(quantile(values, share).toPrecision(3)));

const rounded = (numbers: Nuisances) =>
  Object.fromEntries(Object.entries(numbers).map(([key, value]) => [key, Number(value.toPrecision(3))]));
