import { dirname, join, resolve } from "node:path";
import { counted, mean, openRandomStream } from "../../../core/index.ts";
import { prepareSet, segmentSchema } from "../../../segment/index.ts";
import type { SegmentConfig, SetManifest } from "../../../segment/index.ts";
import { defineCommand, type CommandResult } from "../../command.ts";
import { readYaml } from "../../config/read-yaml.ts";
import { runInto } from "../../run-into.ts";
import { textTable } from "../../../report/index.ts";
import { FORCE_FLAG, OUT_FLAG, SEED_FLAG } from "../../flags.ts";

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
    out: { ...OUT_FLAG, default: "runs/segment-data" },
    force: FORCE_FLAG,
  },
  example: "segment prepare configs/segment/spheroidite.yaml --data my-images --out runs/spheroidite",
  async run({ arguments: { study }, flags: { data = dirname(study), seed, out, force } }, context) {
    const read = readYaml(study, segmentSchema);
    const config = { ...read, seed: seed ?? read.seed };
    const { startStage } = context;
    const manifest = await runInto(out, { force, context, settings: { config } }, (folder) => {
      const rng = openRandomStream(config.seed, "segment", "split");
      return prepareSet(rng, config, { dataFolder: resolve(data), out: folder, startStage });
    });
    return resultOf(manifest, config, out);
  },
});

function resultOf(manifest: SetManifest, config: SegmentConfig, out: string): CommandResult {
  const rows = splitRows(manifest);
  const hasUnlabelled = rows.some((row) => unlabelledShare(row) > 0);
  const lines = [
    `${out}: ${counted(manifest.entries.length, "image")}`,
    textTable(rows, [
      { heading: "split", cell: ({ key }) => key },
      { heading: "images", cell: ({ imageCount }) => String(imageCount), isNumber: true },
      { heading: "groups", cell: ({ groupCount }) => String(groupCount), isNumber: true },
      ...config.data.classNames.map((name, classId) => ({
        heading: `${name} %`,
        cell: ({ meanShares }: SplitRow) => (100 * meanShares[classId]).toFixed(2),
        isNumber: true,
      })),
      ...(hasUnlabelled ? [UNLABELLED_COLUMN] : []),
    ]),
    ...noteLines(manifest.warnings, join(out, "dataset.json")),
  ];
  return { text: lines.join("\n"), json: { out, entries: manifest.entries, warnings: manifest.warnings } };
}

/** What the classes leave, but for the rounding of their sum. */
function unlabelledShare({ meanShares }: SplitRow): number {
  const rest = 1 - meanShares.reduce((sum, share) => sum + share, 0);
  return rest > 1e-9 ? rest : 0;
}

const UNLABELLED_COLUMN = {
  heading: "unlabelled %",
  cell: (row: SplitRow) => (100 * unlabelledShare(row)).toFixed(2),
  isNumber: true,
};

/** Notes that a terminal has room for; a thousand images may have one each. */
const SHOWN_NOTES = 12;

function noteLines(warnings: readonly string[], where: string): string[] {
  const more = warnings.length - SHOWN_NOTES;
  const shown = warnings.slice(0, SHOWN_NOTES).map((warning) => `note: ${warning}`);
  return more > 0 ? [...shown, `note: ${more} more in ${where}`] : shown;
}

interface SplitRow {
  readonly key: string;
  readonly imageCount: number;
  readonly groupCount: number;
  readonly meanShares: readonly number[];
}

function splitRows({ entries }: SetManifest): SplitRow[] {
  const keyOf = ({ split, fold }: SetManifest["entries"][number]) => (fold === null ? split : `fold ${fold}`);
  const keys = [...new Set(entries.map(keyOf))].sort();
  return keys.map((key) => {
    const of = entries.filter((entry) => keyOf(entry) === key);
    const meanShares = of[0].classShares.map((_, classId) =>
      mean(of.map((entry) => entry.classShares[classId])),
    );
    return { key, imageCount: of.length, groupCount: new Set(of.map(({ group }) => group)).size, meanShares };
  });
}
