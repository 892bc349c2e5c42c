import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { EngineAnswer, EngineName } from "./engine.ts";

/** A test takes a second or two; the first shader of a software driver some more. */
const LIMIT_MS = 60_000;

/**
 * Tests an engine in a process of its own. Only from built JavaScript.
 *
 * @param engine what is tested
 * @returns its answer, or the reason why there is none: what it says itself, its end by a signal, or too long a time
 */
export function testEngine(engine: EngineName): Promise<EngineAnswer> {
  const script = fileURLToPath(new URL("./engine-process.js", import.meta.url));
  return new Promise((resolve) => {
    const child = fork(script, [engine], { silent: true, timeout: LIMIT_MS, killSignal: "SIGKILL" });
    let complaint = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (complaint += text));
    child.on("message", (answer: WireAnswer) => resolve(fromWire(answer)));
    child.on("error", (error) => resolve({ reason: error.message }));
    child.on("close", (code, signal) => {
      const end =
        signal === "SIGKILL" ? `no answer in ${LIMIT_MS / 1000} s` : `it ended with ${signal ?? code}`;
      resolve({ reason: [end, ...complaint.trim().split("\n").slice(0, 1)].filter(Boolean).join(": ") });
    });
  });
}

/** Messages between processes are JSON, which has no Infinity. */
type WireAnswer =
  | { readonly device: string; readonly worstRelativeDeviation: number | null }
  | { readonly reason: string };

function fromWire(answer: WireAnswer): EngineAnswer {
  if ("reason" in answer) return { reason: answer.reason };
  return { device: answer.device, worstRelativeDeviation: answer.worstRelativeDeviation ?? Infinity };
}
