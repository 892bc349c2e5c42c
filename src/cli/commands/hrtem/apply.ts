import { join, resolve } from "node:path";
import { counted, openRandomStream, type GrayImage, type StartStage } from "../../../core/index.ts";
import { writeNewFile } from "../../../io/index.ts";
import {
  analyseHrtem,
  applyReport,
  describePopulation,
  particleRows,
  type AppliedImage,
  type HrtemModel,
  type ParticleRow,
  calibrated,
} from "../../../hrtem/index.ts";
import { maskAtSize } from "../../../image/index.ts";
import { pngBytes } from "../../../report/index.ts";
import { defineCommand } from "../../command.ts";
import { imageRequest, outputFlags, WORKERS_FLAG } from "../../flags.ts";
import { runInto } from "../../run-into.ts";
import {
  eachFrame,
  imageFiles,
  sharedNotes,
  type ImageFile,
  type ImageRequest,
} from "../../../micrograph/index.ts";
import { imageNotes } from "./image-notes.ts";
import { openModelFolder } from "./model-folder.ts";
import { requestsOf, SIZED_IMAGE_FLAGS } from "./source-flags.ts";
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
    ...SIZED_IMAGE_FLAGS,
    workers: WORKERS_FLAG,
    ...outputFlags("runs/hrtem-apply"),
  },
  example: "hrtem apply runs/hrtem-au runs/hrtem-au/examples/images --out runs/hrtem-apply",
  async run({ arguments: { model: folder, images }, flags }, context) {
    const { out, force, workers } = flags;
    const files = images.flatMap(imageFiles);
    const model = await openModelFolder(folder, workers);
    const job = { files, requestOf: requestsOf(flags), startStage: context.startStage };
    const settings = { model: folder, images: files, ...imageRequest(flags) };
    const found = await runInto(out, { force, context, settings }, async (target) => {
      const { rows, imageCount, ...rest } = await applyAll(model, job, target);
      const population =
        rows.length === 0 ? null : describePopulation(openRandomStream(1, "population"), rows);
      const result = { rows, imageCount, ...rest, population };
      writePopulation(target, result);
      writeNewFile(join(target, "report.html"), applyReport({ model, ...result }));
      return result;
    }).finally(() => model.regions.dispose());
    const { rows, imageCount, notes, population, failed } = found;
    const text = [
      countText(rows, imageCount),
      ...notes.slice(0, SHOWN_COUNT).map((note) => `note: ${note}`),
      ...(notes.length > SHOWN_COUNT
        ? [`${counted(notes.length - SHOWN_COUNT, "more note")} in the report`]
        : []),
      `Report: ${resolve(out, "report.html")}`,
    ].join("\n");
    const json = { out: resolve(out), notes, failed, population, particles: rows };
    return { text, json, failed };
  },
});

interface ApplyJob {
  readonly files: readonly string[];
  readonly requestOf: (path: string) => ImageRequest;
  readonly startStage: StartStage;
}

async function applyAll(model: HrtemModel, { files, requestOf, startStage }: ApplyJob, target: string) {
  const stage = startStage("Finding particles", files.length);
  const rows: ParticleRow[] = [];
  const notes: string[] = [];
  const read: Pick<ImageFile, "name" | "notes">[] = [];
  const images: AppliedImage[] = [];
  const failed = await eachFrame(files, requestOf, async (stack, frame) => {
    const file = calibrated(stack.image(frame));
    const { image: source, name, stem, notes: ownNotes } = file;
    const found = await analyseHrtem(model, file);
    const { image, mask, particles, zoom } = found;
    const index = read.length;
    writeMask(join(target, `${String(index).padStart(3, "0")}-${stem}-mask.png`), found, source);
    const { pixelSizeNm } = model;
    const own = particleRows(particles, { image: index, imageName: name, pixelSizeNm, zoom });
    rows.push(...own);
    read.push({ name, notes: ownNotes });
    notes.push(...imageNotes(name, { source, model, found: particles, counted: own.length }));
    if (images.length < SHOWN_COUNT) images.push({ name, image, mask });
    stage.update(read.length);
  });
  stage.finish(counted(rows.length, "particle"));
  return { rows, notes: [...notes, ...sharedNotes(read)], images, imageCount: read.length, failed };
}

function writeMask(
  path: string,
  { image, mask }: { readonly image: GrayImage; readonly mask: Uint8Array },
  { width, height }: GrayImage,
): void {
  const pixels = maskAtSize(mask, image, { width, height }).map((value) => 255 * value);
  writeNewFile(path, pngBytes({ width, height, channels: 1, pixels }));
}

function countText(rows: readonly ParticleRow[], imageCount: number): string {
  const counts = new Map<string, number>();
  for (const { predicted } of rows) counts.set(predicted, (counts.get(predicted) ?? 0) + 1);
  const classes = [...counts].map(([name, count]) => `${count} ${name}`).join(", ");
  return `${counted(rows.length, "particle")} in ${counted(imageCount, "image")}${classes === "" ? "" : `: ${classes}`}`;
}
