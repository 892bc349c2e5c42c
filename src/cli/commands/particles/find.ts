import { join, resolve } from "node:path";
import { counted, openRandomStream, UsageError } from "../../../core/index.ts";
import { makeFolders, writeNewFile } from "../../../io/index.ts";
import { encodeRoiSet, readRoiSet } from "../../../labels/index.ts";
import { eachFrame, imageFiles, sharedNotes, type FailedImage } from "../../../micrograph/index.ts";
import {
  discOutlines,
  explainImage,
  fitTable,
  residualPicture,
  discsOfOutlines,
  findParticles,
  imageTable,
  particleListTable,
  particleOverlay,
  particlesReport,
  sizeStatistics,
  sizeTable,
  type Explanation,
  type FoundDisc,
  type ImageParticles,
} from "../../../particles/index.ts";
import { pngBytes, tableCsv, tableText } from "../../../report/index.ts";
import { defineCommand, type CommandContext } from "../../command.ts";
import { IMAGE_FLAGS, imageRequest, numberFrom, outputFlags, WORKERS_FLAG } from "../../flags.ts";
import { runInto } from "../../run-into.ts";
import { writeFiles } from "../../write-files.ts";
import { materialsNamed, particleDetectors, type ParticleDetectors } from "../../particle-detectors.ts";
import { readInput } from "../../read-input.ts";

/** Images that the report shows. */
const SHOWN_COUNT = 12;
const MODALITIES = ["auto", "haadf", "bright-field"] as const;

/** `heterostem particles IMAGE...`: every primary particle with place, radius, material and probability. */
export const particlesFind = defineCommand({
  name: "find",
  summary: "Find the primary particles of images: table, circles, sizes, regions for ImageJ",
  arguments: { images: { help: "micrographs, or folders of them", isVariadic: true } },
  flags: {
    modality: {
      value: "NAME",
      help: "how the images were taken; auto asks the grey levels",
      choices: MODALITIES,
      default: "auto",
    },
    materials: {
      value: "A,B",
      help: "materials of the particles: one, or two that are told apart",
      parse: (text: string) => text.split(",").map((name) => name.trim()),
    },
    forceMaterial: { value: "NAME", help: "call all particles so, whatever the detector says" },
    leastProbability: {
      value: "P",
      help: "probability from which a particle counts, over the detector's own",
      parse: numberFrom(0.01, 0.99),
    },
    regions: {
      value: "FILE",
      help: "RoiSet.zip of one image, as corrected by a person: measured in place of what is found",
    },
    fit: {
      help: "refine all particles on the image through the simulator: standard errors, residual, share explained",
    },
    model: { value: "FILE", help: "detector of particles train, over those that ship" },
    ...IMAGE_FLAGS,
    workers: WORKERS_FLAG,
    ...outputFlags("runs/particles"),
  },
  example: "particles find image.tif --pixel-size 0.34 --out runs/particles",
  async run({ arguments: { images }, flags }, context) {
    const { out, force, modality, leastProbability: threshold, forceMaterial } = flags;
    const materials = forceMaterial === undefined ? materialsNamed(flags.materials ?? []) : [forceMaterial];
    const files = images.flatMap(imageFiles);
    const request = imageRequest(flags);
    const corrected = flags.regions === undefined ? undefined : readRegions(flags.regions, files, materials);
    const detectors = particleDetectors(flags.model, flags.workers, context);
    const settings = { files, modality, materials, threshold, regions: flags.regions, ...request };
    const job = {
      files,
      request,
      detectors,
      startStage: context.startStage,
      isFitted: flags.fit,
      options: {
        modality: modality === "auto" ? null : modality,
        materials,
        threshold,
        corrected,
      },
    };
    const found = await runInto(out, { force, context, settings }, (folder) => findAll(job, folder)).finally(
      detectors.dispose,
    );
    const text = [
      `${counted(countOf(found.images), "particle")} in ${counted(found.images.length, "image")}`,
      tableText(sizeTable(found.sizes)),
      tableText(imageTable(found.images)),
      ...(found.fits.length === 0 ? [] : [tableText(fitTable(found.fits))]),
      ...(found.notes.length === 0 ? [] : [found.notes.map((note) => `note: ${note}`).join("\n")]),
      `Report: ${resolve(out, "report.html")}`,
    ].join("\n\n");
    const { images: all, sizes, notes, failed } = found;
    return { text, json: { out: resolve(out), sizes, images: all, notes, failed }, failed };
  },
});

const countOf = (images: readonly ImageParticles[]) =>
  images.reduce((sum, { particles }) => sum + particles.length, 0);

