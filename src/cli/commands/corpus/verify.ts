import { openCorpus, repairCorpus, verifyCorpus } from "../../../corpus/index.ts";
import type { CorpusCheck } from "../../../corpus/index.ts";
import { planInversion, recipeOfCorpus } from "../../../inverse/index.ts";
import { counted, type Work } from "../../../core/index.ts";
import { defineCommand } from "../../command.ts";
import { onWebGpu, rendererOf } from "../../renderer-flag.ts";
import { MAX_MEMORY_FLAG, WORKERS_FLAG } from "../../flags.ts";
import { bytesText } from "../../bytes-text.ts";
import { CORPUS_ARGUMENT } from "./corpus-argument.ts";

/** `heterostem corpus verify`: a corpus beside its manifest; with --repair, what differs is made again. */
export const corpusVerify = defineCommand({
  name: "verify",
  summary: "Compare a corpus with its checksums, and make again what differs",
  arguments: { folder: CORPUS_ARGUMENT },
  flags: {
    repair: { help: "make the shards again that are missing or broken" },
    workers: WORKERS_FLAG,
    maxMemory: MAX_MEMORY_FLAG,
  },
  example: "corpus verify runs/corpus",
  async run({ arguments: { folder }, flags }, context) {
    const found = await check(folder, context);
    if (found.faults.length === 0) return { text: goodText(folder, found), json: { folder, ...found } };
    const lines = found.faults.map(({ file, fault }) => `  ${file}: ${fault}`).join("\n");
    if (!flags.repair) {
      throw new Error(
        `Cannot trust corpus: all shards must be as its manifest says, got ${found.faults.length} of ` +
          `${found.shardCount} that are not (${folder})\n${lines}\nMake them again with heterostem corpus verify ${folder} --repair`,
      );
    }
    await repair(folder, found, { ...context, workers: flags.workers });
    const text = `Made again ${found.faults.length} of ${counted(found.shardCount, "shard")}, with the manifest's checksums:\n${lines}`;
    return { text, json: { folder, repaired: found.faults, ...(await check(folder, context)) } };
  },
});

async function check(folder: string, { startStage }: Pick<Work, "startStage">): Promise<CorpusCheck> {
  const stage = startStage("Comparing checksums", openCorpus(folder).manifest.shards.length);
  const found = await verifyCorpus(folder, (done) => stage.update(done));
  stage.finish();
  return found;
}

async function repair(folder: string, found: CorpusCheck, { workers, startStage }: Work): Promise<void> {
  const { manifest } = openCorpus(folder);
  const plan = planInversion(recipeOfCorpus(manifest, folder));
  const { samples } = rendererOf(manifest) === "cpu" ? plan : onWebGpu(plan);
  const stage = startStage("Growing and imaging aggregates", 0);
  const onProgress = (done: number) => stage.update(done);
  await repairCorpus(samples, folder, found.faults, { workers, onProgress });
  stage.finish();
}

function goodText(folder: string, { shardCount, bytes, strangers }: CorpusCheck): string {
  const extra = strangers.length === 0 ? "" : `\nNot of this corpus: ${strangers.join(", ")}`;
  return `${folder}: ${counted(shardCount, "shard")}, ${bytesText(bytes)}, as the manifest says${extra}`;
}
