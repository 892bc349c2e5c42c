import { basename, join } from "node:path";
import {
  answerOwnImages,
  firstLookReport,
  openInversion,
  rerenderAnswer,
  shippedModel,
} from "../inverse/index.ts";
import type { CommandContext } from "./command.ts";
import { framedAggregates } from "./framed-aggregates.ts";
import { runInto } from "./run-into.ts";
import { writeFiles } from "./write-files.ts";

/** Enough to see that answers differ, and done in seconds. */
const IMAGE_COUNT = 6;
const REPORT_FILE = "first-look.html";

/** How a first look is made. */
export interface FirstLookOptions {
  readonly seed: number;
  readonly workers: number;
  readonly force: boolean;
  /** Where the report of what follows will be; null where nothing follows. */
  readonly reportPath: string | null;
}

/**
 * Writes what there is to see within a minute: images of a shipped network's own recipe, its answers beside the truth, and the
 * aggregates in 3D.
 *
 * @returns path of the page
 */
export async function writeFirstLook(
  out: string,
  { seed, workers, force, reportPath }: FirstLookOptions,
  context: CommandContext,
): Promise<string> {
  const { packageFolder, startStage } = context;
  const modelPath = shippedModel([{ intensityUnit: "fraction of the incident beam" }], packageFolder);
  const modelName = basename(modelPath);
  await runInto(
    out,
    { force, context, settings: { modelName, seed, imageCount: IMAGE_COUNT } },
    async (folder) => {
      const inversion = await openInversion(modelPath, workers);
      try {
        const { model } = inversion;
        const { plan, answered } = await answerOwnImages(inversion, { seed, count: IMAGE_COUNT }, startStage);
        const stage = startStage("Drawing structures from the first answer", 1);
        const rerendering = rerenderAnswer(plan, model, answered[0].answer);
        stage.finish();
        const report = firstLookReport({
          model,
          modelName,
          answered,
          rerendering,
          viewer: framedAggregates(
            "The aggregates of this page",
            answered.map(({ sample }) => ({ ...sample, view: sample.labels.microscope })),
          ),
          reportPath,
        });
        writeFiles(folder, { [REPORT_FILE]: report });
      } finally {
        await inversion.network.dispose();
      }
    },
  );
  return join(out, REPORT_FILE);
}
