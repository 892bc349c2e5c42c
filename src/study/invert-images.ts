import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { GrayImage } from "../core/index.ts";
import { answerImage, encodeInputInto, measureImage, type ImageAnswer } from "../inverse/index.ts";
import { frameImage, readMicrograph } from "../micrograph/index.ts";
import { fitToField } from "./fit-to-field.ts";
import type { Inversion } from "./open-inversion.ts";
import { readOriented } from "./predict.ts";

/** What can be believed of an answer. */
export type Verdict = "familiar" | "uncalibrated" | "unfamiliar";

/** The answer for one image file. */
export interface FileAnswer extends ImageAnswer {
  readonly file: string;
  readonly verdict: Verdict;
  /** The verdict in words, with the reason. */
  readonly explanation: string;
  /** What was done to the image before the network saw it. */
  readonly notes: readonly string[];
  /** The image as the network saw it. */
  readonly image: GrayImage;
}

/**
 * Inverts image files: estimates with intervals, and a verdict on each image.
 *
 * @param inversion network and record
 * @param paths image files of any format that the suite reads
 * @param options.pixelSizeNm pixel size given by hand [nm]
 * @returns one answer per file, in order
 * @throws Error for the first file that is missing, is not an image, or does not fit the network's field
 */
export async function invertImages(
  inversion: Inversion,
  paths: readonly string[],
  options: { readonly pixelSizeNm?: number | undefined },
): Promise<FileAnswer[]> {
  const answers: FileAnswer[] = [];
  for (const path of paths) answers.push(await invertFile(inversion, path, options.pixelSizeNm));
  return answers;
}

async function invertFile(
  { model, network }: Inversion,
  path: string,
  pixelSizeNm: number | undefined,
): Promise<FileAnswer> {
  const source = frameImage(await readMicrograph(readImageFile(path), path));
  const fitted = fitToField(source, model, { pixelSizeNm, name: path });
  const { image, hasAbsoluteIntensities, notes } = fitted;
  const input = encodeInputInto(new Float32Array(image.data.length), image.data, {
    input: model.input,
    offset: 0,
  });
  const shape = { count: 1, edge: image.width };
  const { readings, embeddings } = await readOriented(network, input, shape, model);
  const features = Float64Array.of(...embeddings, ...measureImage(image, model.pixelSizeNm));
  const answer = answerImage(model, readings[0], features);
  const verdict = verdictOf(answer, hasAbsoluteIntensities);
  return { ...answer, file: basename(path), verdict, explanation: explain(verdict, answer), notes, image };
}

function readImageFile(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const got = code === "ENOENT" ? "no such file" : String(code);
    throw new Error(`Cannot read image: wanted a micrograph, got ${got} (${path})`, { cause });
  }
}

function verdictOf({ isFamiliar }: ImageAnswer, hasAbsoluteIntensities: boolean): Verdict {
  if (!isFamiliar) return "unfamiliar";
  return hasAbsoluteIntensities ? "familiar" : "uncalibrated";
}

function explain(verdict: Verdict, { distance, distanceLimit }: ImageAnswer): string {
  const distances = `distance ${distance.toFixed(1)}, limit ${distanceLimit.toFixed(1)}`;
  switch (verdict) {
    case "familiar":
      return `like the training images (${distances})`;
    case "uncalibrated":
      return `looks like the training images (${distances}), but its intensities have no absolute scale: do not rely on the numbers`;
    case "unfamiliar":
      return `unlike anything the network was trained on (${distances}): no numbers are given`;
  }
}
