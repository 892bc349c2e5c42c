import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import jpeg from "jpeg-js";
import { parse } from "yaml";
import { openRandomStream, type GrayImage, type RandomStream } from "../src/core/index.ts";
import { drawSamples, type SampleLabels } from "../src/corpus/index.ts";
import {
  invertImages,
  openInversion,
  planInversion,
  sourceImage,
  shippedModel,
  inversionRecipeSchema,
  type Inversion,
} from "../src/inverse/index.ts";
import { readImageFile } from "../src/micrograph/index.ts";
import { openDetector, type Detector } from "../src/particles/index.ts";
import { pngBytes } from "../src/report/index.ts";
import {
  appendBar,
  blownUp,
  burnBar,
  burnBox,
  dimmed,
  filled,
  gamma,
  grey,
  saturated,
  setPixels,
  type Picture,
} from "../test/helpers/picture-faults.ts";

/** The built benchmark lies in dist/bench. */
const PACKAGE = join(dirname(fileURLToPath(import.meta.url)), "../..");

/** What becomes of a picture between the microscope and the reader. */
interface Fault {
  readonly name: string;
  readonly apply: (rng: RandomStream, picture: Picture) => Picture;
  /** Quality of the JPEG file; a PNG file where there is none. */
  readonly jpegQuality?: number;
  /** Stated over true pixel size. */
  readonly pixelSizeFactor?: number;
}

const untouched = (_: RandomStream, picture: Picture) => picture;

const FAULTS: readonly Fault[] = [
  { name: "a: nothing", apply: untouched },
  { name: "b: burned-in bar and text", apply: (_, picture) => burnBar(picture) },
  { name: "c: data bar beneath", apply: (_, picture) => appendBar(picture) },
  { name: "d: 0.3 % hot pixels", apply: (rng, picture) => setPixels(rng, dimmed(picture, 0.7), 0.003, 255) },
  { name: "e: JPEG 60", apply: untouched, jpegQuality: 60 },
  { name: "f: JPEG 75", apply: untouched, jpegQuality: 75 },
  { name: "g: gamma 0.5", apply: (_, picture) => gamma(picture, 0.5) },
  { name: "h: pixel size 1.5 times too large", apply: untouched, pixelSizeFactor: 1.5 },
  { name: "h: pixel size 1.5 times too small", apply: untouched, pixelSizeFactor: 1 / 1.5 },
  { name: "i: 0.3 % dead pixels", apply: (rng, picture) => setPixels(rng, picture, 0.003, 0) },
  { name: "j: binned twice and blown up", apply: (_, picture) => blownUp(picture) },
  { name: "k: gamma 2", apply: (_, picture) => gamma(picture, 2) },
  { name: "l: white line of 23 x 2 px", apply: (_, picture) => filled(picture, [12, 140, 23, 2], 255) },
  { name: "m: black box with light text", apply: (_, picture) => burnBox(picture) },
  { name: "n: 1 % saturated", apply: (_, picture) => saturated(picture, 0.01) },
];

/**
 * What people and programs do to an image after it was recorded: how many of the images are still answered, and how often the 95 %
 * intervals of particle count and number fraction hold the truth; a line a fault.
 *
 * @param args --count images, --seed N, --threads N, --only letters of faults such as "abd"
 */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      count: { type: "string", default: "24" },
      seed: { type: "string", default: "5" },
      threads: { type: "string", default: "2" },
      only: { type: "string", default: FAULTS.map(({ name }) => name[0]).join("") },
    },
  });
  const samples = await drawPictures(Number(values.seed), Number(values.count));
  const folder = mkdtempSync(join(tmpdir(), "heterostem-recording-"));
  const inversion = await openInversion(shippedModel([samples[0].image], PACKAGE), Number(values.threads));
  const detectorPath = join(PACKAGE, "models/particles-haadf.onnx");
  const finder = openDetector(readFileSync(detectorPath), {
    threads: Number(values.threads),
    where: detectorPath,
  });
  const call = { inversion, finder, folder };
  try {
    for (const fault of FAULTS.filter(({ name }) => values.only.includes(name[0]))) {
      const outcomes = [];
      for (const sample of samples) outcomes.push(await answer(call, { fault, sample }));
      process.stdout.write(`${JSON.stringify(rowOf(fault.name, outcomes))}\n`);
    }
  } finally {
    await finder.dispose();
    await inversion.network.dispose();
    rmSync(folder, { recursive: true });
  }
}

