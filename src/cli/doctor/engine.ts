/** What computes in heterostem: ONNX Runtime on a device, TensorFlow.js, or the image renderer on WebGPU. */
export type EngineName = "onnx-cpu" | "onnx-webgpu" | "onnx-cuda" | "tfjs" | "render-webgpu";

/** What the self-test of an engine is called, and what it allows. */
export interface EngineTest {
  readonly title: string;
  /** Largest relative difference that passes. */
  readonly allowed: number;
  /** What to do where it does not run. */
  readonly remedy: string;
}

/** What a process that tests one engine found. */
export type EngineAnswer =
  | { readonly device: string; readonly worstRelativeDeviation: number }
  | { readonly reason: string };

/** What the doctor says of an engine. */
export interface EngineFinding {
  readonly engine: EngineName;
  readonly title: string;
  /** right: runs, within what is allowed; wrong: runs, and beyond; absent: does not run, for the reason. */
  readonly verdict: "right" | "wrong" | "absent";
  readonly device: string | null;
  readonly worstRelativeDeviation: number | null;
  readonly allowed: number;
  readonly seconds: number;
  readonly reason: string | null;
  readonly remedy: string | null;
}

/**
 * Judges the answer of an engine's self-test.
 *
 * @param engine its name
 * @param test what it allows
 * @param answer what its process found
 * @param seconds how long it took
 * @returns the finding
 */
export function judgeEngine(
  engine: EngineName,
  { title, allowed, remedy }: EngineTest,
  answer: EngineAnswer,
  seconds: number,
): EngineFinding {
  const common = { engine, title, allowed, seconds };
  if ("reason" in answer) {
    // what follows the first "; " is advice, which stands below
    const [reason] = answer.reason.trim().split("; ");
    return { ...common, verdict: "absent", device: null, worstRelativeDeviation: null, reason, remedy };
  }
  const { worstRelativeDeviation } = answer;
  if (worstRelativeDeviation <= allowed) {
    return { ...common, ...answer, verdict: "right", reason: null, remedy: null };
  }
  const advice = "do not use it; renew its driver, and report the numbers with the device's name";
  return { ...common, ...answer, verdict: "wrong", reason: null, remedy: advice };
}
