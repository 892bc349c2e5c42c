import { counted } from "../../core/index.ts";
import { openCorpus } from "../../corpus/index.ts";
import {
  accuracyTable,
  calibrationTable,
  coverageClassTable,
  identificationText,
  loadCorpus,
  openInversion,
  planInversion,
  recipeOfCorpus,
  sampleSeedsOf,
  validateInversion,
} from "../../inverse/index.ts";
import { defineCommand } from "../command.ts";
import { MAX_MEMORY_FLAG, WORKERS_FLAG } from "../flags.ts";
import { tableText } from "../../report/index.ts";

/** `heterostem validate`: model and a corpus it has not seen to scores. */
export const validateCommand = defineCommand({
  name: "validate",
  summary: "Score a model on a corpus it has not seen: errors, calibration, baselines",
  arguments: {
    model: { help: "model.onnx that heterostem train wrote" },
    corpus: { help: "folder that heterostem generate wrote, with another seed than the training corpus" },
  },
  flags: { workers: WORKERS_FLAG, maxMemory: MAX_MEMORY_FLAG },
  example: "validate runs/model/model.onnx runs/held-out",
  async run({ arguments: { model, corpus: folder }, flags }, { startStage }) {
    const inversion = await openInversion(model, flags.workers);
    try {
      const corpus = openCorpus(folder);
      const plan = planInversion(recipeOfCorpus(corpus.manifest, folder));
      const { input, lengths } = inversion.model;
      const data = await loadCorpus(corpus, plan, {
        scale: input.scale,
        lengths,
        hasAggregates: true,
        startStage,
      });
      const { pairs: _, outputs: __, ...result } = await validateInversion(inversion, data, startStage);
      const isTrainingSeed = sampleSeedsOf(inversion.model).includes(plan.seed);
      const warning = isTrainingSeed
        ? "\nWarning: this corpus has a seed the model was trained with; its images may be the training images"
        : "";
      const identified =
        result.identification === null ? "" : `${identificationText(result.identification)}\n\n`;
      const scores = [accuracyTable, calibrationTable].map((of) => tableText(of(result.scores))).join("\n\n");
      const classes =
        result.classes.length === 0
          ? ""
          : `\n\n${tableText(coverageClassTable(result.classes))}\nmean over all quantities; thirds of the images`;
      const text =
        `${counted(result.imageCount, "image")}, ${(100 * result.outOfDistributionShare).toFixed(1)} % called out of distribution ` +
        `(wanted ${100 * result.wantedFalseAlarmRate} %), joint calibration (TARP) p ${result.tarpP.toFixed(2)}; neighbours among the other images\n\n${identified}${scores}${classes}${warning}`;
      return { text, json: { model, corpus: folder, isTrainingSeed, ...result } };
    } finally {
      await inversion.network.dispose();
    }
  },
});
