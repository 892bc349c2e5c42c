import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeRoiSet } from "../../../labels/index.ts";
import { pngBytes, shortNumber, textTable } from "../../../report/index.ts";
import {
  intervalText,
  labelPicture,
  particleOutlines,
  particleReport,
  particlesCsv,
  summariseParticles,
  openEnsemble,
  segmentFile,
  stemOf,
} from "../../../segment/index.ts";
import type {
  ClassRule,
  ParticleImage,
  ParticleReportInput,
  EnsembleFlags,
  FileAnswer,
} from "../../../segment/index.ts";
import { workerCount } from "../../flags.ts";
import { RUN_FILE, writeFolderAtomically } from "../../output-folder.ts";
import { startStage } from "../../progress.ts";
import { runRecord } from "../../run-record.ts";
import { imageFiles } from "../../../micrograph/index.ts";
import type { NamedAction } from "../../named-action.ts";

interface ApplyFlags extends EnsembleFlags {
  readonly rule?: ClassRule;
  readonly "pixel-size"?: number;
  readonly out?: string;
  readonly force?: true;
}

/** Images that the report shows. */
const SHOWN_IMAGES = 12;

/** Files that a ZIP file may hold, by the 16 bits of its counter. */
const LARGEST_ZIP = 65_535;

/** `segment apply`: classes and particles of images nobody has labelled. */
export const applyAction: NamedAction = {
  flags: ["views", "ensemble", "rule", "pixel-size", "workers", "out", "force"],
  wanted: "a model and images, or folders of images",
  pathCount: [2, 100_000],
  async run({ paths: [model, ...images], flags }, context) {
    const { rule = "plain", out = "runs/segmented", force, ...rest } = flags as ApplyFlags;
    const segmenter = openEnsemble("apply", model, { ...rest, threads: workerCount(flags) });
    const { models, views } = segmenter;
    const files = images.flatMap(imageFiles);
    const stage = startStage(context.progress, "Segmenting", files.length);
    const notes: string[] = [];
    const className = segmenter.metadata.classNames[segmenter.metadata.config.particles.classId];
    const results = await writeFolderAtomically(out, { force: force === true }, async (folder) => {
      for (const name of ["labels", "overlays", "rois", "uncertainty"]) mkdirSync(join(folder, name));
      const particles: ParticleImage[] = [];
      const shown: ParticleReportInput["shown"][number][] = [];
      for (const [index, file] of files.entries()) {
        const answer = await segmentFile(file, segmenter, {
          rule,
          pixelSizeNm: rest["pixel-size"] ?? null,
        });
        notes.push(...answer.notes);
        const name = `${String(index).padStart(4, "0")}-${stemOf(file)}`;
        writeAnswer(folder, name, answer);
        writeRois(join(folder, "rois", name), answer.particles, className);
        particles.push(answer.particles);
        if (shown.length < SHOWN_IMAGES) shown.push({ ...answer.picture, name: answer.particles.name });
        stage.update(index + 1, file);
      }
      writeFileSync(join(folder, "particles.csv"), particlesCsv(particles));
      const { metadata } = segmenter;
      writeFileSync(
        join(folder, "report.html"),
        particleReport({ metadata, particles, shown, notes: [...new Set(notes)] }),
      );
      writeFileSync(
        join(folder, RUN_FILE),
        runRecord("segment apply", context.version, { models, files, views, rule }),
      );
      return particles;
    });
    stage.finish(`${files.length} images`);
    await segmenter.dispose();
    const { edgeRule } = segmenter.metadata.config.particles;
    const rows = results.map((result) => ({ ...result, ...summariseParticles([result], edgeRule) }));
    const table = textTable(rows, [
      { heading: "image", cell: ({ name }) => name },
      { heading: "particles", cell: ({ particleCount }) => String(particleCount), isNumber: true },
      { heading: "cut by edge", cell: ({ cutCount }) => String(cutCount), isNumber: true },
      { heading: "area fraction", cell: ({ areaFraction }) => intervalText(areaFraction) },
      {
        heading: "median diameter",
        cell: ({ diameterPx, pixelSizeNm }) => lengthText(diameterPx.p50, pixelSizeNm),
      },
    ]);
    const text = [
      table,
      ...notes.map((note) => `note: ${note}`),
      `Particles, labels and overlays: ${out} (report.html)`,
    ].join("\n");
    return { text, json: { out, notes, images: rows.map(({ particles: _, crops: __, ...row }) => row) } };
  },
};

/** Regions for ImageJ; more than a ZIP file may hold go to several. */
function writeRois(path: string, particles: ParticleImage, className: string): void {
  const { crops } = particles;
  for (let start = 0, part = 1; part === 1 || start < crops.length; start += LARGEST_ZIP, part++) {
    const shapes = particleOutlines({ crops: crops.slice(start, start + LARGEST_ZIP) }, className);
    const file = crops.length > LARGEST_ZIP ? `${path}-${part}.zip` : `${path}.zip`;
    writeFileSync(file, encodeRoiSet(shapes));
  }
}

function writeAnswer(folder: string, name: string, answer: FileAnswer): void {
  const { width, height, classIds, uncertainty, picture } = answer;
  const write = (kind: string, pixels: Uint8Array) =>
    writeFileSync(join(folder, kind, `${name}.png`), pngBytes({ width, height, pixels, channels: 1 }));
  write("labels", classIds);
  const overlay = labelPicture(picture.image, picture.classIds);
  writeFileSync(join(folder, "overlays", `${name}.png`), pngBytes(overlay));
  if (uncertainty !== null) write("uncertainty", uncertainty);
}

const lengthText = (px: number, pixelSizeNm: number | null) =>
  pixelSizeNm === null
    ? `${shortNumber(px)} px`
    : `${shortNumber(px * pixelSizeNm)} nm (${shortNumber(px)} px)`;
