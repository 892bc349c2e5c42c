import type { CommandSpec } from "../command.ts";
import { FORCE_FLAG, OUT_FLAG, PIXEL_SIZE_FLAG, SEED_FLAG, wholeNumber, WORKERS_FLAG } from "../flags.ts";
import { runNamedAction, type NamedAction } from "../named-action.ts";
import { applyAction } from "./segment/apply-action.ts";
import { evaluateAction } from "./segment/evaluate-action.ts";
import { prepareAction } from "./segment/prepare-action.ts";
import { explainAction } from "./segment/explain-action.ts";
import { pretrainAction } from "./segment/pretrain-action.ts";
import { fetchAction, generateAction } from "./segment/steel-actions.ts";
import { sweepAction } from "./segment/sweep-action.ts";
import { trainAction } from "./segment/train-action.ts";

const ACTIONS: Readonly<Record<string, NamedAction>> = {
  prepare: prepareAction,
  train: trainAction,
  apply: applyAction,
  evaluate: evaluateAction,
  sweep: sweepAction,
  pretrain: pretrainAction,
  explain: explainAction,
  fetch: fetchAction,
  generate: generateAction,
};

/** `heterostem segment`: from micrographs with labels to classes, scores and particles. */
export const segmentCommand: CommandSpec = {
  name: "segment",
  summary: "Segment micrographs: prepare labelled images, train a U-Net, apply and measure it",
  arguments: [
    {
      name: "action",
      help:
        "prepare (STUDY: images and labels to one folder, split by group), train (SET: a model), " +
        "apply (MODEL IMAGE...: classes, overlays, particles), " +
        "evaluate (MODEL SET: scores with intervals), sweep (SET: learning curves, cross-validation), " +
        "pretrain (STUDY IMAGE...: a start for train --from, without labels), explain (MODEL IMAGE: saliency), " +
        "fetch (steel: what to download, and checks), generate (steel: a drawn set with the same files)",
    },
    { name: "path", help: "what the action works on", isVariadic: true },
  ],
  flags: [
    {
      name: "data",
      value: "FOLDER",
      help: "prepare: where the study's paths begin (default: the study's folder); fetch: where the download lies",
    },
    { name: "config", value: "FILE", help: "train, sweep: study whose model and training are taken instead" },
    { name: "fold", value: "K", help: "train: fold that is left out, 0 first", parse: wholeNumber(0, 99) },
    { name: "epochs", value: "N", help: "train: over the study's", parse: wholeNumber(1, 100_000) },
    {
      name: "images",
      value: "N",
      help: "train: only the first N training images",
      parse: wholeNumber(1, 1e7),
    },
    {
      name: "count",
      value: "N",
      help: "generate: micrographs to draw (default: 120)",
      parse: wholeNumber(1, 100_000),
    },
    { name: "from", value: "MODEL", help: "train: start from this model's weights" },
    { name: "resume", help: "train, sweep: go on from the last checkpoint" },
    {
      name: "split",
      value: "NAME",
      help: "evaluate: test, validation or training (default: test)",
      parse: parseSplit,
    },
    {
      name: "views",
      value: "N",
      help: "apply, evaluate: 1, 2, 4 or 8 symmetric views whose answers are averaged (default: the study's)",
      parse: parseViews,
    },
    {
      name: "ensemble",
      value: "MODELS",
      help: "apply, evaluate: further models, with commas between; answers are averaged",
    },
    {
      name: "rule",
      value: "NAME",
      help: "apply: plain, or morphological (default: plain)",
      parse: parseRule,
    },
    PIXEL_SIZE_FLAG,
    SEED_FLAG,
    WORKERS_FLAG,
    OUT_FLAG,
    FORCE_FLAG,
  ],
  example: "segment prepare configs/segment/spheroidite.yaml --data my-images --out runs/spheroidite",
  run: (input, context) => runNamedAction("segment", ACTIONS, input, context),
};

function parseSplit(text: string): string {
  if (["test", "validation", "training"].includes(text)) return text;
  throw new RangeError(`wanted test, validation or training, got ${text}`);
}

function parseViews(text: string): number {
  if (["1", "2", "4", "8"].includes(text)) return Number(text);
  throw new RangeError(`wanted 1, 2, 4 or 8, got ${text}`);
}

function parseRule(text: string): string {
  if (["plain", "morphological"].includes(text)) return text;
  throw new RangeError(`wanted plain or morphological, got ${text}`);
}
