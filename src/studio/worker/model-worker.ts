import { grownModel, modelFile, triedRenderers } from "./grow.ts";
import type { ModelTasks } from "./protocol.ts";
import { serveTasks } from "./serve-tasks.ts";

/** Everything that the page asks of the model. */
const TASKS: ModelTasks = { grow: grownModel, tryRenderers: triedRenderers, file: modelFile };

serveTasks(TASKS);
