import { join } from "node:path";
import { PREDICTION_HEADING, quantitiesOf, type BenchmarkTask } from "../../../benchmark/index.ts";
import { counted, csvText, groupedBy, readDelimited, type Material } from "../../../core/index.ts";
import {
  answerViews,
  invertImages,
  openInversion,
  poolAnswers,
  readImages,
  type AnsweredView,
  type Inversion,
  type InversionRecipe,
  type InvertedImage,
} from "../../../inverse/index.ts";
import { eachImage, type FailedImage } from "../../../micrograph/index.ts";
import { findParticles, particleListTable, type ImageParticles } from "../../../particles/index.ts";
import type { ConditioningValues } from "../../../posterior/index.ts";
import { tableCsv } from "../../../report/index.ts";
import { materialsOfPrior } from "../../../stochastic/index.ts";
import { defineCommand, type CommandContext } from "../../command.ts";
import { WORKERS_FLAG } from "../../flags.ts";
import { particleDetectors } from "../../particle-detectors.ts";
import { readInput } from "../../read-input.ts";
import { checkResultFile, writeResultFile } from "../../result-file.ts";
import { benchmarkRecipe, FOLDER_ARGUMENT, TASK_ARGUMENT, taskNamed } from "./task-arguments.ts";

/** The network that answers where none is named. */
const SHIPPED_MODEL = "models/tio2-wo3-absolute.onnx";

/** `heterostem benchmark predict`: what the networks that ship, or another of this program, say of a task. */
export const benchmarkPredict = defineCommand({
  name: "predict",
  summary: "Answer a task with a network of this program: a table of predictions",
  arguments: { folder: FOLDER_ARGUMENT, task: TASK_ARGUMENT },
  flags: {
    model: {
      value: "FILE",
      help: "model.onnx of heterostem train or study, or of particles train (default: those that ship)",
    },
    workers: WORKERS_FLAG,
    out: { value: "FILE", help: "table of predictions (.csv)", isRequired: true },
  },
  example: "benchmark predict runs/benchmark one-image --out runs/predicted/one-image.csv",
  async run({ arguments: { folder, task: name }, flags }, context) {
    const task = taskNamed(name);
    checkResultFile(flags.out);
    const groups = toldGroups(folder, task);
    const recipe = benchmarkRecipe(context);
    const asked = new Set(quantitiesOf(recipe, task).map(({ key }) => key));
    const call = { ...flags, asked, told: toldOf(recipe) };
    const { table, answeredCount, failed } = await (
      task.asks === "particles" ? listParticles : answerNumbers
    )(groups, call, context);
    writeResultFile(flags.out, table);
    const text = `${answeredCount} of ${counted(groups.length, "group")} of ${name} answered in ${flags.out}`;
    const json = { task: name, out: flags.out, groups: groups.length, answered: answeredCount, failed };
    return { text, json, failed };
  },
});

/** An image of a task and what is told of it. */
interface ToldImage {
  readonly path: string;
  readonly image: string;
  readonly group: string;
  readonly electronsPerPixel: number;
  readonly tiltDeg: number;
}

/** The images of a task, group by group. */
function toldGroups(folder: string, { set, groupCount }: BenchmarkTask): (readonly ToldImage[])[] {
  const path = join(folder, set, "images.csv");
  const action = "answer benchmark";
  const text = readInput(path, action, "wanted a folder that heterostem benchmark write wrote");
  const columns = ["image", "group", "electrons per pixel", "tilt [deg]"];
  const { lines } = readDelimited(text.toString("utf8"), { fileName: path, action, columns });
  const images = lines.map(({ cells }) => ({
    path: join(folder, set, cells.get("image") ?? ""),
    image: cells.get("image") ?? "",
    group: cells.get("group") ?? "",
    electronsPerPixel: Number(cells.get("electrons per pixel")),
    tiltDeg: Number(cells.get("tilt [deg]")),
  }));
  return groupedBy(images, ({ group }) => group).slice(0, groupCount);
}

/** What every image of the benchmark shares: a network may be told it. */
interface Told {
  readonly materials: readonly Material[];
  readonly stated: ConditioningValues;
}

function toldOf({ aggregate, microscope }: InversionRecipe): Told {
  const { beamEnergyKeV, semiAngleMrad, detector } = microscope;
  return { materials: materialsOfPrior(aggregate), stated: { beamEnergyKeV, semiAngleMrad, ...detector } };
}

