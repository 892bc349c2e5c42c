import { spawn } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { counted } from "../../core/index.ts";
import { inversionRecipeSchema } from "../../inverse/index.ts";
import { writeNewFile } from "../../io/index.ts";
import { serveSite, siteFiles, type Site } from "../../studio/index.ts";
import { defineCommand, type CommandContext } from "../command.ts";
import { readConfig } from "../config/read-config.ts";
import { FORCE_FLAG, OUT_FLAG, wholeNumber } from "../flags.ts";
import { runInto } from "../run-into.ts";

/** `heterostem studio`: the page, served on this machine or written as a folder. */
export const studioCommand = defineCommand({
  name: "studio",
  summary: "Open a page in the browser: drop an image, see what made it",
  arguments: {},
  flags: {
    port: {
      value: "N",
      help: "port on 127.0.0.1; 0 takes a free one",
      parse: wholeNumber(0, 65_535),
      default: 4180,
    },
    noOpen: { help: "print the address, and open no browser" },
    out: {
      ...OUT_FLAG,
      help: "write the page into this folder in place of serving it: it works from a disk, offline",
    },
    force: FORCE_FLAG,
  },
  example: "studio --out runs/studio",
  async run({ flags: { port, noOpen, out, force } }, context) {
    const { packageFolder, version } = context;
    const recipe = readConfig(join(packageFolder, "configs/tio2-wo3.yaml"), inversionRecipeSchema, context);
    const site = siteFiles({
      bundleFolder: join(packageFolder, "dist/web/studio"),
      modelFolder: join(packageFolder, "models"),
      version,
      recipe,
    });
    return out === undefined ? serve(site, { port, noOpen }, context) : write(site, out, force, context);
  },
});

async function serve(
  site: Site,
  { port, noOpen }: { readonly port: number; readonly noOpen: boolean },
  { progress }: CommandContext,
) {
  const { address, close } = await serveSite(site, port);
  progress.write(`The studio is at ${address} (this machine only); Ctrl-C ends it\n`);
  if (!noOpen) openBrowser(address);
  await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  await close();
  return { text: "The studio has ended", json: { address } };
}

/** What opens an address in the user's browser, by system; where there is none the printed address is enough. */
const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ["open"],
  win32: ["cmd", "/c", "start", ""],
};

function openBrowser(address: string): void {
  const [program, ...words] = OPENERS[process.platform] ?? ["xdg-open"];
  const child = spawn(program, [...words, address], { stdio: "ignore", detached: true });
  child.on("error", () => {});
  child.unref();
}

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
