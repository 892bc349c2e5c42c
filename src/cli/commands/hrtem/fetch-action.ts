import { existsSync } from "node:fs";
import { join } from "node:path";
import { HTTEM_DOWNLOAD } from "../../../hrtem/index.ts";
import type { NamedAction } from "../../named-action.ts";
import { textTable } from "../../../report/index.ts";
import { UsageError } from "../../../core/index.ts";

/** `hrtem fetch`: where the published labelled images are, and how they are trained on. */
export const fetchAction: NamedAction = {
  flags: ["out"],
  wanted: "the name of a set: httem",
  pathCount: [1, 1],
  run({ paths: [name], flags }) {
    if (name !== "httem") throw new UsageError(`Cannot fetch: the set must be httem, got ${name}`);
    const folder = (flags["out"] as string | undefined) ?? "httem";
    const { doi, url, layout, files } = HTTEM_DOWNLOAD;
    const state = (file: string) => (existsSync(join(folder, file)) ? "there" : "missing");
    const table = textTable(
      files.flatMap(({ content, images, maps }) => [
        { file: images, content: `images, ${content}` },
        { file: maps, content: "their maps" },
      ]),
      [
        { heading: "file", cell: ({ file }) => file },
        { heading: "content", cell: ({ content }) => content },
        { heading: `in ${folder}`, cell: ({ file }) => state(file) },
      ],
    );
    const [{ images, maps }] = files;
    const lines = [
      `Labelled HRTEM images of Groschner, Choi and Scott, doi ${doi}, ${url}`,
      `HDF5: ${layout}.`,
      table,
      `Download the files yourself into ${folder}, then train on them (the files do not say the pixel size):`,
      `  heterostem hrtem train ${join(folder, images)} ${join(folder, maps)} --pixel-size NM --forest runs/hrtem-au`,
    ];
    return Promise.resolve({ text: lines.join("\n"), json: { ...HTTEM_DOWNLOAD, folder } });
  },
};
