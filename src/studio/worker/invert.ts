import {
  checkPoolPixels,
  inversionOfBytes,
  invertImages,
  poolAnswers,
  shippedModelName,
  type Inversion,
  type InvertedImage,
} from "../../inverse/index.ts";
import type { Detector } from "../../particles/index.ts";
import { asset } from "./assets.ts";
import { openFor, readyDetector } from "./find.ts";
import type { Answer, ImageOrder, PooledAnswers } from "./protocol.ts";
import { sourceOf } from "./read-image.ts";
import { readyRuntime } from "./runtime.ts";

/** Networks that are open, by the name of their file. */
const opened = new Map<string, Promise<Inversion>>();

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

/** Medians with intervals and a verdict for one image, by the network that `heterostem invert` takes. */
export async function answerOf(order: ImageOrder): Promise<Answer> {
  const source = await sourceOf(order);
  const name = shippedModelName([source.image]);
  const inversion = await inversionNamed(name);
  const [answer] = await invertImages(inversion, [source], { finder: await darkFieldFinder() });
  return shown(name, inversion, answer);
}

/** Images of one powder together, and each by itself. */
export async function pooledAnswersOf(orders: readonly ImageOrder[]): Promise<PooledAnswers> {
  const sources = [];
  for (const order of orders) sources.push(await sourceOf(order));
  checkPoolPixels(sources);
  const name = shippedModelName(sources.map(({ image }) => image));
  const inversion = await inversionNamed(name);
  const answers = await invertImages(inversion, sources, { finder: await darkFieldFinder() });
  const each = answers.map((answer) => shown(name, inversion, answer));
  try {
    return { answers: each, pooled: poolAnswers(inversion, answers), refusal: null };
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    return { answers: each, pooled: null, refusal: cause.message };
  }
}

function shown(model: string, inversion: Inversion, answer: InvertedImage): Answer {
  const { image: _, output: __, estimates, ...told } = answer;
  const { targets, materials } = inversion.model;
  const priors = targets.map(({ key, low, high, scale }) => ({ key, low, high, scale }));
  const isRefused = answer.verdict === "out of distribution";
  // the networks that ship all know their materials
  return { ...told, estimates: isRefused ? null : estimates, model, materials: materials ?? [], priors };
}
