import { existsSync } from "node:fs";
import { join } from "node:path";
import { HTTEM_DOWNLOAD } from "../../../hrtem/index.ts";
import { defineCommand } from "../../command.ts";
import { tableOf, tableText } from "../../../report/index.ts";
import { usageError } from "../../../core/index.ts";

/** `heterostem hrtem fetch`: where the published labelled images are, and how they are trained on. */
export const hrtemFetch = defineCommand({
  name: "fetch",
  summary: "Tell where published labelled images are, and how to train on them",
  arguments: { set: { help: "httem: gold and other particles of Groschner, Choi and Scott" } },
  flags: { out: { value: "FOLDER", help: "folder of the download", default: "httem" } },
  example: "hrtem fetch httem",
  run({ arguments: { set }, flags: { out: folder } }) {
    if (set !== "httem") throw usageError({ action: "fetch" }, "the set must be httem", set);
    const { doi, url, layout, files } = HTTEM_DOWNLOAD;
    const state = (file: string) => (existsSync(join(folder, file)) ? "there" : "missing");
    const table = tableOf(
      files.flatMap(({ content, images, maps }) => [
        { file: images, content: `images, ${content}` },
        { file: maps, content: "their maps" },
      ]),
      [
        { heading: "file", text: ({ file }) => file },
        { heading: "content", text: ({ content }) => content },
        { heading: `in ${folder}`, text: ({ file }) => state(file) },
      ],
    );
    const [{ images, maps }] = files;
    const lines = [
      `Labelled HRTEM images of Groschner, Choi and Scott, doi ${doi}, ${url}`,
      `HDF5: ${layout}.`,
      tableText(table),
      `Download the files yourself into ${folder}, then train on them (the files do not say the pixel size):`,
      `  heterostem hrtem train ${join(folder, images)} ${join(folder, maps)} --pixel-size NM --forest runs/hrtem-au`,
    ];
    return Promise.resolve({ text: lines.join("\n"), json: { ...HTTEM_DOWNLOAD, folder } });
  },
});
