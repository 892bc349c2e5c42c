import { resolve } from "node:path";
import {
  planInversion,
  planText,
  runInversionStudy,
  studyResults,
  type InversionPlan,
} from "../../inverse/index.ts";
import { defineCommand, type CommandContext } from "../command.ts";
import { interruptibly } from "../interruption.ts";
import { warnOfField } from "../field-warning.ts";
import { writeFirstLook } from "../first-look.ts";
import {
  MAX_MEMORY_FLAG,
  outputFlags,
  PIXEL_SIZE_FLAG,
  PORT_FLAG,
  SEED_FLAG,
  WORKERS_FLAG,
} from "../flags.ts";
import { checkOutputFolder } from "../output-folder.ts";
import { resolveRecipe } from "../resolve-recipe.ts";
import { particleDetectors } from "../particle-detectors.ts";
import { runInto } from "../run-into.ts";
import { openStudio, serveStudio } from "../serve-studio.ts";
import { studyText, writeStudy } from "../study-output.ts";

/** Small enough for some four minutes on two cores. */
const DEMO_RECIPE = "configs/demo.yaml";

/** `heterostem demo`: something to look at within a minute, then the whole chain from recipe to report. */
export const demoCommand = defineCommand({
  name: "demo",
  summary: "Show first answers, then run the whole chain: grow, image, train, invert, report",
  arguments: {
    recipe: { help: `recipe as YAML, without a first answer (default: ${DEMO_RECIPE})`, isOptional: true },
  },
  flags: {
    open: { help: "after the first answer, open the studio in the browser in place of training" },
    port: PORT_FLAG,
    seed: SEED_FLAG,
    workers: WORKERS_FLAG,
    maxMemory: MAX_MEMORY_FLAG,
    ...outputFlags("runs/demo"),
    real: { value: "IMAGE", help: "real micrographs to invert at the end", isVariadic: true },
    pixelSize: PIXEL_SIZE_FLAG,
  },
  example: "demo --force",
  async run({ arguments: { recipe }, flags }, context) {
    const plan = planInversion(resolveRecipe({ recipe, seed: flags.seed }, context, DEMO_RECIPE));
    const { out, open, force } = flags;
    if (open) return openFirst(plan, flags, context);
    checkOutputFolder(out, force);
    if (recipe === undefined) await firstLook(plan, flags, context);
    return train(plan, flags, context);
  },
});

interface DemoFlags {
  readonly port: number;
  readonly workers: number;
  readonly out: string;
  readonly force: boolean;
  readonly real: readonly string[] | undefined;
  readonly pixelSize: number | undefined;
  readonly open: boolean;
}

/** The first answer, in a folder beside the one of the training, and where it is to be seen. */
async function firstLook(
  { seed }: InversionPlan,
  { out, open, force, workers }: DemoFlags,
  context: CommandContext,
): Promise<string> {
  const reportPath = open ? null : resolve(out, "report.html");
  const folder = `${resolve(out)}-first-look`;
  const page = resolve(await writeFirstLook(folder, { seed, workers, force, reportPath }, context));
  context.progress.write(`\nFirst look, to be opened in a browser: ${page}\n\n`);
  return page;
}

/** The first answer, and then the studio until Ctrl-C. */
async function openFirst(plan: InversionPlan, flags: DemoFlags, context: CommandContext) {
  const site = openStudio(context);
  const page = await firstLook(plan, flags, context);
  const address = await serveStudio(site, { port: flags.port, noOpen: false }, context);
  return { text: "The studio has ended", json: { firstLook: page, address } };
}

const ADVICE =
  "nothing of the training was kept, for demo writes no checkpoints (study does); the same call with --force begins anew";

async function train(
  plan: InversionPlan,
  { out, force, workers, real = [], pixelSize }: DemoFlags,
  context: CommandContext,
) {
  context.progress.write(planText(plan));
  warnOfField(plan.recipe, context);
  const settings = { config: plan.recipe, real: { paths: real, pixelSizeNm: pixelSize } };
  const detectors = particleDetectors(undefined, workers, context);
  const result = await interruptibly(
    context,
    () => ADVICE,
    (startStage) =>
      runInto(out, { force, context, settings }, async (folder) => {
        const study = await runInversionStudy(plan, {
          workers,
          startStage,
          heterostemVersion: context.version,
          real: { paths: real, pixelSizeNm: pixelSize, openFinder: () => detectors.openFor("haadf") },
        });
        writeStudy(folder, study);
        return study;
      }),
  ).finally(detectors.dispose);
  const report = resolve(out, "report.html");
  return { text: studyText(result, report), json: { report, ...studyResults(result) } };
}
