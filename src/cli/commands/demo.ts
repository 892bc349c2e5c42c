import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { planInversion, planText, runInversionStudy, studyResults } from "../../inverse/index.ts";
import { defineCommand } from "../command.ts";
import { warnOfField } from "../field-warning.ts";
import { MAX_MEMORY_FLAG, outputFlags, PIXEL_SIZE_FLAG, SEED_FLAG, WORKERS_FLAG } from "../flags.ts";
import { resolveRecipe } from "../resolve-recipe.ts";
import { runInto } from "../run-into.ts";
import { studyText, writeStudy } from "../study-output.ts";

/** Small enough for six minutes on two cores. */
const DEMO_RECIPE = "configs/demo.yaml";
/** Real micrographs beside a checkout of the project; used where --real is not given and they are there. */
const REAL_IMAGE_FOLDER = "../shared/data/stem_catalyst_yolo/images";
/** They do not say their pixel size: a guess, as a user's would be. */
const ASSUMED_PIXEL_SIZE_NM = 0.5;
/** Enough to see the verdicts. */
const REAL_IMAGE_LIMIT = 6;

/** `heterostem demo`: the whole chain from recipe to report. */
export const demoCommand = defineCommand({
  name: "demo",
  summary: "Run the whole chain: grow, image, train, invert images, write a report",
  arguments: { recipe: { help: `recipe as YAML (default: ${DEMO_RECIPE})`, isOptional: true } },
  flags: {
    seed: SEED_FLAG,
    workers: WORKERS_FLAG,
    maxMemory: MAX_MEMORY_FLAG,
    ...outputFlags("runs/demo"),
    real: { value: "IMAGE", help: "real micrographs to invert at the end", isVariadic: true },
    pixelSize: PIXEL_SIZE_FLAG,
  },
  example: "demo --force",
  async run({ arguments: { recipe }, flags: { seed, workers, out, force, ...flags } }, context) {
    const plan = planInversion(resolveRecipe({ recipe, seed }, context, DEMO_RECIPE));
    context.progress.write(planText(plan));
    warnOfField(plan.recipe, context);
    const real = realImages(flags.real, flags.pixelSize, context.packageFolder);
    const result = await runInto(
      out,
      { force, context, settings: { config: plan.recipe, real } },
      async (folder) => {
        const study = await runInversionStudy(plan, {
          workers,
          startStage: context.startStage,
          heterostemVersion: context.version,
          realImages: real.paths,
          realPixelSizeNm: real.pixelSizeNm,
        });
        writeStudy(folder, study);
        return study;
      },
    );
    const report = resolve(out, "report.html");
    return { text: studyText(result, report), json: { report, ...studyResults(result) } };
  },
});

function realImages(
  named: readonly string[] | undefined,
  pixelSizeNm: number | undefined,
  packageFolder: string,
): { readonly paths: readonly string[]; readonly pixelSizeNm: number | undefined } {
  if (named !== undefined) return { paths: named, pixelSizeNm };
  const folder = join(packageFolder, REAL_IMAGE_FOLDER);
  if (!existsSync(folder)) return { paths: [], pixelSizeNm };
  const files = readdirSync(folder)
    .filter((file) => file.endsWith(".jpg"))
    .sort()
    .slice(0, REAL_IMAGE_LIMIT);
  return {
    paths: files.map((file) => join(folder, file)),
    pixelSizeNm: pixelSizeNm ?? ASSUMED_PIXEL_SIZE_NM,
  };
}
