import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  checkSamePlan,
  MANIFEST_FILE,
  openCorpus,
  partsOfWhole,
  planOfManifest,
} from "../../../corpus/index.ts";
import { mergeCorpora } from "../../../inverse/index.ts";
import { defineCommand } from "../../command.ts";
import { FORCE_FLAG, MAX_MEMORY_FLAG, OUT_FLAG } from "../../flags.ts";
import { runInto } from "../../run-into.ts";
import { corpusSettings, describeCorpus } from "../generate.ts";

/** Joins the parts that `generate --shard` made to what one run would have made, byte for byte. */
export const corpusMerge = defineCommand({
  name: "merge",
  summary: "Join the parts that generate --shard made to what one run would have made",
  arguments: {
    folders: { help: "all parts of one corpus, or the folder that holds them", isVariadic: true },
  },
  flags: {
    out: { ...OUT_FLAG, isRequired: true },
    force: FORCE_FLAG,
    maxMemory: MAX_MEMORY_FLAG,
    resume: { help: "find nothing left to do where the whole is there already" },
  },
  example: "corpus merge runs/part-1 runs/part-2 --out runs/corpus",
  async run({ arguments: { folders }, flags: { out, force, resume } }, context) {
    if (resume && existsSync(join(out, MANIFEST_FILE))) {
      checkSamePlan(partsOfWhole(folders).plan, planOfManifest(openCorpus(out).manifest), out);
      return describeCorpus(out);
    }
    // the run file of one run too
    const options = { force, context: { ...context, command: "generate" }, settings: corpusSettings };
    await runInto(out, options, (folder) => mergeCorpora(folder, folders, context.startStage));
    return describeCorpus(out);
  },
});
