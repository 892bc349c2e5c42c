import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { mergeCorpora } from "../../../inverse/index.ts";
import { RUN_FILE, writeFolderAtomically } from "../../output-folder.ts";
import { startStage } from "../../progress.ts";
import { runRecord } from "../../run-record.ts";
import { describeCorpus } from "../generate.ts";
import { wantedOut, type CorpusAction } from "./corpus-action.ts";

/** Joins the parts that `generate --shard` made to what one run would have made, byte for byte. */
export const mergeAction: CorpusAction = {
  flags: ["out", "force"],
  takesSeveral: true,
  async run(call, context) {
    const out = wantedOut(call, "merge");
    await writeFolderAtomically(out, { force: call.flags["force"] === true }, async (folder) => {
      const { sampleCount: count, ...manifest } = await mergeCorpora(folder, call.folders, (title, total) =>
        startStage(context.progress, title, total),
      );
      const record = runRecord("generate", manifest.heterostemVersion, { count, config: manifest.recipe });
      writeFileSync(join(folder, RUN_FILE), record);
    });
    return describeCorpus(out);
  },
};
