import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Where a site lies, and what belongs to it besides its pages. */
export interface SiteFacts {
  /** Path of the site on its host, such as "/" or "/heterostem/". */
  readonly base: string;
  /** The project's folder. */
  readonly root: string;
  /** Files of the project that are linked to and laid beside the pages, by their paths. */
  readonly linkedFiles: readonly string[];
}

/**
 * Lays linked files beside the pages, and checks that every link, picture and anchor of every page leads somewhere.
 *
 * @param folder the built site
 * @param facts where it will lie, and what it links to
 * @throws Error with every place that leads nowhere, or to another host by itself
 */
export function checkSite(folder: string, { base, root, linkedFiles }: SiteFacts): void {
  for (const path of linkedFiles) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(root, path), join(folder, path));
  }
  const pages = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".html"),
  );
  const texts = new Map(pages.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
  const faults = pages
    .filter((name) => name !== "404.html")
    .flatMap((page) => faultsOf(page, { folder, base, texts }));
  if (faults.length > 0)
    throw new Error(`Cannot publish docs: every link must lead somewhere, got\n  ${faults.join("\n  ")}`);
}

interface Built {
  readonly folder: string;
  readonly base: string;
  readonly texts: ReadonlyMap<string, string>;
}

function faultsOf(page: string, { folder, base, texts }: Built): string[] {
  const text = texts.get(page) ?? "";
  const links = [...text.matchAll(/<(\w+)[^>]*? (?:href|src)="([^"]*)"/g)].map(([, tag, target]) => ({
    tag,
    target,
  }));
  return links.flatMap(({ tag, target }) => {
    if (/^(?:data|mailto):/.test(target)) return [];
    if (/^https?:/.test(target))
      return tag === "a" ? [] : [`${page}: ${tag} asks another host for ${target}`];
    const url = new URL(target, new URL(join(base, page), "http://site"));
    const path = decodeURIComponent(url.pathname)
      .slice(base.length)
      .replace(/(^|\/)$/, "$1index.html");
    if (!existsSync(join(folder, path))) return [`${page}: no file behind ${target}`];
    const anchor = decodeURIComponent(url.hash.slice(1));
    const aimed = texts.get(path);
    const isThere = anchor === "" || aimed === undefined || aimed.includes(`id="${anchor}"`);
    return isThere ? [] : [`${page}: no such heading: ${target}`];
  });
}
