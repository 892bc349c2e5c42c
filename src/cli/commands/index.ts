import type { CommandSpec } from "../command.ts";
import { corpusCommand } from "./corpus.ts";
import { demoCommand } from "./demo.ts";
import { describeCommand } from "./describe.ts";
import { feasibilityCommand } from "./feasibility.ts";
import { generateCommand } from "./generate.ts";
import { hrtemCommand } from "./hrtem.ts";
import { inspectCommand } from "./inspect.ts";
import { invertCommand } from "./invert.ts";
import { microscopeCommand } from "./microscope.ts";
import { schemaCommand } from "./schema.ts";
import { segmentCommand } from "./segment.ts";
import { simulateCommand } from "./simulate.ts";
import { studyCommand } from "./study.ts";
import { trainCommand } from "./train.ts";
import { ucsCommand } from "./ucs.ts";
import { validateCommand } from "./validate.ts";
import { viewCommand } from "./view.ts";

/** All commands, in the order of the help. */
export const COMMANDS: readonly CommandSpec[] = [
  demoCommand,
  studyCommand,
  generateCommand,
  corpusCommand,
  trainCommand,
  validateCommand,
  invertCommand,
  feasibilityCommand,
  describeCommand,
  viewCommand,
  simulateCommand,
  hrtemCommand,
  ucsCommand,
  microscopeCommand,
  schemaCommand,
  inspectCommand,
  segmentCommand,
];
