import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../..");

/** Pages that people read for what to type, the README first. */
export const PAGES: readonly string[] = [
  "README.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "models/README.md",
  "samples/README.md",
  ...readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md") && !name.startsWith("api"))
    .map((name) => `docs/${name}`),
];

/** Pages that teach, whose calls are run (test/cli/pages.slow.test.ts); the others record what was done once. */
export const RUN_PAGES: readonly string[] = PAGES.filter(
  (page) => page === "README.md" || /^docs\/(commands|benchmark|tutorials\/.+)\.md$/.test(page),
).filter((page) => programCalls(page).length > 0);

/** What a page tells to type into a shell, in its order: of fenced and indented blocks, and of the README's table. */
export function shellLines(page: string): string[] {
  const text = pageText(page).replaceAll(/ *\\\n\s*/g, " ");
  const blocks = /^```(?:sh|console|bash)\n([\s\S]*?)^```|^ {4}(\S.*)$|^\|[^|\n]*\| `([^`]+)`/gm;
  return [...text.matchAll(blocks)]
    .filter(([, , , ofTable]) => ofTable === undefined || page === "README.md")
    .flatMap(([, fenced, indented, ofTable]) => (fenced ?? indented ?? ofTable).split("\n"))
    .flatMap((line) => line.split("&&"))
    .map((line) => line.trim().replace(/^\$ /, ""))
    .filter((line) => line !== "");
}

/** Calls of the program among them, as words without its name. */
export function programCalls(page: string): string[][] {
  return shellLines(page)
    .flatMap((line) => /^(?:npx )?(?:heterostem|node bin\/heterostem\.js) (.+)/.exec(line)?.[1] ?? [])
    .map(shellWords)
    .filter(([first]) => !first.endsWith(":"));
}

/** Words in a page's prose that call the program or npm, as `heterostem invert --dose`. */
export function inlineCalls(page: string, program: "heterostem" | "npm"): string[][] {
  const marked = pageText(page).replaceAll(/^```[\s\S]*?^```/gm, "");
  return [...marked.matchAll(/`([^`\n]+)`/g)]
    .flatMap(([, code]) => code.split("&&"))
    .map((code) => shellWords(code.trim()))
    .filter(([first]) => first === program)
    .map(([, ...words]) => words);
}

/** The text of a page. */
export function pageText(page: string): string {
  return readFileSync(join(ROOT, page), "utf8");
}

/** Words of a shell's line, up to a comment, a pipe, a redirection or the next command. */
function shellWords(line: string): string[] {
  const words = [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c);
  const end = words.findIndex((word) => /^(#.*|\||>|&&|;)$/.test(word));
  return end < 0 ? words : words.slice(0, end);
}
