import { explainedParticles } from "./explain.ts";
import { particlesOf } from "./find.ts";
import { answerOf, pooledAnswersOf } from "./invert.ts";
import { prepareStep } from "./prepare.ts";
import type { ImageTasks } from "./protocol.ts";
import { readImage } from "./read-image.ts";
import { serveTasks } from "./serve-tasks.ts";
import { structuresOf } from "./structures.ts";

/** Everything that the page asks of images. */
const TASKS: ImageTasks = {
  prepare: prepareStep,
  read: readImage,
  answer: answerOf,
  pool: pooledAnswersOf,
  particles: particlesOf,
  explain: explainedParticles,
  structures: structuresOf,
};

serveTasks(TASKS);
