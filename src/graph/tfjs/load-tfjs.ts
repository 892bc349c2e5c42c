import { failureText } from "../../core/index.ts";
import type * as Tf from "@tensorflow/tfjs-core";

/** TensorFlow.js as it was found. */
export interface Tfjs {
  readonly tf: typeof Tf;
  /** What computes, such as "cpu (@tensorflow/tfjs-backend-cpu 4.22.0)". */
  readonly device: string;
}

/** Packages that bring TensorFlow.js, the fastest first; all of one choice are wanted. */
const CHOICES = [
  ["@tensorflow/tfjs-node-gpu"],
  ["@tensorflow/tfjs-node"],
  ["@tensorflow/tfjs"],
  ["@tensorflow/tfjs-core", "@tensorflow/tfjs-backend-cpu"],
] as const;

/** How TensorFlow.js comes beside a packed program, where it runs as plain JavaScript. */
export const TFJS_INSTALL = "npm install @tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-backend-cpu@4.22.0";

/** Imports a package by its name; for tests another. */
export type ImportPackage = (name: string) => Promise<unknown>;

/**
 * Loads TensorFlow.js from the first of its packages that is installed: tfjs-node-gpu, tfjs-node, tfjs, or tfjs-core with its
 * CPU backend.
 *
 * @param importPackage how a package is imported; Node's import by default
 * @returns the library, ready to compute
 * @throws Error where none is installed, with the call that installs one; where the first that is installed does not load, for a
 *   slower one would take its place without a word
 */
export async function loadTfjs(
  importPackage: ImportPackage = (name) => import(name) as Promise<unknown>,
): Promise<Tfjs> {
  for (const names of CHOICES) {
    const modules: unknown[] = [];
    for (const name of names) modules.push(await importInstalled(name, importPackage));
    if (modules.includes(null)) continue;
    const tf = libraryOf(modules[0]);
    // no check of every number, and no advice on the terminal
    tf.enableProdMode();
    await tf.ready();
    return { tf, device: deviceOf(tf, names[names.length - 1]) };
  }
  const wanted =
    "wanted one of @tensorflow/tfjs-node-gpu, tfjs-node, tfjs, or tfjs-core with tfjs-backend-cpu";
  throw new Error(
    `${failureText({ action: "load TensorFlow.js" }, wanted, "none")}; "${TFJS_INSTALL}" installs the last, which runs ` +
      `everywhere and slowly; "npm install --ignore-scripts=false @tensorflow/tfjs-node-gpu" the first, which wants Linux, CUDA and ` +
      "cuDNN and fetches libtensorflow when it is installed; or use --engine onnxruntime",
  );
}

/** Null where it is not installed. */
async function importInstalled(name: string, importPackage: ImportPackage): Promise<unknown> {
  try {
    return await importPackage(name);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    // the package itself, not one that it wants
    if (code === "ERR_MODULE_NOT_FOUND" && message.includes(`'${name}'`)) return null;
    const [reason] = message.trim().split("\n");
    const text = failureText({ action: "load TensorFlow.js" }, `wanted ${name}, which is installed`, reason);
    const remedy = "install it again with its scripts (npm install --ignore-scripts=false), or remove it";
    throw new Error(`${text}; ${remedy}, or use --engine onnxruntime`, { cause });
  }
}

/** A module that Node loads from CommonJS may have all its names behind `default` only. */
function libraryOf(loaded: unknown): typeof Tf {
  const module = loaded as typeof Tf | { readonly default: typeof Tf };
  return "default" in module && !("enableProdMode" in module) ? module.default : (module as typeof Tf);
}

function deviceOf(tf: typeof Tf, name: string): string {
  // a property of tfjs-node's backend alone
  const { isUsingGpuDevice = false } = tf.backend() as { readonly isUsingGpuDevice?: boolean };
  return `${isUsingGpuDevice ? "gpu" : "cpu"} (${name} ${tf.version_core})`;
}
