import { openRandomStream, UsageError } from "../../../core/index.ts";
import { checkDownload, STEEL_DOWNLOAD, writeSteelSet } from "../../../segment/index.ts";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { bytesText } from "../../summary-table.ts";
import { RUN_FILE, writeFolderAtomically } from "../../output-folder.ts";
import { runRecord } from "../../run-record.ts";
import { textTable } from "../../../report/index.ts";
import type { NamedAction } from "../../named-action.ts";

/** `segment fetch`: what to download, and whether what is there is it. */
export const fetchAction: NamedAction = {
  flags: ["data"],
  wanted: "the name of a set: steel",
  pathCount: [1, 1],
  async run({ paths: [name], flags }) {
    if (name !== "steel") throw new UsageError(`Cannot fetch: the set must be steel, got ${name}`);
    const folder = (flags["data"] as string | undefined) ?? "steel";
    const checks = await checkDownload(folder, STEEL_DOWNLOAD.files);
    const table = textTable(checks, [
      { heading: "file", cell: (check) => check.name },
      { heading: "size", cell: ({ bytes }) => (bytes === null ? "-" : bytesText(bytes)), isNumber: true },
      { heading: "MD5", cell: ({ md5 }) => md5 },
      { heading: `in ${folder}`, cell: ({ state }) => state },
      { heading: "address", cell: ({ url }) => url },
    ]);
    const lines = [
      `Aachen-Heerlen annotated steel microstructure data set, doi ${STEEL_DOWNLOAD.doi}, CC0, ${STEEL_DOWNLOAD.collection}`,
      table,
      `Download the files yourself into ${folder} and unpack images.zip there, so that ${join(folder, "PNG")} holds the images.`,
    ];
    return { text: lines.join("\n"), json: { ...STEEL_DOWNLOAD, folder, files: checks } };
  },
};

/** `segment generate`: a drawn set with the files of the steel set. */
export const generateAction: NamedAction = {
  flags: ["count", "seed", "out", "force"],
  wanted: "the name of a set: steel",
  pathCount: [1, 1],
  async run({ paths: [name], flags }, context) {
    if (name !== "steel") throw new UsageError(`Cannot generate: the set must be steel, got ${name}`);
    const {
      count = 120,
      seed = 1,
      out = "runs/steel",
      force,
    } = flags as {
      count?: number;
      seed?: number;
      out?: string;
      force?: true;
    };
    const islands = await writeFolderAtomically(out, { force: force === true }, (folder) => {
      const found = writeSteelSet(openRandomStream(seed, "steel"), folder, {
        count,
        width: 256,
        height: 192,
      });
      writeFileSync(join(folder, RUN_FILE), runRecord("segment generate", context.version, { count, seed }));
      return Promise.resolve(found);
    });
    return {
      text: `${out}: ${count} drawn micrographs with ${islands} islands`,
      json: { out, count, islands },
    };
  },
};
