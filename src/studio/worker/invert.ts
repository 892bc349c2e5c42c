import { definedPart, findMaterial } from "../../core/index.ts";
import {
  checkPoolPixels,
  inversionOfBytes,
  invertImages,
  poolAnswers,
  shippedModelName,
  type Inversion,
  type InvertedImage,
  type InvertOptions,
} from "../../inverse/index.ts";
import type { Detector } from "../../particles/index.ts";
import { asset } from "./assets.ts";
import { openFor, readyDetector } from "./find.ts";
import type { Answer, AnswerOrder, PooledAnswers, PoolOrder, Taken } from "./protocol.ts";
import { materialsForNetworks } from "./materials-for-networks.ts";
import { sourceOf } from "./read-image.ts";
import { readyRuntime } from "./runtime.ts";

/** Networks that are open, by the name of their file. */
const opened = new Map<string, Promise<Inversion>>();

/** Opens a network where it is not open yet. */
export async function readyInversion(name: string): Promise<void> {
  await inversionNamed(name);
}

function inversionNamed(name: string): Promise<Inversion> {
  const known = opened.get(name);
  if (known !== undefined) return known;
  const opening = open(name);
  opened.set(name, opening);
  opening.catch(() => opened.delete(name));
  return opening;
}

async function open(name: string): Promise<Inversion> {
  await readyRuntime();
  return inversionOfBytes(await asset(name), { where: name, threads: 1 });
}

/** The detector that `heterostem invert` asks whether particles cover the matter. */
async function darkFieldFinder(): Promise<Detector> {
  await readyDetector("haadf");
  return openFor("haadf");
}

/** What is known of the images besides their pixels, as `heterostem invert` is told by flags. */
async function optionsOf({ modality, materials: names, stated }: Taken): Promise<InvertOptions> {
  const materials = materialsForNetworks(names).map((name) => findMaterial(name));
  return definedPart({
    finder: await darkFieldFinder(),
    modality: modality ?? undefined,
    materials: materials.length === 0 ? undefined : materials,
    stated,
  });
}

/** Medians with intervals and a verdict, by the network that `heterostem invert` takes. */
export async function answerOf(order: AnswerOrder): Promise<readonly Answer[]> {
  const source = await sourceOf(order);
  const options = await optionsOf(order.taken);
  const name = shippedModelName([source.image], options.materials);
  const inversion = await inversionNamed(name);
  const answers = await invertImages(inversion, [source], options);
  return answers.map((answer) => shown(name, inversion, answer, options));
}

/** Images of one powder together, and each by itself. */
export async function pooledAnswersOf({ orders, taken }: PoolOrder): Promise<PooledAnswers> {
  const sources = [];
  for (const order of orders) sources.push(await sourceOf(order));
  checkPoolPixels(sources);
  const options = await optionsOf(taken);
  const name = shippedModelName(
    sources.map(({ image }) => image),
    options.materials,
  );
  const inversion = await inversionNamed(name);
  const answers = await invertImages(inversion, sources, options);
  const each = answers.map((answer) => shown(name, inversion, answer, options));
  try {
    return { answers: each, pooled: poolAnswers(inversion, answers), refusal: null };
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    return { answers: each, pooled: null, refusal: cause.message };
  }
}

function shown(
  model: string,
  inversion: Inversion,
  answer: InvertedImage,
  { materials = [] }: InvertOptions,
): Answer {
  const { image, output: _, estimates, ...told } = answer;
  const { targets, lengths, materials: known } = inversion.model;
  const priors = targets.map(({ key, unit, low, high, scale }) => {
    // lengths that a network knows in pixels are answered in nanometres
    const isScaled = estimates.some((one) => one.key === key && one.unit !== unit);
    const factor = isScaled ? (image.pixelSizeNm ?? 1) : 1;
    return { key, low: factor * low, high: factor * high, scale };
  });
  const isRefused = answer.verdict === "out of distribution";
  // a network whose lengths are pixels is one for any materials, and is told which they are
  const names = lengths === "pixels" ? materials.map(({ name }) => name) : (known ?? []);
  return { ...told, estimates: isRefused ? null : estimates, model, materials: names, priors };
}