interface Sample {
  readonly labels: SampleLabels;
  /** Grey levels of the export; only its kind of intensity matters. */
  readonly image: Pick<GrayImage, "intensityUnit">;
  readonly picture: Picture;
  readonly pixelSizeNm: number;
}

/** Images of the recipe that ships, exported as people do: black at the darkest pixel, white at the brightest 0.1 %. */
async function drawPictures(seed: number, count: number): Promise<Sample[]> {
  const recipe: unknown = parse(readFileSync(join(PACKAGE, "configs/tio2-wo3.yaml"), "utf8"));
  const { samples } = planInversion(inversionRecipeSchema.parse({ ...(recipe as object), seed }));
  const pictures: Sample[] = [];
  for await (const { image, labels } of drawSamples(samples, { count, workers: 2 })) {
    const sorted = image.data.slice().sort();
    const [low, high] = [sorted[0], sorted[Math.floor(0.999 * sorted.length)]];
    const pixels = Uint8Array.from(image.data, (value) => grey((255 * (value - low)) / (high - low)));
    const { width, height } = image;
    const pixelSizeNm = image.pixelSizeNm ?? NaN;
    pictures.push({
      labels,
      image: { intensityUnit: "arbitrary" },
      picture: { width, height, pixels },
      pixelSizeNm,
    });
  }
  return pictures;
}

interface Call {
  readonly inversion: Inversion;
  readonly finder: Detector;
  /** Where pictures are written to be read. */
  readonly folder: string;
}

interface Outcome {
  readonly isTrusted: boolean;
  readonly holdsCount: boolean;
  readonly holdsFraction: boolean;
}

/** Answers one picture as `heterostem invert` does. */
async function answer(
  { inversion, finder, folder }: Call,
  { fault, sample }: { readonly fault: Fault; readonly sample: Sample },
): Promise<Outcome> {
  const { labels, picture, pixelSizeNm } = sample;
  const rng = openRandomStream(1, "recording", fault.name, labels.sampleIndex);
  const path = join(folder, `${labels.sampleIndex}.${fault.jpegQuality === undefined ? "png" : "jpg"}`);
  writeFileSync(path, fileBytes(fault.apply(rng, picture), fault.jpegQuality));
  const refused = { isTrusted: false, holdsCount: false, holdsFraction: false };
  try {
    const request = { pixelSizeNm: pixelSizeNm * (fault.pixelSizeFactor ?? 1) };
    const file = sourceImage(await readImageFile(path, request));
    const [{ verdict, estimates }] = await invertImages(inversion, [file], { finder });
    if (verdict !== "in distribution") return refused;
    const holds = (key: "particleCount" | "numberFraction") => {
      const [low, high] = estimates.find((estimate) => estimate.key === key)?.intervals["0.95"] ?? [1, 0];
      return labels.parameters[key] >= low && labels.parameters[key] <= high;
    };
    return { isTrusted: true, holdsCount: holds("particleCount"), holdsFraction: holds("numberFraction") };
  } catch (error) {
    // an image that is refused for a reason, such as saturation, is not trusted either
    if (error instanceof RangeError) return refused;
    throw error;
  }
}

function rowOf(name: string, outcomes: readonly Outcome[]) {
  const trusted = outcomes.filter(({ isTrusted }) => isTrusted);
  const count = (is: (outcome: Outcome) => boolean) => trusted.filter(is).length;
  return {
    fault: name,
    images: outcomes.length,
    inDistribution: trusted.length,
    countHeld: count(({ holdsCount }) => holdsCount),
    fractionHeld: count(({ holdsFraction }) => holdsFraction),
    bothHeld: count(({ holdsCount, holdsFraction }) => holdsCount && holdsFraction),
  };
}

function fileBytes({ width, height, pixels }: Picture, jpegQuality: number | undefined): Uint8Array {
  if (jpegQuality === undefined) return pngBytes({ width, height, pixels, channels: 1 });
  const rgba = new Uint8Array(4 * pixels.length);
  pixels.forEach((value, i) => rgba.set([value, value, value, 255], 4 * i));
  return jpeg.encode({ width, height, data: rgba }, jpegQuality).data;
}
