import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import type { Browser, Page } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll } from "vitest";
import { parse } from "yaml";
import { inversionRecipeSchema } from "../../src/inverse/index.ts";
import { siteFiles, type Site } from "../../src/studio/index.ts";
import { CHROMIUM_FLAGS, CHROMIUM_PATH } from "./chromium.ts";

const ROOT = resolve(import.meta.dirname, "../..");

/** Calls of Chromium's own that no page makes. */
const QUIET_FLAGS = [
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** How long a test of the page may take, on a machine that does much else at the same time [ms]. */
export const PATIENCE_MS = 600_000;

/** The studio, bundled from the sources as they are. */
export interface BuiltStudio {
  readonly site: Site;
  /** The same as a folder on the disk. */
  readonly folder: string;
  /** A folder for files of a test. */
  readonly scratch: string;
  remove(): void;
}

/** Bundles page and worker, and writes the page's folder. */
export async function buildStudio(): Promise<BuiltStudio> {
  const scratch = mkdtempSync(join(tmpdir(), "heterostem-studio-"));
  const bundleFolder = join(scratch, "bundle");
  for (const mode of ["page", "worker", "model-worker"]) {
    await build({
      configFile: join(ROOT, "vite.studio.config.ts"),
      mode,
      logLevel: "error",
      build: { outDir: bundleFolder },
    });
  }
  const recipe = inversionRecipeSchema.parse(
    parse(readFileSync(join(ROOT, "configs/tio2-wo3.yaml"), "utf8")),
  );
  const site = siteFiles({ bundleFolder, modelFolder: join(ROOT, "models"), version: "0.0.0-test", recipe });
  const folder = join(scratch, "site");
  mkdirSync(folder);
  for (const [name, file] of site) writeFileSync(join(folder, name), file.bytes());
  return { site, folder, scratch, remove: () => rmSync(scratch, { recursive: true, force: true }) };
}

/** A page of the studio in Chromium, and what it did wrong. */
export interface OpenedStudio {
  readonly page: Page;
  /** Errors of the console and of scripts. */
  readonly errors: string[];
  /** Addresses that were asked for and do not begin with the page's own. */
  readonly foreign: string[];
}

/** WebGPU on the CPU, for who has no graphics card: slow, and right. */
export const SOFTWARE_WEBGPU_FLAGS = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];

export const launchChromium = (flags: readonly string[] = []): Promise<Browser> =>
  chromium.launch({
    executablePath: CHROMIUM_PATH ?? "",
    args: [...CHROMIUM_FLAGS, ...QUIET_FLAGS, ...flags],
  });

/** Opens the studio at an address such as "file:///tmp/site/index.html". */
export async function openStudio(
  browser: Browser,
  address: string,
  options: Parameters<Browser["newPage"]>[0] = {},
): Promise<OpenedStudio> {
  const page = await browser.newPage({
    viewport: { width: 1300, height: 900 },
    acceptDownloads: true,
    ...options,
  });
  page.setDefaultTimeout(480_000);
  const [errors, foreign]: [string[], string[]] = [[], []];
  const own = address.slice(0, address.lastIndexOf("/") + 1);
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(own) && !/^(blob|data):/.test(url)) foreign.push(url);
  });
  await page.goto(address, { timeout: 240_000 });
  await page.getByRole("heading", { name: "heterostem studio" }).waitFor();
  return { page, errors, foreign };
}

/** The studio of a test file, there once its tests run: opened from its folder on the disk. */
export interface StudioOfTests extends OpenedStudio {
  readonly built: BuiltStudio;
  readonly browser: Browser;
}

/** Builds the studio and opens it before the tests of a file, and takes both away after them. */
export function useStudioPage(): StudioOfTests {
  const held: Partial<Record<keyof StudioOfTests, unknown>> & { built?: BuiltStudio; browser?: Browser } = {};
  beforeAll(async () => {
    held.built = await buildStudio();
    held.browser = await launchChromium();
    const address = pathToFileURL(join(held.built.folder, "index.html")).href;
    Object.assign(held, await openStudio(held.browser, address));
  }, PATIENCE_MS);
  afterAll(async () => {
    await held.browser?.close();
    held.built?.remove();
  });
  return held as StudioOfTests;
}

/** What a button gives as a file. */
export async function downloaded(page: Page, button: string): Promise<{ name: string; bytes: Buffer }> {
  const waiting = page.waitForEvent("download");
  await page.getByRole("button", { name: button }).click();
  const download = await waiting;
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}
