import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { mean, median, openRandomStream } from "../src/core/index.ts";
import {
  boxOverlap,
  detectEither,
  detectionScores,
  discOverlap,
  explainImage,
  imagesOfRecipe,
  particleRecipeSchema,
  matchDiscs,
  openDetector,
  outlinedFields,
  outlineOverlap,
  PARTS_PER_IMAGE,
  readDetectorMetadata,
  trainDetector,
  TUNING,
} from "../src/particles/index.ts";
import type { Modality } from "../src/image/index.ts";
import type { Detector, Disc, FoundDisc, Matching, OutlinedImage } from "../src/particles/index.ts";
import { scoreForeign } from "./particle-sets/foreign-lists.ts";
import { timeLargeImage } from "./particle-sets/large-image.ts";
import { catalystImages, markedDiscs, sootImages } from "./particle-sets/marked-images.ts";
import type { MarkedImage } from "./particle-sets/marked-images.ts";
import { run as scoreList } from "./particle-list.ts";
import { houghDiscs } from "./parts/hough-discs.ts";
import { watershedDiscs } from "./parts/watershed-discs.ts";

const SIMULATED_COUNT = 60;
const FOREIGN_COUNT = 40;
/** As in the recipes of the detectors. */
const SHARES = {
  "bright-field": {},
  haadf: { scenes: { aggregateShare: 0.42, supportedShare: 0.48, twoMaterialShare: 0.6 } },
} as const;

type Method = (image: MarkedImage) => Promise<FoundDisc[]> | FoundDisc[];

/**
 * Scores the detectors and two classical methods on real images with outlines or boxes, and on simulated ones.
 *
 * @param args --data FOLDER (../shared/data), --bright-field MODEL, --haadf MODEL, --threshold P, --only soot|catalyst|simulated|list (materials, share hidden, number fraction)|foreign (images of the second simulator)|time (1024 x 1024 px)|tuned (five folds of soot, each tuned on the others; minutes), all by default, --method watershed|hough|detector|fit (detector, then refined on the image), --dump FOLDER for the found particles
 */
export async function run(args: readonly string[]): Promise<void> {
  const flag = (name: string) => {
    const at = args.indexOf(`--${name}`);
    return at < 0 ? undefined : args[at + 1];
  };
  const data = resolve(flag("data") ?? "../shared/data");
  const root = resolve(import.meta.dirname, "../..");
  const models = join(root, "models");
  const brightField = flag("bright-field") ?? join(models, "particles-bright-field.onnx");
  const haadf = flag("haadf") ?? join(models, "particles-haadf.onnx");
  const threshold = flag("threshold") === undefined ? undefined : Number(flag("threshold"));
  const only = flag("only");
  const isWanted = (method: string) => flag("method") === undefined || flag("method") === method;
  const settings = {
    isWanted,
    threshold,
    dump: flag("dump"),
    models: { "bright-field": brightField, haadf },
  };
  const isAsked = (set: string) => only === undefined || only === set;
  if (isAsked("soot")) await soot(join(data, "soot_tem"), settings);
  if (isAsked("catalyst")) await catalysts(join(data, "stem_catalyst_yolo"), settings);
  if (isAsked("simulated")) await simulated(settings);
  if (isAsked("list")) await scoreList(["--model", haadf]);
  if (isAsked("foreign")) await foreign(root, settings);
  if (isAsked("time")) await time(root, settings);
  if (isAsked("tuned")) await tuned(join(data, "soot_tem"), settings);
}

interface Settings {
  readonly isWanted: (method: string) => boolean;
  readonly threshold: number | undefined;
  readonly dump: string | undefined;
  readonly models: Readonly<Record<"bright-field" | "haadf", string>>;
}

const print = (record: object) => console.log(JSON.stringify(record));

function open(path: string): Detector | null {
  if (existsSync(path)) return openDetector(readFileSync(path), { threads: 2 });
  print({ skipped: `no model ${path}` });
  return null;
}

async function soot(folder: string, { isWanted, threshold, dump, models }: Settings): Promise<void> {
  if (!existsSync(folder)) return print({ skipped: `no folder ${folder}` });
  const images = await sootImages(folder);
  const detector = open(models["bright-field"]);
  const radiusPx = [12, 90] as const;
  const methods: Record<string, Method> = {
    watershed: ({ image, mask }) =>
      watershedDiscs(image, false, mask, { sigmaPx: 3, depthPx: 2, leastRadiusPx: 8 }),
    hough: ({ image, mask }) => houghDiscs(image, false, mask, { radiusPx, sigmaPx: 3, leastVotes: 0.35 }),
    ...(detector === null
      ? {}
      : {
          detector: ask(detector, threshold),
          fit: async (marked) => fitted(marked, await ask(detector, threshold)(marked)),
        }),
  };
  for (const [method, find] of Object.entries(methods)) {
    if (isWanted(method)) await scoreMethod("soot_tem", method, find, images, dump);
  }
  await detector?.dispose();
}

