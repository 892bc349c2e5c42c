import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { inversionRecipeSchema } from "../inverse/index.ts";
import { serveSite, siteFiles, type Site } from "../studio/index.ts";
import type { CommandContext } from "./command.ts";
import { readConfig } from "./config/read-config.ts";

/** The studio's files, with the networks and the recipe that ship. */
export function openStudio(context: CommandContext): Site {
  const { packageFolder, version } = context;
  const recipe = readConfig(join(packageFolder, "configs/tio2-wo3.yaml"), inversionRecipeSchema, context);
  return siteFiles({
    bundleFolder: join(packageFolder, "dist/web/studio"),
    modelFolder: join(packageFolder, "models"),
    version,
    recipe,
  });
}

/** How the studio is served. */
interface StudioOptions {
  /** Port on 127.0.0.1; 0 takes a free one. */
  readonly port: number;
  /** Print the address, and open no browser. */
  readonly noOpen: boolean;
}

/** Serves the studio on this machine alone until Ctrl-C; gives the address that it had. */
export async function serveStudio(
  site: Site,
  { port, noOpen }: StudioOptions,
  { progress }: Pick<CommandContext, "progress">,
): Promise<string> {
  const { address, close } = await serveSite(site, port);
  progress.write(`The studio is at ${address} (this machine only); Ctrl-C ends it\n`);
  if (!noOpen) openBrowser(address);
  await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  await close();
  return address;
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
