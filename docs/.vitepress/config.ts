import { readdirSync, readFileSync } from "node:fs";
import { extname, join, resolve } from "node:path";
import { defineConfig } from "vitepress";
import { API_FOLDER, ENTRY_POINTS, writeApiPages } from "./api-pages.ts";
import { checkSite } from "./check-site.ts";

const ROOT = resolve(import.meta.dirname, "../..");

/** Tutorials in the order in which one needs them; a page that is not named comes last. */
const TUTORIALS = [
  "read-parameters-off-an-image",
  "measure-the-particles",
  "studio",
  "set-up-your-microscope",
  "train-your-own",
  "segment-your-micrographs",
  "train-a-network",
  "label-less",
  "find-stacking-faults",
  "strength-from-micrographs",
  "on-a-cluster",
  "on-a-gpu",
  "from-code",
];

/** Files that pages link to and that are not pages: they lie on the site as they are. */
const LINKED_FILES = ["CITATION.cff", "docs/references.bib"];

/** An entry of the sidebar, named by the page's own heading. */
function entry(path: string): { text: string; link: string } {
  const heading = /^# (.+)$/m.exec(readFileSync(join(ROOT, `${path}.md`), "utf8"));
  return { text: heading?.[1] ?? path, link: `/${path.replace(/README$/, "")}` };
}

/** Entries of a folder's pages: first those that are named, the others by their names. */
function entriesOf(folder: string, first: readonly string[] = []) {
  const names = readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => name.slice(0, -".md".length));
  const named = first.filter((name) => names.includes(name));
  const others = names.filter((name) => !first.includes(name)).sort();
  return [...named, ...others].map((name) => entry(`${folder}/${name}`));
}

const entries = (...paths: readonly string[]) => paths.map(entry);

const API = ENTRY_POINTS.map(({ name }) => ({ text: `heterostem/${name}`, link: `/${API_FOLDER}/${name}` }));
const DECISIONS = entriesOf("docs/decisions");

writeApiPages(ROOT);
// the generator takes links with endings that it does not know for pages
process.env.VITE_EXTRA_EXTENSIONS = LINKED_FILES.map((path) => extname(path).slice(1)).join(",");

export default defineConfig({
  title: "heterostem",
  description: "From a 2D electron micrograph to the 3D structure behind it, by simulation",
  lang: "en",
  srcDir: "..",
  outDir: "../dist/docs",
  cacheDir: "../dist/.docs-cache",
  srcExclude: ["dist", "runs", "coverage", "shared", "test", "src", "bench", "fuzz", "vendor"].map(
    (folder) => `${folder}/**`,
  ),
  // the front page is the README; folders begin with theirs, as on a code host
  rewrites: { "README.md": "index.md", ":folder/README.md": ":folder/index.md" },
  head: [
    // without it a browser asks for one
    ["link", { rel: "icon", href: "data:," }],
    ["meta", { "http-equiv": "Content-Security-Policy", content: policy() }],
  ],
  markdown: {
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
    config: (md) => {
      // a link to a README leads to the page that it became
      md.core.ruler.push("readme-links", ({ tokens }) => {
        for (const token of tokens.flatMap(({ children }) => children ?? [])) {
          const href = token.type === "link_open" ? token.attrGet("href") : null;
          if (href !== null && !/^\w+:/.test(href))
            token.attrSet("href", href.replace(/(^|\/)README\.md/, "$1index.md"));
        }
      });
    },
  },
  themeConfig: {
    search: { provider: "local" },
    outline: [2, 3],
    nav: [
      { text: "Tutorials", link: "/docs/tutorials/read-parameters-off-an-image" },
      { text: "Commands", link: "/docs/commands" },
      { text: "What to trust", link: "/docs/trust" },
      { text: "Glossary", link: "/docs/glossary" },
      { text: "API", link: API[0].link },
      { text: "Decisions", link: DECISIONS[0].link },
    ],
    sidebar: {
      "/": [
        {
          text: "Start",
          items: [{ text: "What it does", link: "/" }, ...entries("docs/commands", "docs/glossary")],
        },
        { text: "Tutorials", items: entriesOf("docs/tutorials", TUTORIALS) },
        {
          text: "What to trust",
          items: entries("docs/trust", "docs/results", "docs/validation", "docs/benchmark", "models/README"),
        },
        {
          text: "The project",
          items: [
            { text: "API", link: API[0].link },
            { text: "Decisions", link: DECISIONS[0].link },
            ...entries("CHANGELOG", "ARCHITECTURE", "CONTRIBUTING", "docs/dependencies", "SECURITY"),
          ],
        },
      ],
      [`/${API_FOLDER}/`]: [{ text: "API", items: API }],
      "/docs/decisions/": [{ text: "Decisions", items: DECISIONS }],
    },
  },
  buildEnd({ outDir, site }) {
    checkSite(outDir, { base: site.base, root: ROOT, linkedFiles: LINKED_FILES });
  },
});

/** Nothing is asked of another host, whatever a page holds. */
function policy(): string {
  return "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'; base-uri 'none'; form-action 'none'";
}
