import { join, resolve } from "node:path";
import { counted } from "../../core/index.ts";
import { writeNewFile } from "../../io/index.ts";
import type { Site } from "../../studio/index.ts";
import { defineCommand, type CommandContext } from "../command.ts";
import { FORCE_FLAG, OUT_FLAG, PORT_FLAG } from "../flags.ts";
import { runInto } from "../run-into.ts";
import { openStudio, serveStudio } from "../serve-studio.ts";

/** `heterostem studio`: the page, served on this machine or written as a folder. */
export const studioCommand = defineCommand({
  name: "studio",
  summary: "Open a page in the browser: drop an image, see what made it",
  arguments: {},
  flags: {
    port: PORT_FLAG,
    noOpen: { help: "print the address, and open no browser" },
    out: {
      ...OUT_FLAG,
      help: "write the page into this folder in place of serving it: it works from a disk, offline",
    },
    force: FORCE_FLAG,
  },
  example: "studio --out runs/studio",
  async run({ flags: { port, noOpen, out, force } }, context) {
    const site = openStudio(context);
    if (out !== undefined) return write(site, out, force, context);
    const address = await serveStudio(site, { port, noOpen }, context);
    return { text: "The studio has ended", json: { address } };
  },
});

async function write(site: Site, out: string, force: boolean, context: CommandContext) {
  const stage = context.startStage("Writing the page", site.size);
  const byteCount = await runInto(
    out,
    { force, context, settings: { files: [...site.keys()] } },
    (folder) => {
      let [sum, done] = [0, 0];
      for (const [name, file] of site) {
        const bytes = file.bytes();
        writeNewFile(join(folder, name), bytes);
        sum += bytes.length;
        stage.update(++done, name);
      }
      return sum;
    },
  );
  stage.finish(counted(site.size, "file"));
  const page = resolve(out, "index.html");
  const text = `${page}: ${counted(site.size, "file")}, ${(byteCount / 1e6).toFixed(1)} MB; open it in a browser, or put the folder on a web server`;
  return { text, json: { page, byteCount, files: [...site.keys()] } };
}