/** The discs after all were refined together on the image. */
function fitted({ name, image, mask }: MarkedImage, discs: readonly FoundDisc[]): FoundDisc[] {
  const { width, height } = image;
  const particles = discs.map((disc, i) => {
    return { ...disc, source: "detected" as const, number: i + 1, material: null, isCut: false };
  });
  const explained = explainImage(image, mask, {
    name,
    width,
    height,
    pixelSizeNm: null,
    pixelSizeSource: null,
    modality: "bright-field",
    particles,
    isCorrected: false,
    countWithHidden: null,
    sizeRatio: null,
  });
  // what the fit moved keeps the probability with which it was found
  return (explained?.particles ?? []).map(({ probability, secondProbability, ...disc }) => ({
    ...disc,
    probability: probability ?? 0,
    secondProbability: secondProbability ?? 0,
  }));
}

/** Five folds of the soot images: each is asked of a detector that was tuned on the outlines of the other four. */
async function tuned(folder: string, { models, dump }: Settings): Promise<void> {
  if (!existsSync(folder)) return print({ skipped: `no folder ${folder}` });
  const images = await sootImages(folder);
  const start = readFileSync(models["bright-field"]);
  const { network } = readDetectorMetadata(start);
  const found = new Map<string, FoundDisc[]>();
  for (let fold = 0; fold < FOLDS; fold++) {
    const rng = openRandomStream(1, "folds", fold);
    const others = images.filter((_, i) => i % FOLDS !== fold).map(outlinedImage);
    const { training, validation } = outlinedFields(rng.fork("split"), others, "bright-field", TUNING.cropPx);
    const { onnx, threshold } = await trainDetector(
      rng.fork("training"),
      { training: repeated(training), validation: repeated(validation) },
      { ...TUNING, network },
      { threads: 2, startFrom: start, metadata: { modality: "bright-field" } },
    );
    const detector = openDetector(onnx, { threads: 2 });
    for (const marked of images.filter((_, i) => i % FOLDS === fold)) {
      found.set(marked.name, await ask(detector, undefined)(marked));
    }
    await detector.dispose();
    print({ set: "soot_tem tuned", fold, threshold });
  }
  await scoreMethod("soot_tem tuned", "detector", ({ name }) => found.get(name) ?? [], images, dump);
}

const FOLDS = 5;
const repeated = <Field>(fields: readonly Field[]) =>
  Array.from({ length: PARTS_PER_IMAGE }, () => fields).flat();

function outlinedImage(marked: MarkedImage): OutlinedImage {
  return { name: marked.name, image: marked.image, discs: markedDiscs(marked) };
}

async function catalysts(folder: string, { isWanted, threshold, dump, models }: Settings): Promise<void> {
  if (!existsSync(folder)) return print({ skipped: `no folder ${folder}` });
  const images = await catalystImages(folder);
  const dark = open(models.haadf);
  const bright = open(models["bright-field"]);
  const methods: Record<string, Method> = {
    watershed: ({ image, mask, isMatterBright }) => watershedDiscs(image, isMatterBright, mask),
    hough: ({ image, mask, isMatterBright }) =>
      houghDiscs(image, isMatterBright, mask, { radiusPx: [4, 60], leastVotes: 0.5 }),
  };
  if (dark !== null && bright !== null) {
    const openFor = (modality: Modality) => (modality === "haadf" ? dark : bright);
    const options = threshold === undefined ? {} : { threshold };
    methods.detector = async ({ image, mask }) =>
      (await detectEither(openFor, image, { mask, ...options })).discs;
  }
  for (const [method, find] of Object.entries(methods)) {
    if (isWanted(method)) await scoreMethod("stem_catalyst_yolo", method, find, images, dump);
  }
  await dark?.dispose();
  await bright?.dispose();
}

/** Images of the second simulator, one thing changed at a time, against the suite's own of the same aggregates. */
async function foreign(root: string, { models }: Settings): Promise<void> {
  const detector = open(models.haadf);
  if (detector === null) return;
  await scoreForeign(detector, root, FOREIGN_COUNT, ({ row, ...numbers }) =>
    print({ set: "foreign", row, ...rounded({ ...numbers }) }),
  );
  await detector.dispose();
}

async function time(root: string, { models }: Settings): Promise<void> {
  if (!existsSync(models.haadf)) return print({ skipped: `no model ${models.haadf}` });
  const bytes = readFileSync(models.haadf);
  const times = await timeLargeImage(
    () => openDetector(bytes, { threads: 2 }),
    root,
    () => performance.now(),
  );
  print({ set: "time", ...rounded({ ...times }) });
}

const ask =
  (detector: Detector, threshold: number | undefined): Method =>
  ({ image, mask }) =>
    detector.detect(image, { mask, ...(threshold === undefined ? {} : { threshold }) });

