import { createRequire } from "node:module";
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

/** How packages are found and loaded. */
export interface PackageLoader {
  /** Throws where there is none of that name. */
  readonly resolve: (name: string) => string;
  readonly load: (name: string) => unknown;
}

/** Node's require, which all packages of TensorFlow.js are made for; bundlers leave it alone. */
function nodeLoader(): PackageLoader {
  const require = createRequire(import.meta.url);
  return { resolve: (name) => require.resolve(name), load: (name) => require(name) as unknown };
}

/**
 * Loads TensorFlow.js from the first of its packages that is installed: tfjs-node-gpu, tfjs-node, tfjs, or tfjs-core with its
 * CPU backend.
 *
 * @param packages how they are found and loaded; by Node by default
 * @returns the library, ready to compute
 * @throws Error where none is installed, with the call that installs one; where the first that is installed does not load, for a
 *   slower one would take its place without a word
 */
export async function loadTfjs(packages: PackageLoader = nodeLoader()): Promise<Tfjs> {
  for (const names of CHOICES) {
    if (!names.every((name) => isInstalled(name, packages))) continue;
    const [tf] = names.map((name) => loaded(name, packages) as typeof Tf);
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

function isInstalled(name: string, { resolve }: PackageLoader): boolean {
  try {
    resolve(name);
    return true;
  } catch {
    return false;
  }
}

function loaded(name: string, { load }: PackageLoader): unknown {
  try {
    return load(name);
  } catch (cause) {
    const [reason] = (cause as Error).message.trim().split("\n");
    const text = failureText({ action: "load TensorFlow.js" }, `wanted ${name}, which is installed`, reason);
    const remedy = "install it again with its scripts (npm install --ignore-scripts=false), or remove it";
    throw new Error(`${text}; ${remedy}, or use --engine onnxruntime`, { cause });
  }
}

function deviceOf(tf: typeof Tf, name: string): string {
  // a property of tfjs-node's backend alone
  const { isUsingGpuDevice = false } = tf.backend() as { readonly isUsingGpuDevice?: boolean };
  return `${isUsingGpuDevice ? "gpu" : "cpu"} (${name} ${tf.version_core})`;
}