interface Call {
  readonly model: string | undefined;
  readonly workers: number;
  /** Quantities that the task asks for. */
  readonly asked: ReadonlySet<string>;
  readonly told: Told;
}

interface Predictions {
  readonly table: string;
  readonly answeredCount: number;
  /** Images that were refused, with the reason. */
  readonly failed: readonly FailedImage[];
}

/** Medians and intervals; of several images the pooled answer. What is refused or out of distribution is left out. */
async function answerNumbers(
  groups: readonly (readonly ToldImage[])[],
  { model, workers, asked, told }: Call,
  context: CommandContext,
): Promise<Predictions> {
  const inversion = await openInversion(model ?? join(context.packageFolder, SHIPPED_MODEL), workers);
  const images = groups.flat();
  const stage = context.startStage("Answering", images.length);
  try {
    const answers = new Map<string, AnsweredView[]>();
    let done = 0;
    const failed = await eachImage(images, async (image) => {
      stage.update(++done);
      const own = answers.get(image.group) ?? [];
      const answer = await answerImage(inversion, image, told);
      answers.set(image.group, [...own, { answer, tiltDeg: image.tiltDeg }]);
    });
    const rows: (string | number)[][] = [];
    for (const [group, own] of answers) {
      for (const { key, value, intervals } of estimatesOf(inversion, own)) {
        if (!asked.has(key)) continue;
        const quantiles = [value, intervals["0.95"][0], ...intervals["0.68"], intervals["0.95"][1]];
        rows.push([group, key, ...quantiles.map((n) => Number(n.toPrecision(6)))]);
      }
    }
    const answeredCount = new Set(rows.map(([group]) => group)).size;
    stage.finish(`${answeredCount} of ${counted(groups.length, "group")}`);
    return { table: csvText([PREDICTION_HEADING, ...rows]), answeredCount, failed };
  } finally {
    await inversion.network.dispose();
  }
}

/** The answer for an image; of several aggregates that for the largest. */
async function answerImage(
  inversion: Inversion,
  { path, electronsPerPixel }: ToldImage,
  told: Told,
): Promise<InvertedImage> {
  const stated = { ...told.stated, electronsPerPixel };
  const answers = await invertImages(inversion, await readImages([path]), { ...told, stated });
  const areaOf = ({ box }: InvertedImage) => (box === undefined ? 0 : box.width * box.height);
  return answers.reduce((largest, one) => (areaOf(one) > areaOf(largest) ? one : largest));
}

/** Views of one aggregate where the tilts differ, else images of one powder; a network that is not calibrated for views takes those for such images, too. */
function estimatesOf(inversion: Inversion, images: readonly AnsweredView[]) {
  const believed = images.filter(({ answer }) => answer.verdict !== "out of distribution");
  if (believed.length === 0) return [];
  const areViews = new Set(images.map(({ tiltDeg }) => tiltDeg)).size > 1 && inversion.model.views.length > 0;
  if (images.length === 1 || (areViews && believed.length === 1)) return believed[0].answer.estimates;
  if (areViews) return answerViews(inversion, images).estimates;
  const answers = images.map(({ answer }) => answer);
  return poolAnswers(inversion, answers).estimates;
}

/** Particles by the dark-field detector, with their materials. */
async function listParticles(
  groups: readonly (readonly ToldImage[])[],
  { model, workers, told }: Call,
  context: CommandContext,
): Promise<Predictions> {
  const detectors = particleDetectors(model, workers, context);
  const materials = told.materials.map(({ name }) => name);
  const images = groups.flat();
  const stage = context.startStage("Answering", images.length);
  try {
    const found: ImageParticles[] = [];
    let done = 0;
    const failed = await eachImage(images, async ({ path, image: name }) => {
      stage.update(++done);
      const [{ image, mask = null }] = await readImages([path]);
      const source = { path, name, image, mask, pixelSizeSource: null };
      found.push(await findParticles(detectors.openFor, source, { modality: "haadf", materials }));
    });
    stage.finish(counted(found.length, "image"));
    return { table: tableCsv(particleListTable(found)), answeredCount: found.length, failed };
  } finally {
    await detectors.dispose();
  }
}