async function scoreMethod(
  set: string,
  method: string,
  find: Method,
  images: readonly MarkedImage[],
  dump: string | undefined,
): Promise<void> {
  const matchings: Matching[] = [];
  const [meanErrors, spreadErrors, rows]: [number[], number[], string[]] = [[], [], []];
  const started = performance.now();
  for (const marked of images) {
    const found = await find(marked);
    rows.push(
      ...found.map(({ x, y, radiusPx, elongation = [0, 0], probability }) =>
        [marked.name, x, y, radiusPx, ...elongation, probability].join(","),
      ),
    );
    const matching = matchingOf(marked, found);
    matchings.push(matching);
    const errors = sizeErrors(
      markedDiscs(marked).map(({ radiusPx }) => radiusPx),
      found,
    );
    meanErrors.push(errors.mean);
    spreadErrors.push(errors.spread);
    print({ set, method, image: marked.name, ...rounded({ ...detectionScores([matching]), ...errors }) });
  }
  const scores = rounded({
    ...detectionScores(matchings),
    medianMeanDiameterError: median(meanErrors),
    medianSpreadError: median(spreadErrors),
    secondsPerImage: (performance.now() - started) / 1000 / images.length,
  });
  print({ set, method, images: images.length, ...scores });
  if (dump !== undefined) {
    const text = ["image,x [px],y [px],radius [px],elongation along,across,probability", ...rows].join("\n");
    writeFileSync(join(dump, `${set}-${method}.csv`), `${text}\n`);
  }
}

function matchingOf({ image, outlines, boxes, step }: MarkedImage, found: readonly FoundDisc[]): Matching {
  if (outlines !== undefined) {
    const size = { width: Math.floor(image.width / step), height: Math.floor(image.height / step) };
    const discs = found.map(({ x, y, radiusPx, elongation }) => ({
      elongation,
      x: x / step,
      y: y / step,
      radiusPx: radiusPx / step,
    }));
    return matchDiscs(outlines.length, discs.length, (t, f) => outlineOverlap(outlines[t], discs[f], size));
  }
  const all = boxes ?? [];
  return matchDiscs(all.length, found.length, (t, f) => boxOverlap(all[t], found[f], image));
}

/** Error of the geometric mean, and of the geometric standard deviation; 1 and NaN where nothing was found. */
function sizeErrors(truth: readonly number[], found: readonly Disc[]) {
  if (found.length === 0) return { mean: 1, spread: 1 };
  const [t, f] = [truth.map(Math.log), found.map(({ radiusPx }) => Math.log(radiusPx))];
  const spread = (values: readonly number[]) =>
    Math.exp(Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2))));
  return { mean: Math.abs(Math.exp(mean(f) - mean(t)) - 1), spread: Math.abs(spread(f) - spread(t)) };
}

/** Fresh simulated images of both modalities: discs against discs. */
async function simulated({ threshold, models }: Settings): Promise<void> {
  for (const modality of ["bright-field", "haadf"] as const) {
    const detector = open(models[modality]);
    if (detector === null) continue;
    const drawImage = imagesOfRecipe(
      particleRecipeSchema.parse({ name: "bench", modality, ...SHARES[modality] }),
    );
    const matchings: Matching[] = [];
    let [wrong, known] = [0, 0];
    for (let i = 0; i < SIMULATED_COUNT; i++) {
      const drawn = drawImage(openRandomStream(20_260, "bench", modality, i));
      const sign = modality === "haadf" ? 1 : -1;
      const image = {
        width: drawn.side,
        height: drawn.side,
        data: drawn.image.map((value) => sign * value),
        intensityUnit: "arbitrary",
        pixelSizeNm: null,
      } as const;
      const seen = drawn.particles.filter(({ isSeen, radiusPx }) => isSeen && radiusPx >= 4);
      const found = await detector.detect(image, threshold === undefined ? {} : { threshold });
      const hidden = drawn.particles.filter(({ isSeen, radiusPx }) => !isSeen || radiusPx < 4);
      const counted = found.filter((disc) => !hidden.some((other) => discOverlap(other, disc) >= 0.5));
      const matching = matchDiscs(seen.length, counted.length, (t, f) => discOverlap(seen[t], counted[f]));
      for (const [t, f] of matching.pairs) {
        if (seen[t].materialIndex === null) continue;
        known++;
        if (Number(counted[f].secondProbability > 0.5) !== seen[t].materialIndex) wrong++;
      }
      matchings.push(matching);
    }
    const all = rounded({ ...detectionScores(matchings), wrongMaterial: wrong / Math.max(1, known) });
    print({ set: `simulated ${modality}`, images: SIMULATED_COUNT, ...all });
    await detector.dispose();
  }
}

function rounded(numbers: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(numbers).map(([key, value]) => [key, Number(value.toPrecision(4))]),
  );
}
