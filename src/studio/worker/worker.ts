import { giveAsset } from "./assets.ts";
import { explainedParticles } from "./explain.ts";
import { particlesOf } from "./find.ts";
import { grownModel, modelFile } from "./grow.ts";
import { answerOf, pooledAnswersOf } from "./invert.ts";
import type { FromWorker, TaskName, Tasks, ToWorker } from "./protocol.ts";
import { readImage } from "./read-image.ts";
import { structuresOf } from "./structures.ts";

/** Everything the page asks for, done in this thread so that the page stays alive. */
const TASKS: Tasks = {
  read: readImage,
  answer: answerOf,
  pool: pooledAnswersOf,
  particles: particlesOf,
  explain: explainedParticles,
  structures: structuresOf,
  grow: grownModel,
  file: modelFile,
};

const send = (message: FromWorker, transfer: Transferable[] = []) => postMessage(message, { transfer });

addEventListener("message", ({ data }: MessageEvent<ToWorker>) => {
  if (data.kind === "asset") giveAsset(data.name, data.bytes);
  else void carryOut(data.id, data.name, data.input);
});

async function carryOut(id: number, name: TaskName, input: unknown): Promise<void> {
  const task = TASKS[name] as (given: unknown, onProgress: (share: number) => void) => unknown;
  try {
    send({ kind: "done", id, result: await task(input, (share) => send({ kind: "progress", id, share })) });
  } catch (cause) {
    send({ kind: "failed", id, message: cause instanceof Error ? cause.message : String(cause) });
  }
}
