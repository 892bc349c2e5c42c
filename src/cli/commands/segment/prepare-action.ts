import { writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { mean, openRandomStream } from "../../../core/index.ts";
import { prepareSet, segmentSchema } from "../../../segment/index.ts";
import type { SetManifest } from "../../../segment/index.ts";
import { readYaml } from "../../config/read-yaml.ts";
import { RUN_FILE, writeFolderAtomically } from "../../output-folder.ts";
import { startStage } from "../../progress.ts";
import { runRecord } from "../../run-record.ts";
import { textTable } from "../../../report/index.ts";
import type { NamedAction } from "../../named-action.ts";

/** `segment prepare`: images and labels of any kind to one folder with a split. */
export const prepareAction: NamedAction = {
  flags: ["data", "seed", "out", "force"],
  wanted: "one study (YAML)",
  pathCount: [1, 1],
  async run({ paths: [path], flags }, context) {
    const {
      data,
      seed,
      out = "runs/segment-data",
      force,
    } = flags as {
      data?: string;
      seed?: number;
      out?: string;
      force?: true;
    };
    const read = readYaml(path, segmentSchema);
    const config = seed === undefined ? read : { ...read, seed };
    const dataFolder = resolve(data ?? dirname(path));
    const manifest = await writeFolderAtomically(out, { force: force === true }, async (folder) => {
      const rng = openRandomStream(config.seed, "segment", "split");
      const begin = (title: string, total: number) => startStage(context.progress, title, total);
      const result = await prepareSet(rng, config, { dataFolder, out: folder, startStage: begin });
      writeFileSync(join(folder, RUN_FILE), runRecord("segment prepare", context.version, { config }));
      return result;
    });
    const lines = [
      `${out}: ${manifest.entries.length} images`,
      textTable(splitRows(manifest), [
        { heading: "split", cell: ({ key }) => key },
        { heading: "images", cell: ({ imageCount }) => String(imageCount), isNumber: true },
        { heading: "groups", cell: ({ groupCount }) => String(groupCount), isNumber: true },
        ...config.data.classNames.map((name, classId) => ({
          heading: `${name} %`,
          cell: ({ meanShares }: SplitRow) => (100 * meanShares[classId]).toFixed(2),
          isNumber: true,
        })),
      ]),
      ...noteLines(manifest.warnings, join(out, "dataset.json")),
    ];
    return { text: lines.join("\n"), json: { out, entries: manifest.entries, warnings: manifest.warnings } };
  },
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
