import { join } from "node:path";
import { PREDICTION_HEADING, quantitiesOf, type BenchmarkTask } from "../../../benchmark/index.ts";
import { counted, csvText, groupedBy, readDelimited, type Material } from "../../../core/index.ts";
import {
  invertImages,
  openInversion,
  poolAnswers,
  readImages,
  type Inversion,
  type InversionRecipe,
  type InvertedImage,
} from "../../../inverse/index.ts";
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
    const call = { ...flags, folder: join(folder, task.set), asked, told: toldOf(recipe) };
    const { table, answeredCount } = await (task.asks === "particles" ? listParticles : answerNumbers)(
      groups,
      call,
      context,
    );
    writeResultFile(flags.out, table);
    const text = `${answeredCount} of ${counted(groups.length, "group")} of ${name} answered in ${flags.out}`;
    return { text, json: { task: name, out: flags.out, groups: groups.length, answered: answeredCount } };
  },
});

/** An image of a task and what is told of it. */
interface ToldImage {
  readonly image: string;
  readonly group: string;
  readonly electronsPerPixel: number;
}

/** The images of a task, group by group. */
function toldGroups(folder: string, { set, groupCount }: BenchmarkTask): (readonly ToldImage[])[] {
  const path = join(folder, set, "images.csv");
  const action = "answer benchmark";
  const text = readInput(path, action, "wanted a folder that heterostem benchmark write wrote");
  const columns = ["image", "group", "electrons per pixel"];
  const { lines } = readDelimited(text.toString("utf8"), { fileName: path, action, columns });
  const images = lines.map(({ cells }) => ({
    image: cells.get("image") ?? "",
    group: cells.get("group") ?? "",
    electronsPerPixel: Number(cells.get("electrons per pixel")),
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
  /** Folder of the task's images. */
  readonly folder: string;
  readonly model: string | undefined;
  readonly workers: number;
  /** Quantities that the task asks for. */
  readonly asked: ReadonlySet<string>;
  readonly told: Told;
}

interface Predictions {
  readonly table: string;
  readonly answeredCount: number;
}

/** Medians and intervals; of several images the pooled answer. What is out of distribution is left out. */
async function answerNumbers(
  groups: readonly (readonly ToldImage[])[],
  { folder, model, workers, asked, told }: Call,
  context: CommandContext,
): Promise<Predictions> {
  const inversion = await openInversion(model ?? join(context.packageFolder, SHIPPED_MODEL), workers);
  const stage = context.startStage("Answering", groups.length);
  try {
    const rows: (string | number)[][] = [];
    let answeredCount = 0;
    for (const [i, images] of groups.entries()) {
      const answers: InvertedImage[] = [];
      for (const image of images) answers.push(...(await answerImage(inversion, { folder, image, told })));
      const estimates = estimatesOf(inversion, answers).filter(({ key }) => asked.has(key));
      if (estimates.length > 0) answeredCount++;
      for (const { key, value, intervals } of estimates) {
        const [q16, q84] = intervals["0.68"];
        const [q025, q975] = intervals["0.95"];
        rows.push([
          images[0].group,
          key,
          ...[value, q025, q16, q84, q975].map((n) => Number(n.toPrecision(6))),
        ]);
      }
      stage.update(i + 1);
    }
    stage.finish(`${answeredCount} of ${counted(groups.length, "group")}`);
    return { table: csvText([PREDICTION_HEADING, ...rows]), answeredCount };
  } finally {
    await inversion.network.dispose();
  }
}

/** The answer for an image; of several aggregates that for the largest, none where the image is refused. */
async function answerImage(
  inversion: Inversion,
  { folder, image, told }: Pick<Call, "folder" | "told"> & { readonly image: ToldImage },
): Promise<InvertedImage[]> {
  const sources = await readImages([join(folder, image.image)]);
  const stated = { ...told.stated, electronsPerPixel: image.electronsPerPixel };
  try {
    const answers = await invertImages(inversion, sources, { ...told, stated });
    const areaOf = ({ box }: InvertedImage) => (box === undefined ? 0 : box.width * box.height);
    return [answers.reduce((largest, one) => (areaOf(one) > areaOf(largest) ? one : largest))];
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}

function estimatesOf(inversion: Inversion, answers: readonly InvertedImage[]) {
  const believed = answers.filter(({ verdict }) => verdict !== "out of distribution");
  if (believed.length === 0) return [];
  return answers.length === 1 ? believed[0].estimates : poolAnswers(inversion, answers).estimates;
}

/** Particles by the dark-field detector, with their materials. */
async function listParticles(
  groups: readonly (readonly ToldImage[])[],
  { folder, model, workers }: Call,
  context: CommandContext,
): Promise<Predictions> {
  const detectors = particleDetectors(model, workers, context);
  const materials = materialsOfPrior(benchmarkRecipe(context).aggregate).map(({ name }) => name);
  const stage = context.startStage("Answering", groups.length);
  try {
    const found: ImageParticles[] = [];
    for (const [i, [{ image: name }]] of groups.entries()) {
      const [{ image, mask = null, path }] = await readImages([join(folder, name)]);
      const source = { path, name, image, mask, pixelSizeSource: null };
      found.push(await findParticles(detectors.openFor, source, { modality: "haadf", materials }));
      stage.update(i + 1);
    }
    stage.finish(counted(found.length, "image"));
    return { table: tableCsv(particleListTable(found)), answeredCount: found.length };
  } finally {
    await detectors.dispose();
  }
}
