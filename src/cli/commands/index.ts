import type { AnyCommand, CommandGroup } from "../command.ts";
import { adaptCommand } from "./adapt.ts";
import { benchmarkGroup } from "./benchmark.ts";
import { calibrateCommand } from "./calibrate.ts";
import { citeCommand } from "./cite.ts";
import { corpusGroup } from "./corpus.ts";
import { demoCommand } from "./demo.ts";
import { describeCommand } from "./describe.ts";
import { doctorCommand } from "./doctor.ts";
import { feasibilityCommand } from "./feasibility.ts";
import { generateCommand } from "./generate.ts";
import { hrtemGroup } from "./hrtem.ts";
import { initCommand } from "./init.ts";
import { inspectCommand } from "./inspect.ts";
import { invertCommand } from "./invert.ts";
import { materialsCommand } from "./materials.ts";
import { microscopeCommand } from "./microscope.ts";
import { particlesGroup } from "./particles.ts";
import { schemaCommand } from "./schema.ts";
import { segmentGroup } from "./segment.ts";
import { reconstructCommand } from "./reconstruct.ts";
import { simulateCommand } from "./simulate.ts";
import { studioCommand } from "./studio.ts";
import { studyCommand } from "./study.ts";
import { trainCommand } from "./train.ts";
import { ucsGroup } from "./ucs.ts";
import { validateCommand } from "./validate.ts";
import { viewCommand } from "./view.ts";

/** All commands, in the order of the help. */
export const COMMANDS: readonly (AnyCommand | CommandGroup)[] = [
  demoCommand,
  studyCommand,
  initCommand,
  generateCommand,
  corpusGroup,
  trainCommand,
  validateCommand,
  calibrateCommand,
  benchmarkGroup,
  invertCommand,
  adaptCommand,
  reconstructCommand,
  feasibilityCommand,
  describeCommand,
  viewCommand,
  studioCommand,
  simulateCommand,
  particlesGroup,
  hrtemGroup,
  ucsGroup,
  microscopeCommand,
  materialsCommand,
  schemaCommand,
  inspectCommand,
  segmentGroup,
  citeCommand,
  doctorCommand,
];
