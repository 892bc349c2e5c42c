import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { checkSite } from "../../docs/.vitepress/check-site.ts";

const folder = mkdtempSync(join(tmpdir(), "heterostem-site-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A site of these pages, by their paths. */
function siteOf(name: string, pages: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries(pages)) {
    mkdirSync(dirname(join(folder, name, path)), { recursive: true });
    writeFileSync(join(folder, name, path), text);
  }
  return join(folder, name);
}

const FACTS = { base: "/suite/", root: folder, linkedFiles: [] };

test("links between pages, to headings, to folders and to other hosts lead somewhere", () => {
  const site = siteOf("whole", {
    "index.html": '<a href="/suite/docs/a.html#b">a</a><a href="https://example.org/x">out</a>',
    "docs/a.html": '<h2 id="b">b</h2><a href="./../">home</a><a href="#b">b</a><a href="data:,">none</a>',
  });
  expect(() => checkSite(site, FACTS)).not.toThrow();
});

test("a link to a page or a heading that is not there is told with its page, and so is what asks another host", () => {
  const site = siteOf("broken", {
    "index.html":
      '<a href="/suite/gone.html">x</a><a href="./a.html#c">y</a><img src="https://example.org/p.png">',
    "a.html": '<h2 id="b">b</h2>',
  });
  expect(() => checkSite(site, FACTS)).toThrow(
    [
      "Cannot publish docs: every link must lead somewhere, got",
      "  index.html: no file behind /suite/gone.html",
      "  index.html: no such heading: ./a.html#c",
      "  index.html: img asks another host for https://example.org/p.png",
    ].join("\n"),
  );
});

test("files that pages link to are laid beside them", () => {
  writeFileSync(join(folder, "works.bib"), "@misc{a}");
  const site = siteOf("files", { "index.html": '<a href="./works.bib">works</a>' });
  expect(() => checkSite(site, { ...FACTS, linkedFiles: ["works.bib"] })).not.toThrow();
});
