import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { runStudy, studyResults } from "../../inverse/index.ts";
import type { CommandInput, CommandSpec } from "../command.ts";
import { FORCE_FLAG, OUT_FLAG, PIXEL_SIZE_FLAG, SEED_FLAG, WORKERS_FLAG, workerCount } from "../flags.ts";
import { RUN_FILE, writeFolderAtomically } from "../output-folder.ts";
import { startStage } from "../progress.ts";
import { resolveRecipe } from "../resolve-recipe.ts";
import { runRecord } from "../run-record.ts";
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
export const demoCommand: CommandSpec = {
  name: "demo",
  summary: "Run the whole chain: grow, image, train, invert held-out and real images, write a report",
  arguments: [{ name: "recipe", help: "recipe as YAML (default: configs/demo.yaml)", isOptional: true }],
  flags: [
    SEED_FLAG,
    WORKERS_FLAG,
    { ...OUT_FLAG, help: `${OUT_FLAG.help} (default: runs/demo)` },
    FORCE_FLAG,
    { name: "real", value: "IMAGE...", help: "real micrographs to invert at the end" },
    PIXEL_SIZE_FLAG,
  ],
  example: "demo --force",
  async run(input, context) {
    const config = resolveRecipe(input, context, DEMO_RECIPE);
    const out = (input.flags["out"] as string | undefined) ?? "runs/demo";
    const real = realImages(input, context.packageFolder);
    const result = await writeFolderAtomically(
      out,
      { force: input.flags["force"] === true },
      async (folder) => {
        const study = await runStudy(config, {
          workers: workerCount(input.flags),
          heterostemVersion: context.version,
          realImages: real.paths,
          realPixelSizeNm: real.pixelSizeNm,
          startStage: (title, total) => startStage(context.progress, title, total),
        });
        writeStudy(folder, study);
        writeFileSync(join(folder, RUN_FILE), runRecord("demo", context.version, { config, real }));
        return study;
      },
    );
    const report = resolve(out, "report.html");
    return { text: studyText(result, report), json: { report, ...studyResults(result) } };
  },
};

function realImages(
  { flags }: CommandInput,
  packageFolder: string,
): { readonly paths: readonly string[]; readonly pixelSizeNm: number | undefined } {
  const pixelSizeNm = flags["pixel-size"] as number | undefined;
  const named = flags["real"] as readonly string[] | undefined;
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
