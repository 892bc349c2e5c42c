import type { CommandGroup } from "../command.ts";
import { ucsPredict } from "./ucs/predict.ts";
import { ucsStudy } from "./ucs/study.ts";
import { ucsTrain } from "./ucs/train.ts";

/** `heterostem ucs`: strength from micrographs, and what the microscope's settings do to it. */
export const ucsGroup: CommandGroup = {
  name: "ucs",
  summary: "Predict strength from micrographs; compare normalisations at microscope settings",
  subcommands: [ucsTrain, ucsPredict, ucsStudy],
};
