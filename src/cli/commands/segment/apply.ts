import { join } from "node:path";
import { encodeRoiSet } from "../../../labels/index.ts";
import { pngBytes, tableCsv, tableText } from "../../../report/index.ts";
import {
  labelPicture,
  particleOutlines,
  particleReport,
  particleSummaryTable,
  particleTable,
  summariseParticles,
  openEnsemble,
  segmentFile,
} from "../../../segment/index.ts";
import type {
  ParticleImage,
  ParticleReportInput,
  Ensemble,
  FileAnswer,
  SegmenterMetadata,
} from "../../../segment/index.ts";
import { counted, type StartStage } from "../../../core/index.ts";
import { makeFolders, writeNewFile } from "../../../io/index.ts";
import { defineCommand, type CommandResult } from "../../command.ts";
import { chooseEngine, engineSettings, ENGINE_FLAG } from "../../engine-flag.ts";
import { IMAGE_FLAGS, imageRequest, outputFlags } from "../../flags.ts";
import { runInto } from "../../run-into.ts";
import { writeFiles } from "../../write-files.ts";
import {
  eachFrame,
  imageFiles,
  sharedNotes,
  type FailedImage,
  type ImageRequest,
} from "../../../micrograph/index.ts";
import { ENSEMBLE_FLAGS, MODEL_ARGUMENT } from "./model-flags.ts";

/** Images that the report shows. */
const SHOWN_IMAGES = 12;

/** Files that a ZIP file may hold, by the 16 bits of its counter. */
const LARGEST_ZIP = 65_535;

/** `heterostem segment apply`: classes and particles of images nobody has labelled. */
export const segmentApply = defineCommand({
  name: "apply",
  summary: "Segment images: classes, overlays, regions for ImageJ, table of particles, report",
  arguments: {
    model: MODEL_ARGUMENT,
    images: { help: "images, or folders of them", isVariadic: true },
  },
  flags: {
    rule: {
      value: "NAME",
      help: "how probabilities become classes",
      choices: ["plain", "morphological"],
      default: "plain",
    },
    ...IMAGE_FLAGS,
    ...ENSEMBLE_FLAGS,
    engine: ENGINE_FLAG,
    ...outputFlags("runs/segmented"),
  },
  example: "segment apply runs/segment-model my-images --pixel-size 2 --out runs/segmented",
  async run({ arguments: { model, images }, flags }, context) {
    const { out, force, rule, workers: threads } = flags;
    const device = await chooseEngine(flags, context.progress);
    const segmenter = openEnsemble("apply", model, { ...flags, threads, device });
    const { models, views } = segmenter;
    const files = images.flatMap(imageFiles);
    const request = imageRequest(flags);
    const settings = { models, files, views, rule, ...request, ...engineSettings(flags.engine) };
    const answered = await runInto(out, { force, context, settings }, async (folder) => {
      const job = { segmenter, files, rule, request, startStage: context.startStage };
      const result = await applyAll(job, folder);
      const page = { metadata: segmenter.metadata, ...result };
      writeFiles(folder, {
        "particles.csv": tableCsv(particleTable(result.particles)),
        "report.html": particleReport(page),
      });
      return result;
    });
    await segmenter.dispose();
    return resultOf(answered, segmenter.metadata, out);
  },
});

interface ApplyJob {
  readonly segmenter: Ensemble;
  readonly files: readonly string[];
  readonly rule: Parameters<typeof segmentFile>[3];
  readonly request: ImageRequest;
  readonly startStage: StartStage;
}

interface Answered extends Pick<ParticleReportInput, "particles" | "shown" | "notes"> {
  readonly failed: readonly FailedImage[];
}

/** Segments one image after another, and writes what was found in it. */
async function applyAll(
  { segmenter, files, rule, request, startStage }: ApplyJob,
  folder: string,
): Promise<Answered> {
  for (const name of ["labels", "overlays", "rois", "uncertainty"]) makeFolders(join(folder, name));
  const { classNames, config } = segmenter.metadata;
  const stage = startStage("Segmenting", files.length);
  const particles: ParticleImage[] = [];
  const shown: ParticleReportInput["shown"][number][] = [];
  const noted: Pick<FileAnswer, "name" | "notes">[] = [];
  const failed = await eachFrame(
    files,
    () => request,
    async (stack, frame) => {
      const answer = await segmentFile(stack, frame, segmenter, rule);
      const name = `${String(particles.length).padStart(4, "0")}-${answer.stem}`;
      writeAnswer(folder, name, answer);
      writeRois(join(folder, "rois", name), answer.particles, classNames[config.particles.classId]);
      particles.push(answer.particles);
      noted.push({ name: answer.name, notes: answer.notes });
      if (shown.length < SHOWN_IMAGES) shown.push({ ...answer.picture, name: answer.particles.name });
      stage.update(particles.length, answer.name);
    },
  );
  stage.finish(counted(particles.length, "image"));
  return { particles, shown, notes: sharedNotes(noted), failed };
}

function resultOf(
  { particles: results, notes, failed }: Answered,
  { config }: SegmenterMetadata,
  out: string,
): CommandResult {
  const { edgeRule } = config.particles;
  const rows = results.map((result) => ({ ...result, ...summariseParticles([result], edgeRule) }));
  const text = [
    tableText(particleSummaryTable([{ name: "found", images: results }], edgeRule)),
    ...notes.map((note) => `note: ${note}`),
    `Particles, labels and overlays: ${out} (report.html)`,
  ].join("\n");
  const images = rows.map(({ particles: _, crops: __, ...row }) => row);
  return { text, json: { out, notes, failed, images }, failed };
}

/** Regions for ImageJ; more than a ZIP file may hold go to several. */
function writeRois(path: string, particles: ParticleImage, className: string): void {
  const { crops } = particles;
  for (let start = 0, part = 1; part === 1 || start < crops.length; start += LARGEST_ZIP, part++) {
    const shapes = particleOutlines({ crops: crops.slice(start, start + LARGEST_ZIP) }, className);
    const file = crops.length > LARGEST_ZIP ? `${path}-${part}.zip` : `${path}.zip`;
    writeNewFile(file, encodeRoiSet(shapes));
  }
}

function writeAnswer(folder: string, name: string, answer: FileAnswer): void {
  const { width, height, classIds, uncertainty, picture } = answer;
  const write = (kind: string, pixels: Uint8Array) =>
    writeNewFile(join(folder, kind, `${name}.png`), pngBytes({ width, height, pixels, channels: 1 }));
  write("labels", classIds);
  const overlay = labelPicture(picture.image, picture.classIds);
  writeNewFile(join(folder, "overlays", `${name}.png`), pngBytes(overlay));
  if (uncertainty !== null) write("uncertainty", uncertainty);
}
