import type { CommandGroup } from "../command.ts";
import { segmentApply } from "./segment/apply.ts";
import { segmentEvaluate } from "./segment/evaluate.ts";
import { segmentExplain } from "./segment/explain.ts";
import { segmentPrepare } from "./segment/prepare.ts";
import { segmentPretrain } from "./segment/pretrain.ts";
import { segmentFetch, segmentGenerate } from "./segment/steel.ts";
import { segmentSuggest } from "./segment/suggest.ts";
import { segmentSweep } from "./segment/sweep.ts";
import { segmentTrain } from "./segment/train.ts";

/** `heterostem segment`: from micrographs with labels to classes, scores and particles. */
export const segmentGroup: CommandGroup = {
  name: "segment",
  summary: "Segment micrographs: prepare labelled images, train a U-Net, apply and measure it",
  subcommands: [
    segmentPrepare,
    segmentTrain,
    segmentApply,
    segmentEvaluate,
    segmentSweep,
    segmentSuggest,
    segmentPretrain,
    segmentExplain,
    segmentFetch,
    segmentGenerate,
  ],
};
