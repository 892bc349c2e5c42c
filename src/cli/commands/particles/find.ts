import { join, resolve } from "node:path";
import { counted, definedPart, failureText, openRandomStream, UsageError } from "../../../core/index.ts";
import { cropRegion } from "../../../image/index.ts";
import { makeFolders, writeNewFile } from "../../../io/index.ts";
import { encodeRoiSet } from "../../../labels/index.ts";
import {
  eachFrame,
  filledImage,
  imageFiles,
  sharedNotes,
  type FailedImage,
  type ImageFile,
} from "../../../micrograph/index.ts";
import {
  agreementText,
  contributionPicture,
  doubtText,
  discOutlines,
  elementListTable,
  elementMaterials,
  elementPicture,
  mixtureTable,
  explainParticle,
  fitTable,
  residualPicture,
  imageTable,
  particleListTable,
  particleOverlay,
  particlesReport,
  sizeStatistics,
  sizeTable,
  type Detector,
  type ElementAnswer,
  type Explanation,
  type ImageParticles,
} from "../../../particles/index.ts";
import { pngBytes, tableCsv, tableText, type Picture } from "../../../report/index.ts";
import { defineCommand, type CommandContext } from "../../command.ts";
import {
  IMAGE_FLAGS,
  imageRequest,
  MODALITY_FLAG,
  numberFrom,
  outputFlags,
  wholeNumber,
  WORKERS_FLAG,
} from "../../flags.ts";
import { runInto } from "../../run-into.ts";
import { writeFiles } from "../../write-files.ts";
import { materialsNamed, particleDetectors } from "../../particle-detectors.ts";
import { listParticles, type ListJob } from "./list-particles.ts";
import { takeCorrections } from "./take-corrections.ts";
import { parseElementFiles, takeElements, type TakenElements } from "./take-elements.ts";

/** Images that the report shows. */
const SHOWN_COUNT = 12;

