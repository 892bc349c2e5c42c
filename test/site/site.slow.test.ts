import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join, resolve } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CHROMIUM_PATH } from "../helpers/chromium.ts";
import { launchChromium } from "../helpers/studio-page.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".png": "image/png",
};

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const below = (folder: string) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `${folder}/${name.replace(/\.md$/, "")}`);
const LOOKED = [
  "index",
  "models/index",
  "docs/api/micrograph",
  "docs/decisions/heads",
  ...below("docs"),
  ...below("docs/tutorials"),
];

/** Serves a folder's files on this machine. */
function serve(folder: string): Promise<Server> {
  const server = createServer((request, response) => {
    const path = join(
      folder,
      new URL(request.url ?? "/", "http://site").pathname.replace(/\/$/, "/index.html"),
    );
    if (!existsSync(path)) return void response.writeHead(404).end();
    response.writeHead(200, { "content-type": TYPES[extname(path)] ?? "text/plain" }).end(readFileSync(path));
  });
  return new Promise((done) => void server.listen(0, "127.0.0.1", () => done(server)));
}

/** What an axe run finds, as far as it is looked at here. */
interface AxeFault {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string }[];
}

describe.skipIf(CHROMIUM_PATH === null || !existsSync(join(ROOT, "dist/src")))("the docs as a site", () => {
  const folder = mkdtempSync(join(tmpdir(), "heterostem-docs-"));
  let [server, browser, address]: [Server | undefined, Browser | undefined, string] = [
    undefined,
    undefined,
    "",
  ];
  let pages: string[] = [];

  beforeAll(async () => {
    // links are checked by the build itself
    const { status, stderr } = spawnSync("npx", ["vitepress", "build", "docs", "--outDir", folder], {
      cwd: ROOT,
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`The docs were not built:\n${stderr}`);
    server = await serve(folder);
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    browser = await launchChromium();
    pages = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
      name.endsWith(".html"),
    );
    // a minute of computing, more where a machine does much else
  }, 1_800_000);
  afterAll(async () => {
    await browser?.close();
    server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test("every Markdown page of docs is there, with the README in front", () => {
    const written = readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".md"))
      .map((name) => `docs/${name.replace(/\.md$/, ".html")}`);
    expect(pages).toEqual(expect.arrayContaining([...written, "index.html", "models/index.html"]));
    expect(readFileSync(join(folder, "index.html"), "utf8")).toContain("From a 2D electron micrograph");
  });

  // links and pictures of all pages are checked by the build; a page of each kind and every tutorial is opened
  test.each([...LOOKED.map((name) => [name, "light"] as const), ["docs/commands", "dark"] as const])(
    "%s has no serious fault and asks no other host: %s",
    async (name, colorScheme) => {
      const faults: string[] = [];
      // the policy of the pages lets no foreign script in, axe neither
      const context = await browser!.newContext({ colorScheme, bypassCSP: true });
      const page = await context.newPage();
      page.on("request", (request) => {
        if (!request.url().startsWith(address) && !request.url().startsWith("data:"))
          faults.push(`asks for ${request.url()}`);
      });
      page.on("pageerror", (error) => faults.push(error.message));
      await page.goto(`${address}${name}.html`, { waitUntil: "load" });
      // the page's own script names the switch of colours
      await page.waitForSelector('.VPSwitchAppearance:not([title=""])', { state: "attached" });
      await page.evaluate(AXE);
      const found = await page.evaluate(
        async () =>
          (await (globalThis as never as { axe: { run(): Promise<{ violations: AxeFault[] }> } }).axe.run())
            .violations,
      );
      for (const { id, impact, nodes } of found)
        if (["serious", "critical"].includes(impact)) faults.push(`${id} ${nodes[0].html.slice(0, 120)}`);
      await context.close();
      expect(faults).toEqual([]);
    },
  );

  test("the search finds a term of the glossary, under the pages' own policy", async () => {
    const page = await browser!.newPage();
    const errors: string[] = [];
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    await page.goto(address, { waitUntil: "load" });
    await page.getByRole("button", { name: "Search" }).first().click();
    await page.locator("#localsearch-input").fill("posterior predictive check");
    await page.locator(".VPLocalSearchBox .result").first().waitFor();
    expect(await page.locator(".VPLocalSearchBox .results").innerText()).toContain("Glossary");
    expect(errors).toEqual([]);
    await page.close();
  });

  test("the pages of the entry points tell of every function, with its example as another project writes it", () => {
    const text = readFileSync(join(folder, "docs/api/stochastic.html"), "utf8");
    for (const name of ["growAggregate", "describeAggregate", "readAggregates"])
      expect(text).toContain(`id="${name.toLowerCase()}"`);
    expect(text).toContain("heterostem/stochastic");
    expect(text).not.toContain("../src/stochastic/index.ts");
  });
});
