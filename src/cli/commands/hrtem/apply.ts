import { writeFileSync } from "node:fs";
import { basename, extname, join, resolve } from "node:path";
import { counted, openRandomStream, type GrayImage, type StartStage } from "../../../core/index.ts";
import {
  analyseHrtem,
  applyReport,
  describePopulation,
  particleRows,
  type AppliedImage,
  type HrtemModel,
  type ParticleRow,
  type PixelSizeOf,
  pixelSizes,
  readCalibrated,
} from "../../../hrtem/index.ts";
import { maskAtSize } from "../../../image/index.ts";
import { pngBytes } from "../../../report/index.ts";
import { defineCommand } from "../../command.ts";
import { outputFlags, WORKERS_FLAG } from "../../flags.ts";
import { runInto } from "../../run-into.ts";
import { imageFiles } from "../../../micrograph/index.ts";
import { imageNotes } from "./image-notes.ts";
import { openModelFolder } from "./model-folder.ts";
import { PIXEL_SIZE_FLAGS } from "./source-flags.ts";
import { writePopulation } from "./write-scores.ts";

/** Images that the report shows, and notes that the terminal does. */
const SHOWN_COUNT = 8;

/** `heterostem hrtem apply`: particles, classes and statistics of images that nobody has labelled. */
export const hrtemApply = defineCommand({
  name: "apply",
  summary: "Find and classify the particles of images: table, masks, statistics, report",
  arguments: {
    model: { help: "folder that hrtem study or hrtem train wrote" },
    images: { help: "images, or folders of them", isVariadic: true },
  },
  flags: {
    ...PIXEL_SIZE_FLAGS,
    workers: WORKERS_FLAG,
    ...outputFlags("runs/hrtem-apply"),
  },
  example: "hrtem apply runs/hrtem-au runs/hrtem-au/examples/images --out runs/hrtem-apply",
  async run({ arguments: { model: folder, images }, flags: { out, force, workers, ...sizes } }, context) {
    const files = images.flatMap(imageFiles);
    const model = await openModelFolder(folder, workers);
    const job = { files, pixelSizeOf: pixelSizes(sizes), startStage: context.startStage };
    const settings = { model: folder, images: files, pixelSizeNm: sizes.pixelSize ?? null };
    const { rows, notes, population } = await runInto(out, { force, context, settings }, async (target) => {
      const found = await applyAll(model, job, target);
      const statistics =
        found.rows.length === 0 ? null : describePopulation(openRandomStream(1, "population"), found.rows);
      const result = { ...found, population: statistics };
      writePopulation(target, result);
      const report = applyReport({ model, ...result, imageCount: files.length });
      writeFileSync(join(target, "report.html"), report);
      return result;
    }).finally(() => model.regions.dispose());
    const text = [
      countText(rows, files.length),
      ...notes.slice(0, SHOWN_COUNT).map((note) => `note: ${note}`),
      ...(notes.length > SHOWN_COUNT
        ? [`${counted(notes.length - SHOWN_COUNT, "more note")} in the report`]
        : []),
      `Report: ${resolve(out, "report.html")}`,
    ].join("\n");
    return { text, json: { out: resolve(out), notes, population, particles: rows } };
  },
});

interface ApplyJob {
  readonly files: readonly string[];
  readonly pixelSizeOf: PixelSizeOf;
  readonly startStage: StartStage;
}

async function applyAll(
  model: HrtemModel,
  { files, pixelSizeOf, startStage }: ApplyJob,
  target: string,
): Promise<{ rows: ParticleRow[]; notes: string[]; images: AppliedImage[] }> {
  const stage = startStage("Finding particles", files.length);
  const rows: ParticleRow[] = [];
  const notes: string[] = [];
  const images: AppliedImage[] = [];
  for (const [index, path] of files.entries()) {
    const { image: source } = await readCalibrated(path, pixelSizeOf);
    const found = await analyseHrtem(model, source);
    const { image, mask, particles, zoom } = found;
    writeMask(join(target, `${String(index).padStart(3, "0")}-${stemOf(path)}-mask.png`), found, source);
    const { pixelSizeNm } = model;
    const own = particleRows(particles, { image: index, imageName: basename(path), pixelSizeNm, zoom });
    rows.push(...own);
    notes.push(...imageNotes(path, { source, model, found: particles, counted: own.length }));
    if (images.length < SHOWN_COUNT) images.push({ name: basename(path), image, mask });
    stage.update(index + 1);
  }
  stage.finish(counted(rows.length, "particle"));
  return { rows, notes, images };
}

function writeMask(
  path: string,
  { image, mask }: { readonly image: GrayImage; readonly mask: Uint8Array },
  { width, height }: GrayImage,
): void {
  const pixels = maskAtSize(mask, image, { width, height }).map((value) => 255 * value);
  writeFileSync(path, pngBytes({ width, height, channels: 1, pixels }));
}

const stemOf = (path: string) => basename(path, extname(path));

function countText(rows: readonly ParticleRow[], imageCount: number): string {
  const counts = new Map<string, number>();
  for (const { predicted } of rows) counts.set(predicted, (counts.get(predicted) ?? 0) + 1);
  const classes = [...counts].map(([name, count]) => `${count} ${name}`).join(", ");
  return `${counted(rows.length, "particle")} in ${counted(imageCount, "image")}${classes === "" ? "" : `: ${classes}`}`;
}
