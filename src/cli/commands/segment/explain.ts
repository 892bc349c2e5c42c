import { readFileSync } from "node:fs";
import { join } from "node:path";
import { filledImage, readImageFile, type ImageFile } from "../../../micrograph/index.ts";
import { pngBytes } from "../../../report/index.ts";
import {
  classify,
  gradientSaliency,
  occlusionSaliency,
  openSegmenter,
  modelPath,
  type Segmenter,
} from "../../../segment/index.ts";
import { defineCommand } from "../../command.ts";
import { IMAGE_FLAGS, imageRequest, outputFlags, WORKERS_FLAG } from "../../flags.ts";
import { runInto } from "../../run-into.ts";
import { type GrayImage, usageError } from "../../../core/index.ts";
import { writeNewFile } from "../../../io/index.ts";
import { MODEL_ARGUMENT } from "./model-flags.ts";

/** Patches along the longer side that are hidden in turn. */
const PATCHES = 10;

/** `heterostem segment explain`: which pixels an answer comes from. */
export const segmentExplain = defineCommand({
  name: "explain",
  summary: "Draw which pixels an answer comes from: gradient times input, and occlusion",
  arguments: { model: MODEL_ARGUMENT, image: { help: "image in which the model finds particles" } },
  flags: {
    ...IMAGE_FLAGS,
    workers: WORKERS_FLAG,
    ...outputFlags("runs/explained"),
  },
  example: "segment explain runs/segment-model image.tif --out runs/explained",
  async run({ arguments: { model, image: file }, flags }, context) {
    const { out, force, workers } = flags;
    const request = imageRequest(flags);
    const bytes = readFileSync(modelPath(model));
    const read = await readImageFile(file, request);
    const { mask, notes } = read;
    const image = filledImage(read);
    const segmenter = openSegmenter(bytes, { threads: workers });
    const target = await foundRegion(segmenter, { image, mask }, file);
    const patchPx = Math.ceil(Math.max(image.width, image.height) / PATCHES);
    const settings = { model, file, patchPx, ...request };
    const strongest = await runInto(out, { force, context, settings }, async (folder) => {
      const gradient = await gradientSaliency(bytes, image, target);
      const occlusion = await occlusionSaliency(segmenter, image, { ...target, patchPx });
      writeMap(join(folder, "gradient-times-input.png"), image, gradient);
      writeMap(join(folder, "occlusion.png"), image, occlusion);
      return occlusion.reduce((most, value) => Math.max(most, value), -Infinity);
    });
    await segmenter.dispose();
    const line = `${out}: orange speaks for the class, blue against it; hiding the strongest patch of ${patchPx} px lowers its mean probability by ${strongest.toFixed(3)}`;
    const text = [...notes.map((note) => `note: ${note}`), line].join("\n");
    return { text, json: { out, patchPx, strongest, notes } };
  },
});

/** Where the model finds the class of its particles. */
async function foundRegion(
  segmenter: Segmenter,
  { image, mask }: Pick<ImageFile, "image" | "mask">,
  file: string,
) {
  const { config, classNames, postProcessing } = segmenter.metadata;
  const { classId } = config.particles;
  const map = await segmenter.probabilities(image);
  const isShown = (i: number) => mask === null || mask[i] === 0;
  const found = classify(map, "plain", postProcessing);
  const region = found.map((id, i) => (id === classId && isShown(i) ? 1 : 0));
  if (region.includes(1)) return { classId, region };
  throw usageError({ action: "explain" }, `the model must find ${classNames[classId]}`, `none in ${file}`);
}

function writeMap(path: string, { width, height }: GrayImage, values: Float32Array): void {
  writeNewFile(path, pngBytes({ width, height, pixels: signedColors(values), channels: 3 }));
}

/** White at 0, orange above, blue below; full colour at the 99.5 % quantile of the absolute values. */
function signedColors(values: Float32Array): Uint8Array {
  const sorted = values.map(Math.abs).toSorted();
  const limit = sorted[Math.floor(0.995 * (sorted.length - 1))] || 1;
  const pixels = new Uint8Array(3 * values.length);
  values.forEach((value, i) => {
    const strength = Math.min(1, Math.abs(value) / limit);
    const color = value >= 0 ? [213, 94, 0] : [0, 114, 178];
    color.forEach((channel, k) => (pixels[3 * i + k] = Math.round(255 + strength * (channel - 255))));
  });
  return pixels;
}
