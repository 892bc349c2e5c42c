import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openRandomStream } from "../../../core/index.ts";
import { frameImage, readMicrograph } from "../../../micrograph/index.ts";
import { pngBytes } from "../../../report/index.ts";
import {
  classify,
  intervalText,
  jointAnswer,
  labelPicture,
  openSegmenter,
  particlesCsv,
  particlesOf,
  summariseParticles,
} from "../../../segment/index.ts";
import type { ClassRule, ParticleImage, Segmenter } from "../../../segment/index.ts";
import { workerCount } from "../../flags.ts";
import { RUN_FILE, writeFolderAtomically } from "../../output-folder.ts";
import { startStage } from "../../progress.ts";
import { runRecord } from "../../run-record.ts";
import { shortNumber, textTable } from "../../text-table.ts";
import { UsageError } from "../../usage-error.ts";
import { imageFiles } from "./image-files.ts";
import type { SegmentAction } from "./segment-action.ts";
import { modelPath } from "./train-action.ts";

interface ApplyFlags {
  readonly views?: number;
  readonly ensemble?: string;
  readonly rule?: ClassRule;
  readonly "pixel-size"?: number;
  readonly out?: string;
  readonly force?: true;
}

/** Share by which the pixel size may leave the range that was trained on before a note says so. */
const PIXEL_SIZE_SLACK = 0.25;

/** `segment apply`: classes and particles of images nobody has labelled. */
export const applyAction: SegmentAction = {
  flags: ["views", "ensemble", "rule", "pixel-size", "workers", "out", "force"],
  wanted: "a model and images, or folders of images",
  pathCount: [2, 100_000],
  async run({ paths: [model, ...images], flags }, context) {
    const {
      views = 1,
      ensemble,
      rule = "plain",
      out = "runs/segmented",
      force,
      ...rest
    } = flags as ApplyFlags;
    const models = [model, ...(ensemble?.split(",") ?? [])].map(modelPath);
    const segmenters = models.map((path) =>
      openSegmenter(readFileSync(path), { where: path, threads: workerCount(flags) }),
    );
    checkSameClasses(segmenters, models);
    const files = images.flatMap(imageFiles);
    const stage = startStage(context.progress, "Segmenting", files.length);
    const notes: string[] = [];
    const results = await writeFolderAtomically(out, { force: force === true }, async (folder) => {
      for (const name of ["labels", "overlays", "uncertainty"]) mkdirSync(join(folder, name));
      const particles: ParticleImage[] = [];
      for (const [index, file] of files.entries()) {
        const answer = await segmentFile(file, segmenters, {
          views,
          rule,
          pixelSizeNm: rest["pixel-size"] ?? null,
        });
        notes.push(...answer.notes);
        writeAnswer(folder, `${String(index).padStart(4, "0")}-${stemOf(file)}`, answer);
        particles.push(answer.particles);
        stage.update(index + 1, file);
      }
      writeFileSync(join(folder, "particles.csv"), particlesCsv(particles));
      writeFileSync(
        join(folder, RUN_FILE),
        runRecord("segment apply", context.version, { models, files, views, rule }),
      );
      return particles;
    });
    stage.finish(`${files.length} images`);
    for (const segmenter of segmenters) await segmenter.dispose();
    const { edgeRule } = segmenters[0].metadata.config.particles;
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
      `Particles, labels and overlays: ${out}`,
    ].join("\n");
    return { text, json: { out, notes, images: rows.map(({ particles: _, ...row }) => row) } };
  },
};

async function segmentFile(
  file: string,
  segmenters: readonly Segmenter[],
  how: { readonly views: number; readonly rule: ClassRule; readonly pixelSizeNm: number | null },
) {
  const read = frameImage(await readMicrograph(readFileSync(file), file));
  const image = how.pixelSizeNm === null ? read : { ...read, pixelSizeNm: how.pixelSizeNm };
  const { metadata } = segmenters[0];
  const { map, uncertainty } = await jointAnswer(segmenters, image, how.views);
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

function checkSameClasses(segmenters: readonly Segmenter[], models: readonly string[]): void {
  const classesOf = (segmenter: Segmenter) => segmenter.metadata.classNames.join(", ");
  const other = segmenters.findIndex((segmenter) => classesOf(segmenter) !== classesOf(segmenters[0]));
  if (other < 0) return;
  const wanted = `models of an ensemble must share the classes ${classesOf(segmenters[0])}`;
  throw new UsageError(`Cannot apply: ${wanted}, got ${classesOf(segmenters[other])} (${models[other]})`);
}

const stemOf = (path: string) => (path.split(/[\\/]/).at(-1) ?? "").replace(/\.[^.]+$/, "");

const lengthText = (px: number, pixelSizeNm: number | null) =>
  pixelSizeNm === null
    ? `${shortNumber(px)} px`
    : `${shortNumber(px * pixelSizeNm)} nm (${shortNumber(px)} px)`;