/** `heterostem particles IMAGE...`: every primary particle with place, radius, material and probability. */
export const particlesFind = defineCommand({
  name: "find",
  summary: "Find the primary particles of images: table, circles, sizes, regions for ImageJ",
  arguments: { images: { help: "micrographs, or folders of them", isVariadic: true } },
  flags: {
    modality: MODALITY_FLAG,
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
    corrections: {
      value: "FILE",
      help: "particles.json, or a RoiSet.zip of one image, as a person has corrected it: in place of what is found",
    },
    elements: {
      value: "E=FILE,...",
      help: "element maps of the image, such as Ti=ti.tif,W=w.tif: material of each particle by what they count",
      parse: parseElementFiles,
    },
    fit: {
      help: "refine all particles on the image through the simulator: standard errors, residual, share explained",
    },
    explain: {
      value: "N",
      help: "draw which pixels made particle N of the first image: it is asked for with one place after another hidden",
      parse: wholeNumber(1, 1_000_000),
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
    const corrections =
      flags.corrections === undefined
        ? new Map<never, never>()
        : await takeCorrections(flags.corrections, { files, request, materials });
    if (flags.elements !== undefined && forceMaterial !== undefined) {
      throw new UsageError(
        "Cannot find particles: --elements tells materials apart, --force-material calls all the same; leave one out",
      );
    }
    const elements =
      flags.elements === undefined ? null : await takeElements(flags.elements, { files, request, materials });
    const detectors = particleDetectors(flags.model, flags.workers, context);
    const settings = {
      files,
      modality,
      materials,
      threshold,
      corrections: flags.corrections,
      ...definedPart({ explain: flags.explain }),
      ...definedPart({ elements: flags.elements?.map(({ element, path }) => `${element}=${path}`) }),
      ...request,
    };
    const job = {
      files,
      request,
      detectors,
      startStage: context.startStage,
      isFitted: flags.fit,
      corrections,
      elements,
      explain: flags.explain ?? null,
      options: { modality: modality === "auto" ? null : modality, materials, threshold },
    };
    const found = await runInto(out, { force, context, settings }, (folder) => findAll(job, folder)).finally(
      detectors.dispose,
    );
    const text = [
      `${counted(countOf(found.images), "particle")} in ${counted(found.images.length, "image")}`,
      tableText(sizeTable(found.sizes)),
      tableText(imageTable(found.images)),
      ...(found.fits.length === 0 ? [] : [tableText(fitTable(found.fits))]),
      ...found.answers.map((answer) => elementText(answer)),
      ...(found.notes.length === 0 ? [] : [found.notes.map((note) => `note: ${note}`).join("\n")]),
      `Report: ${resolve(out, "report.html")}`,
    ].join("\n\n");
    const { images: all, sizes, notes, failed, answers } = found;
    const json = { out: resolve(out), sizes, images: all, notes, failed };
    return { text, json: elements === null ? json : { ...json, elements: answers.map(elementJson) }, failed };
  },
});

/** What element maps say, for the terminal. */
function elementText(answer: ElementAnswer): string {
  const agreement = agreementText(answer);
  return [tableText(mixtureTable([answer])), ...(agreement === null ? [] : [agreement])].join("\n\n");
}

/** What element maps say, without the maps. */
const elementJson = ({ maps, ...answer }: ElementAnswer) => ({
  ...answer,
  maps: maps.map(({ counts: _, ...map }) => map),
});

const countOf = (images: readonly ImageParticles[]) =>
  images.reduce((sum, { particles }) => sum + particles.length, 0);

interface FindJob extends ListJob {
  readonly files: readonly string[];
  readonly request: ReturnType<typeof imageRequest>;
  readonly startStage: CommandContext["startStage"];
  readonly elements: TakenElements | null;
  /** Number of the particle of the first image that is explained. */
  readonly explain: number | null;
}

async function findAll(job: FindJob, folder: string) {
  const { files, request, detectors, startStage, isFitted, options, elements, explain } = job;
  const materials = elements?.materials ?? options.materials;
  for (const name of ["overlays", "rois", ...(isFitted ? ["residuals"] : [])])
    makeFolders(join(folder, name));
  const stage = startStage("Finding particles", files.length);
  const images: ImageParticles[] = [];
  const shown: Parameters<typeof particlesReport>[0]["shown"][number][] = [];
  const fits: ({ readonly name: string } & Explanation)[] = [];
  const listNotes: string[] = [...(elements?.notes ?? [])];
  const mapped: { readonly answer: ElementAnswer; readonly picture: Picture }[] = [];
  const read: { name: string; notes: readonly string[] }[] = [];
  let explained: Explained | null = null;
  const failed: FailedImage[] = await eachFrame(
    files,
    () => request,
    async (stack, frame) => {
      const file = stack.image(frame);
      const { found: listed, explanation, notes: own } = await listParticles(job, file);
      listNotes.push(...own);
      const told =
        elements === null ? null : elementMaterials(file, listed, elements.maps, elements.materials);
      const found = told === null ? listed : { ...listed, particles: told.particles };
      if (told !== null) mapped.push({ answer: told.answer, picture: elementPicture(told.answer, found) });
      const stem = `${String(images.length).padStart(4, "0")}-${file.stem}`;
      const overlay = particleOverlay(file.image, found, materials);
      writeNewFile(join(folder, "overlays", `${stem}.png`), pngBytes(overlay));
      writeNewFile(join(folder, "rois", `${stem}.zip`), encodeRoiSet(discOutlines(found)));
      if (explanation !== null) {
        writeNewFile(
          join(folder, "residuals", `${stem}.png`),
          pngBytes(residualPicture(explanation.residual)),
        );
        fits.push({ name: file.name, ...explanation });
      }
      if (explain !== null && images.length === 0) {
        explained = await explainOne(detectors.openFor(found.modality), file, found, explain);
        makeFolders(join(folder, "explained"));
        const picture = pngBytes(contributionPicture(explained.explanation));
        writeNewFile(join(folder, "explained", `${stem}-${explain}.png`), picture);
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
  const answers = mapped.map(({ answer }) => answer);
  const doubts = answers.map(doubtText).filter((text) => text !== null);
  const notes = [
    ...doubts,
    ...listNotes,
    ...notesOf(images, options.modality === null),
    ...sharedNotes(read),
  ];
  const { models } = detectors;
  writeFiles(folder, {
    "particles.csv": tableCsv(particleListTable(images)),
    "images.csv": tableCsv(imageTable(images)),
    "particles.json": {
      sizes,
      images,
      ...(isFitted ? { fits: fits.map(fitJson) } : {}),
      ...(elements === null ? {} : { elements: answers.map(elementJson) }),
    },
    ...(answers.length === 0 ? {} : { "elements.csv": tableCsv(elementListTable(answers)) }),
    "report.html": particlesReport({
      images,
      sizes,
      shown,
      notes,
      fits,
      models: models(),
      materials,
      elements: mapped,
      explained,
    }),
  });
  stage.finish(counted(countOf(images), "particle"));
  return { images, sizes, notes, fits, failed, answers };
}

type Explained = NonNullable<Parameters<typeof particlesReport>[0]["explained"]>;

/** Which pixels made a particle of an image. */
async function explainOne(
  detector: Detector,
  file: ImageFile,
  { particles, name }: ImageParticles,
  number: number,
): Promise<Explained> {
  const particle = particles.find((one) => one.number === number);
  if (particle === undefined) {
    const wanted = `--explain must be one of the particles of ${name}, 1 to ${particles.length}`;
    throw new UsageError(failureText({ action: "explain particle" }, wanted, String(number)));
  }
  const image = filledImage(file);
  const explanation = await explainParticle(detector, image, particle);
  const { box } = explanation;
  const moved = { ...particle, x: particle.x - box.x, y: particle.y - box.y };
  return {
    particle,
    explanation,
    about: particleOverlay(cropRegion(image, box), { particles: [moved] }, []),
  };
}

/** A fit without its pictures. */
const fitJson = ({
  name,
  explained,
  reducedChiSquare,
  noise,
  droppedCount,
}: { readonly name: string } & Explanation) => ({
  name,
  explained,
  reducedChiSquare,
  noise,
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
