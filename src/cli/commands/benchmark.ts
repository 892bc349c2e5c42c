import type { CommandGroup } from "../command.ts";
import { benchmarkPredict } from "./benchmark/predict.ts";
import { benchmarkScore } from "./benchmark/score.ts";
import { benchmarkWrite } from "./benchmark/write.ts";

/** `heterostem benchmark`: methods compared on fixed images. */
export const benchmarkGroup: CommandGroup = {
  name: "benchmark",
  summary: "Compare methods on fixed images whose truths are known",
  subcommands: [benchmarkWrite, benchmarkPredict, benchmarkScore],
};
