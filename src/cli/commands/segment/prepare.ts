import { dirname, join, resolve } from "node:path";
import { counted, openRandomStream } from "../../../core/index.ts";
import { prepareSet, segmentSchema, splitTable } from "../../../segment/index.ts";
import type { SetManifest } from "../../../segment/index.ts";
import { defineCommand, type CommandResult } from "../../command.ts";
import { readConfig } from "../../config/read-config.ts";
import { runInto } from "../../run-into.ts";
import { tableText } from "../../../report/index.ts";
import { MAX_MEMORY_FLAG, outputFlags, SEED_FLAG } from "../../flags.ts";

/** `heterostem segment prepare`: images and labels of any kind to one folder with a split. */
export const segmentPrepare = defineCommand({
  name: "prepare",
  summary: "Bring images and labels to one folder, split by group",
  arguments: { study: { help: "study as YAML: where images and labels are, classes, split, training" } },
  flags: {
    data: {
      value: "FOLDER",
      help: "where the study's paths begin (default: the study's folder)",
    },
    seed: SEED_FLAG,
    maxMemory: MAX_MEMORY_FLAG,
    ...outputFlags("runs/segment-data"),
  },
  example: "segment prepare configs/segment/spheroidite.yaml --data my-images --out runs/spheroidite",
  async run({ arguments: { study }, flags: { data = dirname(study), seed, out, force } }, context) {
    const read = readConfig(study, segmentSchema, context);
    const config = { ...read, seed: seed ?? read.seed };
    const { startStage } = context;
    const manifest = await runInto(out, { force, context, settings: { config } }, (folder) => {
      const rng = openRandomStream(config.seed, "segment", "split");
      return prepareSet(rng, config, { dataFolder: resolve(data), out: folder, startStage });
    });
    return resultOf(manifest, out);
  },
});

function resultOf(manifest: SetManifest, out: string): CommandResult {
  const lines = [
    `${out}: ${counted(manifest.entries.length, "image")}`,
    tableText(splitTable(manifest)),
    ...noteLines(manifest.warnings, join(out, "dataset.json")),
  ];
  return { text: lines.join("\n"), json: { out, entries: manifest.entries, warnings: manifest.warnings } };
}

/** Notes that a terminal has room for; a thousand images may have one each. */
const SHOWN_NOTES = 12;

function noteLines(warnings: readonly string[], where: string): string[] {
  const more = warnings.length - SHOWN_NOTES;
  const shown = warnings.slice(0, SHOWN_NOTES).map((warning) => `note: ${warning}`);
  return more > 0 ? [...shown, `note: ${more} more in ${where}`] : shown;
}
