import { openCorpus, repairCorpus, verifyCorpus } from "../../../corpus/index.ts";
import type { CorpusCheck } from "../../../corpus/index.ts";
import { recipeOfCorpus, sampleRecipe } from "../../../inverse/index.ts";
import type { CommandContext, CommandResult } from "../../command.ts";
import { workerCount } from "../../flags.ts";
import { startStage } from "../../progress.ts";
import { bytesText } from "../../summary-table.ts";
import type { CorpusAction, CorpusCall } from "./corpus-action.ts";

/** Compares a corpus with its manifest; with --repair, makes again what differs. */
export const verifyAction: CorpusAction = {
  flags: ["repair", "workers"],
  takesSeveral: false,
  async run(call, context): Promise<CommandResult> {
    const [folder] = call.folders;
    const found = await check(folder, context);
    if (found.faults.length === 0) return { text: goodText(folder, found), json: { folder, ...found } };
    const lines = found.faults.map(({ file, fault }) => `  ${file}: ${fault}`).join("\n");
    if (call.flags["repair"] !== true) {
      throw new Error(
        `Cannot trust corpus: all shards must be as its manifest says, got ${found.faults.length} of ` +
          `${found.shardCount} that are not (${folder})\n${lines}\nMake them again with heterostem corpus verify ${folder} --repair`,
      );
    }
    await repair(call, context, found);
    const text = `Made again ${found.faults.length} of ${found.shardCount} shards, with the manifest's checksums:\n${lines}`;
    return { text, json: { folder, repaired: found.faults, ...(await check(folder, context)) } };
  },
};

async function check(folder: string, { progress }: CommandContext): Promise<CorpusCheck> {
  const stage = startStage(progress, "Comparing checksums", openCorpus(folder).manifest.shards.length);
  const found = await verifyCorpus(folder, (done) => stage.update(done));
  stage.finish();
  return found;
}

async function repair({ folders, flags }: CorpusCall, { progress }: CommandContext, found: CorpusCheck) {
  const [folder] = folders;
  const config = recipeOfCorpus(openCorpus(folder).manifest, folder);
  const stage = startStage(progress, "Growing and imaging aggregates", 0);
  const onProgress = (done: number) => stage.update(done);
  await repairCorpus(sampleRecipe(config), folder, found.faults, { workers: workerCount(flags), onProgress });
  stage.finish();
}

function goodText(folder: string, { shardCount, bytes, strangers }: CorpusCheck): string {
  const extra = strangers.length === 0 ? "" : `\nNot of this corpus: ${strangers.join(", ")}`;
  return `${folder}: ${shardCount} shards, ${bytesText(bytes)}, as the manifest says${extra}`;
}