interface FindJob {
  readonly files: readonly string[];
  readonly request: ReturnType<typeof imageRequest>;
  readonly detectors: ParticleDetectors;
  readonly startStage: CommandContext["startStage"];
  readonly isFitted: boolean;
  readonly options: Parameters<typeof findParticles>[2];
}

async function findAll(
  { files, request, detectors, startStage, isFitted, options }: FindJob,
  folder: string,
) {
  for (const name of ["overlays", "rois", ...(isFitted ? ["residuals"] : [])])
    makeFolders(join(folder, name));
  const stage = startStage("Finding particles", files.length);
  const images: ImageParticles[] = [];
  const shown: Parameters<typeof particlesReport>[0]["shown"][number][] = [];
  const fits: ({ readonly name: string } & Explanation)[] = [];
  const read: { name: string; notes: readonly string[] }[] = [];
  const failed: FailedImage[] = await eachFrame(
    files,
    () => request,
    async (stack, frame) => {
      const file = stack.image(frame);
      const asFound = await findParticles(detectors.openFor, file, options);
      const explanation = isFitted ? explainImage(file.image, file.mask, asFound) : null;
      const found =
        explanation === null || isMisfit(explanation)
          ? asFound
          : { ...asFound, particles: explanation.particles };
      const stem = `${String(images.length).padStart(4, "0")}-${file.stem}`;
      const overlay = particleOverlay(file.image, found, options.materials);
      writeNewFile(join(folder, "overlays", `${stem}.png`), pngBytes(overlay));
      writeNewFile(join(folder, "rois", `${stem}.zip`), encodeRoiSet(discOutlines(found)));
      if (explanation !== null) {
        writeNewFile(
          join(folder, "residuals", `${stem}.png`),
          pngBytes(residualPicture(explanation.residual)),
        );
        fits.push({ name: file.name, ...explanation });
      }
      images.push(found);
      read.push({ name: file.name, notes: file.notes });
      const { pixelSizeNm } = found;
      const fieldWidthNm = pixelSizeNm === null ? null : pixelSizeNm * found.width;
      if (shown.length < SHOWN_COUNT) shown.push({ name: found.name, overlay, fieldWidthNm });
      stage.update(images.length, file.name);
    },
  );
  const sizes = sizeStatistics(openRandomStream(1, "particles"), images);
  const misfits = fits
    .filter(isMisfit)
    .map(
      ({ name }) =>
        `${name}: spheres on an even ground do not explain the image, as where a support lies below; its particles are those of the detector`,
    );
  const notes = [...notesOf(images, options.modality === null), ...misfits, ...sharedNotes(read)];
  const { models } = detectors;
  writeFiles(folder, {
    "particles.csv": tableCsv(particleListTable(images)),
    "images.csv": tableCsv(imageTable(images)),
    "particles.json": { sizes, images, ...(isFitted ? { fits: fits.map(fitJson) } : {}) },
    "report.html": particlesReport({
      images,
      sizes,
      shown,
      notes,
      fits,
      models: models(),
      materials: options.materials,
    }),
  });
  stage.finish(counted(countOf(images), "particle"));
  return { images, sizes, notes, fits, failed };
}

/** Above these a fit does not describe the image: spheres on an even ground are no model of a support. */
const MOST_CHI_SQUARE = 100;
const LEAST_EXPLAINED = 0.9;

const isMisfit = ({ reducedChiSquare, explained }: Explanation) =>
  reducedChiSquare > MOST_CHI_SQUARE && explained < LEAST_EXPLAINED;

/** A fit without its pictures. */
const fitJson = ({
  name,
  explained,
  reducedChiSquare,
  droppedCount,
}: { readonly name: string } & Explanation) => ({
  name,
  explained,
  reducedChiSquare,
  droppedCount,
});

function notesOf(images: readonly ImageParticles[], isGuessed: boolean): string[] {
  const unsized = images.filter(({ pixelSizeNm }) => pixelSizeNm === null);
  return [
    ...(isGuessed
      ? images.map(
          ({ name, modality }) => `${name}: taken as ${modality} by what it shows; --modality says otherwise`,
        )
      : []),
    ...(unsized.length === 0
      ? []
      : [
          `no pixel size is known of ${unsized.map(({ name }) => name).join(", ")}: sizes are in px; give it with --pixel-size`,
        ]),
  ];
}

function readRegions(path: string, files: readonly string[], materials: readonly string[]): FoundDisc[] {
  if (files.length !== 1) {
    throw new UsageError(
      `Cannot find particles: --regions are those of one image, got ${files.length} images`,
    );
  }
  return discsOfOutlines(readRoiSet(readInput(path, "find particles", "wanted a RoiSet.zip")), materials);
}
