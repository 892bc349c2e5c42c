import type { ArgumentSpec, FlagRecord } from "../../command.ts";
import { WORKERS_FLAG } from "../../flags.ts";

export const MODEL_ARGUMENT = { help: "model.onnx, or the folder of a training" } satisfies ArgumentSpec;

/** Whose answers are averaged. */
export const ENSEMBLE_FLAGS = {
  views: {
    value: "N",
    help: "1, 2, 4 or 8 symmetric views whose answers are averaged (default: the study's)",
    parse: parseViews,
  },
  ensemble: { value: "MODELS", help: "further models, with commas between; answers are averaged" },
  workers: WORKERS_FLAG,
} satisfies FlagRecord;

function parseViews(text: string): number {
  if (["1", "2", "4", "8"].includes(text)) return Number(text);
  throw new RangeError(`wanted 1, 2, 4 or 8, got ${text}`);
}
