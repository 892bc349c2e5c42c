import { openRandomStream } from "../../src/core/index.ts";
import { input, sizeOf } from "../../src/graph/index.ts";
import { applyOperator } from "../../src/graph/value.ts";
import { evaluate } from "./evaluate.ts";
import type { OperatorCase } from "./operator-cases.ts";

/** An operator with its parameters and shapes, as a test's title. */
export function titleOf({ operator, inputs }: OperatorCase): string {
  return `${JSON.stringify(operator)} of ${JSON.stringify(inputs)}`;
}

/** Numbers to feed, by name. */
export type Feeds = Record<string, Float32Array>;

/** An operator's value on named inputs, with numbers to feed. */
export function prepareCase({ operator, inputs, isPositive = false }: OperatorCase, title: string) {
  const rng = openRandomStream(20, title);
  const values = inputs.map((shape, index) => input(`x${index}`, shape));
  const draw = () => (isPositive ? 0.5 + Math.abs(rng.normal()) : rng.normal());
  const feeds: Feeds = Object.fromEntries(
    inputs.map((shape, index) => [`x${index}`, Float32Array.from({ length: sizeOf(shape) }, draw)]),
  );
  if (operator.kind === "maxPool2dGradient") {
    const [pooled] = evaluate([applyOperator({ ...operator, kind: "maxPool2d" }, [values[0]])], feeds);
    feeds.x1 = Float32Array.from(pooled);
  }
  return { output: applyOperator(operator, values), values, feeds, rng };
}

/** Largest |got - wanted| over the largest |wanted|. */
export function largestRelativeError(got: ArrayLike<number>, wanted: ArrayLike<number>): number {
  const scale = Array.from(wanted).reduce((largest, v) => Math.max(largest, Math.abs(v)), 1e-3);
  return Array.from(wanted).reduce((largest, v, i) => Math.max(largest, Math.abs(got[i] - v) / scale), 0);
}
