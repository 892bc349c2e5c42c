import type { CommandGroup } from "../command.ts";
import { corpusExport } from "./corpus/export.ts";
import { corpusInspect } from "./corpus/inspect.ts";
import { corpusMerge } from "./corpus/merge.ts";
import { corpusVerify } from "./corpus/verify.ts";

/** `heterostem corpus`: what can be done with a corpus besides learning from it. */
export const corpusGroup: CommandGroup = {
  name: "corpus",
  summary: "Verify, repair, merge, inspect or export corpora",
  subcommands: [corpusVerify, corpusMerge, corpusInspect, corpusExport],
};
