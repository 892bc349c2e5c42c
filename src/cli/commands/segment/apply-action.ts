import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openRandomStream } from "../../../core/index.ts";
import { encodeRoiSet, frameImage, readMicrograph } from "../../../micrograph/index.ts";
import { pngBytes } from "../../../report/index.ts";
import {
  classify,
  intervalText,
  labelPicture,
  particleOutlines,
  particleReport,
  particlesCsv,
  particlesOf,
  summariseParticles,
} from "../../../segment/index.ts";
import type { ClassRule, ParticleImage, ParticleReportInput } from "../../../segment/index.ts";
import { workerCount } from "../../flags.ts";
import { RUN_FILE, writeFolderAtomically } from "../../output-folder.ts";
import { startStage } from "../../progress.ts";
import { runRecord } from "../../run-record.ts";
import { shortNumber, textTable } from "../../text-table.ts";
import { imageFiles } from "./image-files.ts";
import { openEnsemble } from "./open-ensemble.ts";
import type { Ensemble, EnsembleFlags } from "./open-ensemble.ts";
import type { NamedAction } from "../../named-action.ts";

interface ApplyFlags extends EnsembleFlags {
  readonly rule?: ClassRule;
  readonly "pixel-size"?: number;
  readonly out?: string;
  readonly force?: true;
}

/** Images that the report shows. */
const SHOWN_IMAGES = 12;

/** Share by which the pixel size may leave the range that was trained on before a note says so. */
const PIXEL_SIZE_SLACK = 0.25;

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
        const rois = encodeRoiSet(particleOutlines(answer.particles, className));
        writeFileSync(join(folder, "rois", `${name}.zip`), rois);
        particles.push(answer.particles);
        if (shown.length < SHOWN_IMAGES) shown.push({ ...answer, name: answer.particles.name });
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
    return { text, json: { out, notes, images: rows.map(({ particles: _, map: __, ...row }) => row) } };
  },
};

async function segmentFile(
  file: string,
  segmenter: Ensemble,
  how: { readonly rule: ClassRule; readonly pixelSizeNm: number | null },
) {
  const read = frameImage(await readMicrograph(readFileSync(file), file));
  const image = how.pixelSizeNm === null ? read : { ...read, pixelSizeNm: how.pixelSizeNm };
  const { metadata } = segmenter;
  const { map, uncertainty } = await segmenter.answer(image);
  const classIds = classify(map, how.rule, metadata.postProcessing);
  const { width, height, pixelSizeNm } = image;
  const rng = openRandomStream(metadata.config.seed, "segment", "area fraction");
  const rule = metadata.config.particles;
  const particles = particlesOf(rng, { name: stemOf(file), width, height, pixelSizeNm, classIds }, rule);
  return {
    image,
    classIds,
    uncertainty,
    particles,
    notes: pixelSizeNotes(file, pixelSizeNm, metadata.pixelSizesNm),
  };
}

function pixelSizeNotes(
  file: string,
  found: number | null,
  trained: readonly [number, number] | null,
): string[] {
  if (found === null) return [`${file} does not say its pixel size: sizes are in px (--pixel-size gives it)`];
  if (trained === null) return [];
  const [low, high] = trained;
  if (found >= low * (1 - PIXEL_SIZE_SLACK) && found <= high * (1 + PIXEL_SIZE_SLACK)) return [];
  return [
    `${file} has pixels of ${found} nm, the model was trained on ${low} to ${high} nm: do not trust it unseen`,
  ];
}

function writeAnswer(folder: string, name: string, answer: Awaited<ReturnType<typeof segmentFile>>): void {
  const { image, classIds, uncertainty } = answer;
  const { width, height } = image;
  const grey = (pixels: Uint8Array) => pngBytes({ width, height, pixels, channels: 1 });
  writeFileSync(join(folder, "labels", `${name}.png`), grey(classIds));
  writeFileSync(join(folder, "overlays", `${name}.png`), pngBytes(labelPicture(image, classIds)));
  if (uncertainty === null) return;
  // 0.5 is the largest standard deviation that numbers from 0 to 1 can have
  const pixels = Uint8Array.from(uncertainty, (value) => Math.round(Math.min(1, 2 * value) * 255));
  writeFileSync(join(folder, "uncertainty", `${name}.png`), grey(pixels));
}

const stemOf = (path: string) => (path.split(/[\\/]/).at(-1) ?? "").replace(/\.[^.]+$/, "");

const lengthText = (px: number, pixelSizeNm: number | null) =>
  pixelSizeNm === null
    ? `${shortNumber(px)} px`
    : `${shortNumber(px * pixelSizeNm)} nm (${shortNumber(px)} px)`;
