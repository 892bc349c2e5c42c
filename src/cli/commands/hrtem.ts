import type { CommandGroup } from "../command.ts";
import { hrtemApply } from "./hrtem/apply.ts";
import { hrtemEvaluate } from "./hrtem/evaluate.ts";
import { hrtemFetch } from "./hrtem/fetch.ts";
import { hrtemStudy } from "./hrtem/study.ts";
import { hrtemTrain } from "./hrtem/train.ts";

/** `heterostem hrtem`: regions, stacking faults and their statistics from high-resolution TEM. */
export const hrtemGroup: CommandGroup = {
  name: "hrtem",
  summary: "Find nanoparticles and their stacking faults in HRTEM images",
  subcommands: [hrtemStudy, hrtemTrain, hrtemEvaluate, hrtemApply, hrtemFetch],
};
