import { writeFileSync } from "node:fs";
import { basename, extname, join, resolve } from "node:path";
import { openRandomStream, type GrayImage } from "../../../core/index.ts";
import {
  analyseHrtem,
  applyReport,
  describePopulation,
  particleRows,
  type AppliedImage,
  type HrtemModel,
  type ParticleRow,
  pixelSizes,
  readCalibrated,
} from "../../../hrtem/index.ts";
import { maskAtSize } from "../../../image/index.ts";
import { pngBytes } from "../../../report/index.ts";
import type { CommandContext } from "../../command.ts";
import { workerCount } from "../../flags.ts";
import type { NamedAction } from "../../named-action.ts";
import { RUN_FILE, writeFolderAtomically } from "../../output-folder.ts";
import { startStage } from "../../progress.ts";
import { runRecord } from "../../run-record.ts";
import { imageFiles } from "../../../micrograph/index.ts";
import { imageNotes } from "./image-notes.ts";
import { openModelFolder } from "./model-folder.ts";
import { writePopulation } from "./write-scores.ts";

/** Images that the report shows, and notes that the terminal does. */
const SHOWN_COUNT = 8;

/** `hrtem apply`: particles, classes and statistics of images that nobody has labelled. */
export const applyAction: NamedAction = {
  flags: ["pixel-size", "pixel-sizes", "workers", "out", "force"],
  wanted: "a model folder and images, or folders of images",
  pathCount: [2, 100_000],
  async run({ paths: [folder, ...paths], flags }, context) {
    const files = paths.flatMap(imageFiles);
    const out = (flags["out"] as string | undefined) ?? join("runs", "hrtem-apply");
    const model = await openModelFolder(folder, workerCount(flags));
    const { rows, notes, population } = await writeFolderAtomically(
      out,
      { force: flags["force"] === true },
      async (target) => {
        const found = await applyAll(model, { files, target, flags, context });
        const statistics =
          found.rows.length === 0 ? null : describePopulation(openRandomStream(1, "population"), found.rows);
        const result = { ...found, population: statistics };
        writePopulation(target, result);
        writeFileSync(
          join(target, "report.html"),
          applyReport({ model, ...result, imageCount: files.length }),
        );
        const settings = { model: folder, images: files, pixelSizeNm: flags["pixel-size"] ?? null };
        writeFileSync(join(target, RUN_FILE), runRecord("hrtem apply", context.version, settings));
        return result;
      },
    ).finally(() => model.regions.dispose());
    const text = [
      countText(rows, files.length),
      ...notes.slice(0, SHOWN_COUNT).map((note) => `note: ${note}`),
      ...(notes.length > SHOWN_COUNT ? [`${notes.length - SHOWN_COUNT} more notes are in the report`] : []),
      `Report: ${resolve(out, "report.html")}`,
    ].join("\n");
    return { text, json: { out: resolve(out), notes, population, particles: rows } };
  },
};

async function applyAll(
  model: HrtemModel,
  job: {
    readonly files: readonly string[];
    readonly target: string;
    readonly flags: Readonly<Record<string, unknown>>;
    readonly context: CommandContext;
  },
) {
  const { files, target, flags, context } = job;
  const stage = startStage(context.progress, "Finding particles", files.length);
  const rows: ParticleRow[] = [];
  const notes: string[] = [];
  const images: AppliedImage[] = [];
  for (const [index, path] of files.entries()) {
    const { image: source } = await readCalibrated(path, pixelSizes(flags));
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
  stage.finish(`${rows.length} particles`);
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
  return `${rows.length} particles in ${imageCount} images${classes === "" ? "" : `: ${classes}`}`;
}
