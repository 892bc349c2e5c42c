import { parseHTML } from "linkedom";

type Found = ReturnType<typeof parseHTML>["document"];
const wordsOf = (node: { readonly textContent: string | null } | null) =>
  (node?.textContent ?? "").replaceAll(/\s+/g, " ").trim();

/** A report as its reader sees it. */
export function openPage(text: string) {
  const { document } = parseHTML(text);
  const all = (selector: string) => [...document.querySelectorAll(selector)] as Element[];
  return {
    title: wordsOf(document.querySelector("h1")),
    headings: all("h2").map(wordsOf),
    words: wordsOf(bodyOf(document)),
    /** Cells of every line of every table. */
    rows: all("tr").map((row) => [...row.querySelectorAll("th, td")].map(wordsOf)),
    /** What figures say of themselves. */
    figures: all("figure [role=img]").map((figure) => figure.getAttribute("aria-label") ?? ""),
    /** Pictures with what stands below and on them. */
    tiles: all("figure.tile").map((tile) => ({
      caption: wordsOf(tile.querySelector("figcaption")),
      bar: wordsOf(tile.querySelector(".picture > .scale")),
      isPng: tile.querySelector("img")?.getAttribute("src")?.startsWith("data:image/png;base64,") ?? false,
    })),
    /** Anchors of the contents that lead nowhere. */
    deadLinks: all("nav a")
      .map((link) => link.getAttribute("href")?.slice(1) ?? "")
      .filter((anchor) => document.getElementById(anchor) === null),
    policy:
      document.querySelector('meta[http-equiv="Content-Security-Policy"]')?.getAttribute("content") ?? "",
    /** Numbers and words that were missing. */
    holes: wordsOf(bodyOf(document)).match(/NaN|undefined|Infinity|\bnull\b|\[object/g) ?? [],
  };
}

/** The words that are read: without the drawings' own style sheets. */
function bodyOf(document: Found) {
  for (const style of document.querySelectorAll("svg style")) style.remove();
  return document.querySelector("body");
}
