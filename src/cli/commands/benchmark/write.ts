import { copyFileSync } from "node:fs";
import { join } from "node:path";
import {
  BENCHMARK_RECIPE,
  BENCHMARK_VERSION,
  drawSet,
  folderReadme,
  IMAGE_HEADING,
  IMAGE_SETS,
  imageRow,
  TASKS,
  truthTable,
  type ImageSet,
  type Row,
} from "../../../benchmark/index.ts";
import { counted, csvText } from "../../../core/index.ts";
import { corpusJob, generateCorpus, planInversion, type InversionRecipe } from "../../../inverse/index.ts";
import { makeFolders, writeNewFile } from "../../../io/index.ts";
import { encodeTiff } from "../../../micrograph/index.ts";
import { defineCommand, type CommandContext } from "../../command.ts";
import { MAX_MEMORY_FLAG, outputFlags, wholeNumber, WORKERS_FLAG } from "../../flags.ts";
import { runInto } from "../../run-into.ts";
import { writeFiles } from "../../write-files.ts";
import { benchmarkRecipe } from "./task-arguments.ts";

/** `heterostem benchmark write`: images, what may be told of them, truths, and samples to learn from. */
export const benchmarkWrite = defineCommand({
  name: "write",
  summary: "Write the benchmark: images of every task, their truths, samples to learn from",
  arguments: {},
  flags: {
    learn: {
      value: "N",
      help: "samples to learn from: the first 8,000 train, the next 1,000 calibrate; 0 for none",
      parse: wholeNumber(0, 1e7),
      default: 9000,
    },
    groups: {
      value: "N",
      help: "only the first N groups of each set, to try it out (default: all; fewer are no benchmark)",
      parse: wholeNumber(1, 1e4),
    },
    workers: WORKERS_FLAG,
    maxMemory: MAX_MEMORY_FLAG,
    ...outputFlags("runs/benchmark"),
  },
  example: "benchmark write --learn 0 --groups 4 --out runs/benchmark",
  async run({ flags }, context) {
    const { learn, groups = null, workers, out, force } = flags;
    const recipe = benchmarkRecipe(context);
    const settings = { version: BENCHMARK_VERSION, learn, groups, config: recipe };
    const imageCount = await runInto(out, { force, context, settings }, async (folder) => {
      writeFiles(folder, { "README.md": folderReadme(groups) });
      copyFileSync(join(context.packageFolder, BENCHMARK_RECIPE), join(folder, "recipe.yaml"));
      makeFolders(join(folder, "truth"));
      let count = 0;
      for (const set of IMAGE_SETS) {
        const own = { ...set, groupCount: Math.min(set.groupCount, groups ?? set.groupCount) };
        count += writeSet(own, recipe, { folder, context });
      }
      if (learn > 0) await writeLearning(learn, recipe, { folder, workers, context });
      return count;
    });
    const names = TASKS.map(({ name }) => name);
    const text = `${counted(imageCount, "image")} of ${counted(names.length, "task")} (${names.join(", ")}) in ${out}; README.md there says how predictions are scored`;
    return { text, json: { folder: out, version: BENCHMARK_VERSION, imageCount, learn, tasks: names } };
  },
});

interface Target {
  readonly folder: string;
  readonly context: CommandContext;
}

/** Images of a set, what may be told of them, and the truths of its tasks. */
function writeSet(set: ImageSet, recipe: InversionRecipe, { folder, context }: Target): number {
  const stage = context.startStage(`Imaging ${set.name}`, set.groupCount * set.imagesPerGroup);
  makeFolders(join(folder, set.name));
  const truths = TASKS.filter((task) => task.set === set.name).map((task) => {
    const table = truthTable(recipe, task);
    return { ...task, ...table, rows: [] as Row[] };
  });
  const told: Row[] = [];
  const groups = new Set<string>();
  for (const drawn of drawSet(recipe, set)) {
    writeNewFile(join(folder, set.name, `${drawn.name}.tif`), encodeTiff([drawn.image]));
    told.push(imageRow(drawn));
    stage.update(told.length);
    if (groups.has(drawn.group)) continue;
    groups.add(drawn.group);
    for (const { groupCount, rows, rowsOf } of truths) {
      if (groups.size <= groupCount) rows.push(...rowsOf(drawn));
    }
  }
  writeNewFile(join(folder, set.name, "images.csv"), csvText([IMAGE_HEADING, ...told]));
  for (const { name, heading, rows } of truths) {
    writeNewFile(join(folder, "truth", `${name}.csv`), csvText([heading, ...rows]));
  }
  stage.finish(counted(told.length, "image"));
  return told.length;
}

/** The recipe's own samples, in a corpus. */
async function writeLearning(
  sampleCount: number,
  recipe: InversionRecipe,
  { folder, workers, context }: Target & { readonly workers: number },
): Promise<void> {
  const learn = join(folder, "learn");
  makeFolders(learn);
  const job = corpusJob(planInversion(recipe), { sampleCount, heterostemVersion: context.version });
  await generateCorpus(job, { folder: learn, workers, startStage: context.startStage });
}
