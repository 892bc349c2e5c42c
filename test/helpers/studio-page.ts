import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import type { Browser, Locator, Page } from "playwright-core";
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

/** The studio as `npm run build` has bundled it. */
export interface BuiltStudio {
  readonly site: Site;
  /** The same as a folder on the disk. */
  readonly folder: string;
  /** A folder for files of a test. */
  readonly scratch: string;
  remove(): void;
}

const BUNDLES = join(ROOT, "dist/web/studio");
const MODELS = join(ROOT, "models");
/** How the folder of a build begins. */
const OF_TESTS = "studio-of-tests-";

/** The page's folder and a folder for files of a test; the first one is made once for all tests of a build. */
export function buildStudio(): BuiltStudio {
  const recipe = inversionRecipeSchema.parse(
    parse(readFileSync(join(ROOT, "configs/tio2-wo3.yaml"), "utf8")),
  );
  const built = newestOf(BUNDLES, MODELS);
  if (newestOf(join(ROOT, "src")) > newestOf(join(BUNDLES, "page.js"))) {
    throw new Error("Cannot test studio: build must be newer than the sources, got older; run npm run build");
  }
  const source = { bundleFolder: BUNDLES, modelFolder: MODELS, version: "0.0.0-test", recipe };
  const files = siteFiles(source);
  const folder = folderOf(files, join(dirname(BUNDLES), `${OF_TESTS}${built}`));
  const site = new Map(
    [...files].map(([name, { type }]) => [name, { type, bytes: () => readFileSync(join(folder, name)) }]),
  );
  const scratch = mkdtempSync(join(tmpdir(), "heterostem-studio-"));
  return { site, folder, scratch, remove: () => rmSync(scratch, { recursive: true, force: true }) };
}

/** The latest change of files, or of those in folders [ms since 1970]. */
function newestOf(...paths: readonly string[]): number {
  return Math.max(
    ...paths.map((path) => {
      const { mtimeMs } = statSync(path);
      if (!statSync(path).isDirectory()) return mtimeMs;
      const inside = readdirSync(path).map((name) => newestOf(join(path, name)));
      return Math.max(0, ...inside);
    }),
  );
}

/** Writes the files where no test of this build has done so yet; whole, for another one may want them at the same time. */
function folderOf(files: Site, folder: string): string {
  if (existsSync(folder)) return folder;
  const before = readdirSync(dirname(folder)).filter((name) => name.startsWith(OF_TESTS));
  for (const name of before) rmSync(join(dirname(folder), name), { recursive: true, force: true });
  const own = mkdtempSync(join(dirname(folder), "making-studio-"));
  for (const [name, file] of files) writeFileSync(join(own, name), file.bytes());
  try {
    renameSync(own, folder);
  } catch {
    rmSync(own, { recursive: true, force: true });
  }
  return folder;
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

/** Opens the studio before the tests of a file, and takes both away after them. */
export function useStudioPage(): StudioOfTests {
  const held: Partial<Record<keyof StudioOfTests, unknown>> & { built?: BuiltStudio; browser?: Browser } = {};
  beforeAll(async () => {
    held.built = buildStudio();
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

/** How a button is pressed. */
export type Press = "click" | "Enter";

/** What a button gives as a file. */
export async function downloaded(
  page: Page,
  button: string,
  press: Press = "click",
): Promise<{ name: string; bytes: Buffer }> {
  const waiting = page.waitForEvent("download");
  await pressed(page.getByRole("button", { name: button, exact: true }), press);
  const download = await waiting;
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

/** Presses a button, by mouse or by keyboard. */
export const pressed = (button: Locator, press: Press): Promise<void> =>
  press === "click" ? button.click() : button.press(press);
