import type { StartModel } from "../inverse/index.ts";
import type { FlagSpec } from "./command.ts";
import { readInput } from "./read-input.ts";

/** Flag of commands whose training may begin where another ended. */
export const FROM_FLAG = {
  value: "MODEL",
  help: "begin with the weights of this model instead of random ones",
} satisfies FlagSpec;

/**
 * Reads the model of `--from`; call it before anything is drawn, for a wrong path is a matter of seconds then.
 *
 * @throws UsageError where the file cannot be read
 */
export function startModel(path: string | undefined): { readonly startModel?: StartModel } {
  if (path === undefined) return {};
  const bytes = readInput(path, "begin with trained weights", "--from wants a model.onnx");
  return { startModel: { bytes, where: path } };
}
