import type { ArgumentSpec } from "../../command.ts";

export const CORPUS_ARGUMENT = { help: "folder that heterostem generate wrote" } satisfies ArgumentSpec;
