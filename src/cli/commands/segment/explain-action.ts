import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readImageFile } from "../../../micrograph/index.ts";
import { pngBytes } from "../../../report/index.ts";
import {
  classify,
  gradientSaliency,
  occlusionSaliency,
  openSegmenter,
  modelPath,
} from "../../../segment/index.ts";
import { workerCount } from "../../flags.ts";
import { RUN_FILE, writeFolderAtomically } from "../../output-folder.ts";
import { runRecord } from "../../run-record.ts";
import { UsageError } from "../../../core/index.ts";
import type { NamedAction } from "../../named-action.ts";

/** Patches along the longer side that are hidden in turn. */
const PATCHES = 10;

/** `segment explain`: which pixels an answer comes from. */
export const explainAction: NamedAction = {
  flags: ["workers", "out", "force"],
  wanted: "a model and an image",
  pathCount: [2, 2],
  async run({ paths: [model, file], flags }, context) {
    const { out = "runs/explained", force } = flags as { out?: string; force?: true };
    const bytes = readFileSync(modelPath(model));
    const { image } = await readImageFile(file);
    const segmenter = openSegmenter(bytes, { threads: workerCount(flags) });
    const { classId } = segmenter.metadata.config.particles;
    const map = await segmenter.probabilities(image);
    const region = classify(map, "plain", segmenter.metadata.postProcessing).map((id) =>
      id === classId ? 1 : 0,
    );
    if (!region.includes(1)) {
      throw new UsageError(
        `Cannot explain: the model must find ${segmenter.metadata.classNames[classId]}, got none in ${file}`,
      );
    }
    const { width, height } = image;
    const patchPx = Math.ceil(Math.max(width, height) / PATCHES);
    const strongest = await writeFolderAtomically(out, { force: force === true }, async (folder) => {
      const gradient = await gradientSaliency(bytes, image, { classId, region });
      const occlusion = await occlusionSaliency(segmenter, image, { classId, region, patchPx });
      const write = (name: string, values: Float32Array) =>
        writeFileSync(
          join(folder, name),
          pngBytes({ width, height, pixels: signedColors(values), channels: 3 }),
        );
      write("gradient-times-input.png", gradient);
      write("occlusion.png", occlusion);
      writeFileSync(
        join(folder, RUN_FILE),
        runRecord("segment explain", context.version, { model, file, patchPx }),
      );
      return occlusion.reduce((most, value) => Math.max(most, value), -Infinity);
    });
    await segmenter.dispose();
    const text = `${out}: orange speaks for the class, blue against it; hiding the strongest patch of ${patchPx} px lowers its mean probability by ${strongest.toFixed(3)}`;
    return { text, json: { out, patchPx, strongest } };
  },
};

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
