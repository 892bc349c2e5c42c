import { readFileSync } from "node:fs";
import type { StartModel } from "../inverse/index.ts";
import type { FlagSpec } from "./command.ts";
import { unreadableInput } from "../core/index.ts";

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
  try {
    return { startModel: { bytes: readFileSync(path), where: path } };
  } catch (cause) {
    const context = { action: "begin with trained weights", where: path };
    throw unreadableInput(context, "--from wants a model.onnx", cause);
  }
}
