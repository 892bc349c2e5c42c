import { counted, openRandomStream, usageError } from "../../../core/index.ts";
import { checkDownload, STEEL_DOWNLOAD, writeSteelSet } from "../../../segment/index.ts";
import { join } from "node:path";
import { defineCommand } from "../../command.ts";
import { outputFlags, SEED_FLAG, wholeNumber } from "../../flags.ts";
import { bytesText } from "../../bytes-text.ts";
import { runInto } from "../../run-into.ts";
import { tableOf, tableText } from "../../../report/index.ts";

const STEEL_ARGUMENT = { help: "steel: the Aachen-Heerlen annotated steel microstructures" };

function checkSet(set: string, action: string): void {
  if (set !== "steel") throw usageError({ action }, "the set must be steel", set);
}

/** `heterostem segment fetch`: what to download, and whether what is there is it. */
export const segmentFetch = defineCommand({
  name: "fetch",
  summary: "Tell where published labelled images are, and check a download",
  arguments: { set: STEEL_ARGUMENT },
  flags: { data: { value: "FOLDER", help: "folder of the download", default: "steel" } },
  example: "segment fetch steel --data steel",
  async run({ arguments: { set }, flags: { data: folder } }) {
    checkSet(set, "fetch");
    const checks = await checkDownload(folder, STEEL_DOWNLOAD.files);
    const table = tableOf(checks, [
      { heading: "file", text: ({ name }) => name },
      { heading: "size", number: ({ bytes }) => bytes, show: bytesText },
      { heading: "MD5", text: ({ md5 }) => md5 },
      { heading: `in ${folder}`, text: ({ state }) => state },
      { heading: "address", text: ({ url }) => url },
    ]);
    const lines = [
      `Aachen-Heerlen annotated steel microstructure data set, doi ${STEEL_DOWNLOAD.doi}, CC0, ${STEEL_DOWNLOAD.collection}`,
      tableText(table),
      `Download the files yourself into ${folder} and unpack images.zip there, so that ${join(folder, "PNG")} holds the images.`,
    ];
    return { text: lines.join("\n"), json: { ...STEEL_DOWNLOAD, folder, files: checks } };
  },
});

/** `heterostem segment generate`: a drawn set with the files of the steel set. */
export const segmentGenerate = defineCommand({
  name: "generate",
  summary: "Draw a set of micrographs with labels, in the files of the published one",
  arguments: { set: STEEL_ARGUMENT },
  flags: {
    count: { value: "N", help: "micrographs to draw", parse: wholeNumber(1, 100_000), default: 120 },
    seed: { ...SEED_FLAG, help: "seed of all random streams", default: 1 },
    ...outputFlags("runs/steel"),
  },
  example: "segment generate steel --count 20 --out runs/steel",
  async run({ arguments: { set }, flags: { count, seed, out, force } }, context) {
    checkSet(set, "generate");
    const options = { force, context, settings: { count, seed } };
    const islands = await runInto(out, options, (folder) =>
      writeSteelSet(openRandomStream(seed, "steel"), folder, { count, width: 256, height: 192 }),
    );
    return {
      text: `${out}: ${counted(count, "drawn micrograph")} with ${counted(islands, "island")}`,
      json: { out, count, islands },
    };
  },
});
