import { createRequire } from "node:module";
import type * as Runtime from "onnxruntime-node";

/*
 * Stands in for onnxruntime-node where the suite runs with vitest.kernels.config.ts: other kernels compute the same numbers
 * in another order, and no result may depend on which. HETEROSTEM_KERNELS names them: "plain", no graph optimisation at
 * all, so no fused and no blocked convolutions; "one-thread", all optimisations, sums never split between threads.
 */
const runtime = createRequire(import.meta.url)("onnxruntime-node") as typeof Runtime;

const OVERRIDES: Readonly<Record<string, Runtime.InferenceSession.SessionOptions>> = {
  plain: { graphOptimizationLevel: "disabled" },
  "one-thread": { intraOpNumThreads: 1 },
};

const kernels = process.env["HETEROSTEM_KERNELS"] ?? "";
if (OVERRIDES[kernels] === undefined) {
  throw new Error(
    `Cannot run with other kernels: wanted ${Object.keys(OVERRIDES).join(" or ")} in HETEROSTEM_KERNELS, got "${kernels}"`,
  );
}

export const { Tensor } = runtime;
export const InferenceSession = {
  create: (bytes: Uint8Array, options: Runtime.InferenceSession.SessionOptions) =>
    runtime.InferenceSession.create(bytes, { ...options, ...OVERRIDES[kernels] }),
  /** What sessions have in common, for tests that make them fail. */
  prototype: (runtime.InferenceSession as unknown as { readonly prototype: object }).prototype,
};
