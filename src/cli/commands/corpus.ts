import type { CommandSpec } from "../command.ts";
import { FORCE_FLAG, OUT_FLAG, wholeNumber, WORKERS_FLAG } from "../flags.ts";
import { UsageError } from "../../core/index.ts";
import type { CorpusAction } from "./corpus/corpus-action.ts";
import { exportCorpus, EXPORT_FORMATS } from "./corpus/export-corpus.ts";
import { inspectCorpus } from "./corpus/inspect-corpus.ts";
import { mergeAction } from "./corpus/merge-action.ts";
import { verifyAction } from "./corpus/verify-action.ts";

const ACTIONS: Readonly<Record<string, CorpusAction>> = {
  verify: verifyAction,
  merge: mergeAction,
  inspect: inspectCorpus,
  export: exportCorpus,
};

/** `heterostem corpus`: what can be done with a corpus besides learning from it. */
export const corpusCommand: CommandSpec = {
  name: "corpus",
  summary: "Verify, repair, merge, inspect or export corpora",
  arguments: [
    {
      name: "action",
      help:
        "verify (checksums, --repair), merge (parts to one corpus in --out), inspect (counts, quantiles, pictures), " +
        "export (images and labels as other files)",
    },
    {
      name: "folder",
      help: "folders that heterostem generate wrote; merge takes all parts",
      isVariadic: true,
    },
  ],
  flags: [
    { name: "repair", help: "verify: make the shards again that are missing or broken" },
    {
      name: "to",
      value: "FORMAT",
      help: `export: ${EXPORT_FORMATS.join(", ")}`,
      parse: parseFormat,
    },
    { name: "first", value: "N", help: "export: first sample (default: 0)", parse: wholeNumber(0, 1e7) },
    { name: "count", value: "N", help: "export: samples (default: all)", parse: wholeNumber(1, 1e7) },
    { ...OUT_FLAG, help: `merge, inspect, export: ${OUT_FLAG.help}` },
    FORCE_FLAG,
    WORKERS_FLAG,
  ],
  example: "corpus verify runs/corpus",
  run(input, context) {
    const [name, folders] = input.arguments as readonly [string, readonly string[]];
    const action = ACTIONS[name];
    if (action === undefined) {
      throw new UsageError(
        `Cannot work on corpus: action must be one of ${Object.keys(ACTIONS).join(", ")}, got ${name}`,
      );
    }
    const foreign = Object.keys(input.flags).find((flag) => !action.flags.includes(flag));
    if (foreign !== undefined) {
      throw new UsageError(`Cannot ${name} corpus: --${foreign} does not belong to ${name}`);
    }
    if (!action.takesSeveral && folders.length > 1) {
      throw new UsageError(`Cannot ${name} corpus: wanted one folder, got ${folders.length}`);
    }
    return action.run({ folders, flags: input.flags }, context);
  },
};

function parseFormat(text: string): string {
  if (EXPORT_FORMATS.some((format) => format === text)) return text;
  throw new RangeError(`wanted one of ${EXPORT_FORMATS.join(", ")}, got ${text}`);
}
