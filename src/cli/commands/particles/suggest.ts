import { copyFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { extremes, plainFileName, rangeError, usageError, type GrayImage } from "../../../core/index.ts";
import { cropRegion, type PixelRegion } from "../../../image/index.ts";
import { makeFolders, writeNewFile } from "../../../io/index.ts";
import { encodeCoco, encodeRoiSet, type LabelShape, type SizedAnnotation } from "../../../labels/index.ts";
import {
  eachFrame,
  encodePng16,
  filledImage,
  imageFiles,
  openImageStack,
  type ImageFile,
  type ImageRequest,
} from "../../../micrograph/index.ts";
import {
  discOutlines,
  liesIn,
  openDetector,
  outlineTaskTable,
  particleOverlay,
  partsReport,
  scoreParts,
  searchParticles,
  SMALLEST_TILE_PX,
  wholeOutlineTaskTable,
  type FeatureDetector,
  type OutlineTask,
  type Particle,
  type ScoredPart,
} from "../../../particles/index.ts";
import { pngBytes, tableCsv, tableText, type Picture } from "../../../report/index.ts";
import { chooseTiles, SUGGEST_BY, tileBoxes, type ChosenTile } from "../../../segment/index.ts";
import { defineCommand, type CommandContext, type CommandResult, type FlagValues } from "../../command.ts";
import { IMAGE_FLAGS, imageRequest, outputFlags, wholeNumber, WORKERS_FLAG } from "../../flags.ts";
import { readInput } from "../../read-input.ts";
import { runInto } from "../../run-into.ts";
import { writeFiles } from "../../write-files.ts";
import { isFolder, readOutlined } from "./read-outlined.ts";

const ACTION = "suggest tiles";
/** Edge of a tile [px]: some dozens of particles, half an hour's work. */
const TILE_PX = 512;
/** Share of a tile that must show specimen. */
const LEAST_SHOWN = 0.5;
const CLASS_NAMES = ["background", "particle"] as const;

const SUGGEST_FLAGS = {
  budget: { value: "K", help: "tiles to suggest", parse: wholeNumber(1, 100_000), default: 10 },
  by: { value: "NAME", help: "what the choice goes by", choices: SUGGEST_BY, default: "both" },
  tile: {
    value: "PX",
    help: "edge of a tile in px",
    parse: wholeNumber(SMALLEST_TILE_PX, 65_536),
    default: TILE_PX,
  },
  labelled: {
    value: "FOLDER",
    help: "images/ and particles/ that are outlined already: the choice keeps away from them, and they are trained on too",
  },
  ...IMAGE_FLAGS,
  workers: WORKERS_FLAG,
  ...outputFlags("runs/to-outline"),
} as const;

type SuggestFlags = FlagValues<typeof SUGGEST_FLAGS>;

/** How tiles were chosen, in words. */
const WORDS: Readonly<Record<SuggestFlags["by"], string>> = {
  uncertainty: "those on which mirror images are answered least alike",
  diversity: "those that cover what the detector sees, by k-centre greedy on its deepest features",
  both: "those that differ most in the detector's deepest features, by k-centre greedy, among the tiles whose mirror images are answered least alike",
};

/** `heterostem particles suggest`: which parts of micrographs are worth outlining next. */
export const particlesSuggest = defineCommand({
  name: "suggest",
  summary: "Suggest which tiles of images to outline next, with circles to correct",
  arguments: {
    model: { help: "detector: model.onnx, or the folder of a training" },
    images: { help: "images that nobody has outlined, or folders of them", isVariadic: true },
  },
  flags: SUGGEST_FLAGS,
  example: "particles suggest runs/particle-model my-images --budget 8 --out runs/to-outline",
  async run({ arguments: { model, images }, flags }, context) {
    const path = isFolder(model) ? join(model, "model.onnx") : model;
    const wanted = "wanted a detector that heterostem particles train wrote";
    const detector = openDetector(readInput(path, ACTION, wanted), { threads: flags.workers, where: path });
    try {
      return await suggest(detector, { model: path, files: images.flatMap(imageFiles) }, flags, context);
    } finally {
      await detector.dispose();
    }
  },
});

/** A part of a file that nobody has outlined, and what the detector draws on it. */
interface SurveyedPart extends ScoredPart {
  readonly name: string;
  readonly source: string;
  readonly frame: number;
  /** Darkest and brightest pixel of its image. */
  readonly range: readonly [number, number];
  readonly particles: readonly Particle[];
}

async function suggest(
  detector: FeatureDetector,
  { model, files }: { readonly model: string; readonly files: readonly string[] },
  flags: SuggestFlags,
  context: CommandContext,
): Promise<CommandResult> {
  const { out, force, by, budget, tile: tilePx, labelled = null } = flags;
  const request = imageRequest(flags);
  const outlined = labelled === null ? [] : await readOutlined(labelled);
  const settings = { model, files, by, budget, tilePx, labelled, ...request };
  return runInto(out, { force, context, settings }, async (folder) => {
    const { startStage } = context;
    const known = new Set(outlined.map(({ name }) => name));
    const stage = startStage("Scoring tiles", files.length);
    const parts: SurveyedPart[] = [];
    const names = new Set<string>();
    const passed: string[] = [];
    let imageCount = 0;
    const failed = await eachFrame(
      files,
      () => request,
      async (stack, frame) => {
        const file = stack.image(frame);
        if (known.has(file.stem)) passed.push(file.name);
        else parts.push(...(await surveyed(detector, file, { frame, tilePx, known, names })));
        stage.update(++imageCount, file.name);
      },
    );
    stage.finish(`${parts.length} tiles`);
    if (parts.length === 0) {
      const wanted = "images must have tiles that show specimen and that nobody has outlined";
      throw usageError({ action: ACTION }, wanted, `none in ${files.length} images`);
    }
    const embedded = await embedOutlined(detector, outlined, tilePx);
    const chosen = chooseTiles(parts, { by, count: budget, labelled: embedded });
    const taken = chosen.map(({ index }) => parts[index]);
    const tasks = taken.map((part, i) => taskOf(part, chosen[i], i));
    if (labelled !== null) copyOutlined(labelled, folder);
    const written = await writeParts(taken, { folder, request });
    const notes = notesOf({ passed, tasks, budget, labelled });
    writeFiles(folder, {
      "tasks.csv": tableCsv(wholeOutlineTaskTable(tasks)),
      "tasks.json": { by, tilePx, tasks },
      "coco.json": encodeCoco(
        written.map(({ annotation }) => annotation),
        CLASS_NAMES,
      ),
      "report.html": partsReport({
        tasks,
        shown: written,
        words: WORDS[by],
        scoredCount: parts.length,
        notes,
      }),
    });
    const text = [
      tableText(outlineTaskTable(tasks)),
      ...notes.map((note) => `note: ${note}`),
      `Tiles, and circles to correct: ${out} (report.html); then heterostem particles train ${out} --from ${model}`,
    ].join("\n");
    return { text, json: { out, tasks, notes, failed }, failed };
  });
}

interface SurveyOptions {
  readonly frame: number;
  readonly tilePx: number;
  readonly known: ReadonlySet<string>;
  /** Names that are taken; this adds its own. */
  readonly names: Set<string>;
}

/** The parts of an image that show specimen and that nobody has outlined. */
async function surveyed(
  detector: FeatureDetector,
  file: ImageFile,
  { frame, tilePx, known, names }: SurveyOptions,
): Promise<SurveyedPart[]> {
  const { width, height } = file.image;
  if (Math.min(width, height) < SMALLEST_TILE_PX) {
    const wanted = `image must have ${SMALLEST_TILE_PX} x ${SMALLEST_TILE_PX} px at least, on which a detector can be tuned`;
    throw rangeError({ action: ACTION, where: file.path }, wanted, `${width} x ${height} px`);
  }
  const image = filledImage(file);
  const open = tileBoxes(image, tilePx)
    .map((box) => ({ box, name: uniqueName(names, file.stem, box) }))
    .filter(({ name }) => !known.has(name));
  if (open.length === 0) return [];
  const { modality } = detector.metadata;
  const { particles } = await searchParticles(() => detector, file, { modality, materials: [] });
  const boxes = open.map(({ box }) => box);
  const scores = await scoreParts(detector, image, { boxes, mask: file.mask });
  const range = extremes(image.data);
  return scores
    .map((score, i) => ({
      ...score,
      name: open[i].name,
      source: file.path,
      frame,
      range,
      particles: particlesIn(particles, score.box),
    }))
    .filter(({ shownShare }) => shownShare >= LEAST_SHOWN);
}

/** Particles whose centre lies in a part, in its pixels. */
const particlesIn = (particles: readonly Particle[], box: PixelRegion): Particle[] =>
  particles
    .filter((particle) => liesIn(particle, box))
    .map((particle) => ({ ...particle, x: particle.x - box.x, y: particle.y - box.y }));

/** Features of what is outlined, part by part. */
async function embedOutlined(
  detector: FeatureDetector,
  outlined: Awaited<ReturnType<typeof readOutlined>>,
  tilePx: number,
): Promise<Float32Array[]> {
  const embeddings: Float32Array[] = [];
  for (const { image } of outlined) {
    const scores = await scoreParts(detector, image, { boxes: tileBoxes(image, tilePx), mask: null });
    embeddings.push(...scores.map(({ embedding }) => embedding));
  }
  return embeddings;
}

function taskOf(part: SurveyedPart, { distance }: ChosenTile, i: number): OutlineTask {
  const { name, source, frame, box, uncertainty, particles } = part;
  return { rank: i + 1, tile: name, source, frame, box, uncertainty, distance, drawnCount: particles.length };
}

interface WrittenPart {
  readonly image: GrayImage;
  readonly overlay: Picture;
  readonly annotation: SizedAnnotation;
}

/** Writes images/, particles/ and overlays/ of the parts: what particles train reads. */
async function writeParts(
  parts: readonly SurveyedPart[],
  { folder, request }: { readonly folder: string; readonly request: ImageRequest },
): Promise<WrittenPart[]> {
  for (const name of ["images", "particles", "overlays"]) makeFolders(join(folder, name));
  const written: WrittenPart[] = [];
  for (const part of parts) {
    // read anew: all images of a survey at once would not fit into memory
    const file = (await openImageStack(part.source, request)).image(part.frame);
    written.push(writePart(part, cropRegion(filledImage(file), part.box), folder));
  }
  return written;
}

function writePart({ name, particles, range }: SurveyedPart, image: GrayImage, folder: string): WrittenPart {
  const shapes = discOutlines({ particles });
  const overlay = particleOverlay(image, { particles }, []);
  writeNewFile(join(folder, "images", `${name}.png`), encodePng16(image, { range }));
  writeNewFile(join(folder, "overlays", `${name}.png`), pngBytes(overlay));
  // ImageJ keeps no empty set of regions: an empty folder of masks says that there is no particle
  if (shapes.length === 0) makeFolders(join(folder, "particles", name));
  else writeNewFile(join(folder, "particles", `${name}.zip`), encodeRoiSet(shapes));
  const size = { width: image.width, height: image.height };
  const inside = shapes.map((shape) => cutAtEdges(shape, size));
  return { image, overlay, annotation: { imageName: `${name}.png`, size, shapes: inside } };
}

/** An outline within the image: tools that read COCO know no place beyond it. */
function cutAtEdges(
  { className, rings }: LabelShape,
  { width, height }: { readonly width: number; readonly height: number },
): LabelShape {
  const most = [width, height];
  return {
    className,
    rings: rings.map((ring) => ring.map((value, i) => Math.max(0, Math.min(most[i % 2], value)))),
  };
}

/** What is outlined already, so that one folder has all that is trained on. */
function copyOutlined(from: string, folder: string, within = ""): void {
  const kinds = within === "" ? ["images", "particles"] : [within];
  for (const kind of kinds) {
    makeFolders(join(folder, kind));
    for (const entry of readdirSync(join(from, kind), { withFileTypes: true })) {
      const path = join(kind, entry.name);
      if (entry.isDirectory()) copyOutlined(from, folder, path);
      else copyFileSync(join(from, path), join(folder, path));
    }
  }
}

/** Files of one name in two folders are told apart by a number. */
function uniqueName(names: Set<string>, stem: string, { x, y }: PixelRegion): string {
  const name = `${plainFileName(stem)}_x${x}_y${y}`;
  let unique = name;
  for (let count = 2; names.has(unique); count++) unique = `${name}-${count}`;
  names.add(unique);
  return unique;
}

function notesOf({
  passed,
  tasks,
  budget,
  labelled,
}: {
  readonly passed: readonly string[];
  readonly tasks: readonly OutlineTask[];
  readonly budget: number;
  readonly labelled: string | null;
}): string[] {
  const bare = tasks.filter(({ drawnCount }) => drawnCount === 0).map(({ tile }) => tile);
  return [
    ...(passed.length === 0
      ? []
      : [`passed over, outlined already by name: ${passed.map((name) => basename(name)).join(", ")}`]),
    ...(tasks.length < budget
      ? [`there are ${tasks.length} tiles only, of ${budget} that were asked for`]
      : []),
    ...(labelled === null ? ["without --labelled the choice does not know what is outlined already"] : []),
    ...(bare.length === 0
      ? []
      : [
          `no circle is drawn on ${bare.join(", ")}: where there are particles, save their regions as particles/NAME.zip`,
        ]),
  ];
}
