import { failureText } from "../../core/index.ts";

/** A reference: what stands in the bibliography. */
export interface Reference {
  readonly key: string;
  /** The entry as BibTeX. */
  readonly bibtex: string;
  readonly fields: Readonly<Record<string, string>>;
}

/**
 * Reads a bibliography: BibTeX whose values stand in braces.
 *
 * @param text of the file
 * @returns references by key
 * @throws Error for an entry whose braces do not close
 */
export function parseBibliography(text: string): ReadonlyMap<string, Reference> {
  const references = new Map<string, Reference>();
  for (const { 0: head, 1: key, index } of text.matchAll(/^@\w+\{([^,\s]+),/gm)) {
    const bibtex = text.slice(index, closingBrace(text, index + head.indexOf("{")) + 1);
    references.set(key, { key, bibtex, fields: fieldsOf(bibtex.slice(head.length)) });
  }
  return references;
}

function fieldsOf(text: string): Record<string, string> {
  const fields: Record<string, string> = {};
  const names = /(\w+)\s*=\s*\{/g;
  for (let found = names.exec(text); found !== null; found = names.exec(text)) {
    const end = closingBrace(text, names.lastIndex - 1);
    fields[found[1].toLowerCase()] = plainText(text.slice(names.lastIndex, end));
    names.lastIndex = end;
  }
  return fields;
}

/** Place of the brace that closes the one at a place. */
function closingBrace(text: string, start: number): number {
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    if (text[i] === "{") depth++;
    if (text[i] === "}" && --depth === 0) return i;
  }
  const entry = text.slice(start, start + 40);
  throw new Error(failureText({ action: "read bibliography" }, "every brace must be closed", `${entry} ...`));
}

/** Combining marks of TeX's accents. */
const ACCENTS: Readonly<Record<string, string>> = {
  "`": "\u0300",
  "'": "\u0301",
  "^": "\u0302",
  "~": "\u0303",
  '"': "\u0308",
  c: "\u0327",
  v: "\u030C",
};

/** Letters that TeX has names for. */
const LETTERS: Readonly<Record<string, string>> = { aa: "å", ae: "æ", o: "ø", oe: "œ", ss: "ß", l: "ł" };

/** TeX as people read it: accents put on their letters, braces taken away. */
function plainText(tex: string): string {
  return tex
    .replaceAll(/\\([`'^~"]|[cv](?=[\s{]))\s*\{?(\\i|\w)\}?/g, (_, accent: string, letter: string) =>
      `${letter === "\\i" ? "i" : letter}${ACCENTS[accent]}`.normalize("NFC"),
    )
    .replaceAll(/\\(aa|ae|oe|o|ss|l)(?![a-z])\s*/g, (_, name: string) => LETTERS[name])
    .replaceAll("--", "–")
    .replaceAll(/[{}]/g, "")
    .replaceAll(/\s+/g, " ")
    .trim();
}

/** A reference on one line: authors, title, where, when. */
export function referenceText({ fields }: Reference): string {
  const { author, editor, title, journal, booktitle, publisher, volume, number, pages, year, note } = fields;
  const names = (author ?? editor)
    ?.split(" and ")
    .join(", ")
    .replace(/, others$/, " et al.");
  const issue = [volume, number === undefined ? undefined : `(${number})`].filter(
    (part) => part !== undefined,
  );
  const where = [
    [journal ?? booktitle, issue.join(" ")].filter((part) => part !== undefined && part !== "").join(" "),
    publisher,
    pages,
    note,
  ].filter((part) => part !== undefined && part !== "");
  return `${[names, title, ...where].filter((part) => part !== undefined).join(", ")} (${year})`;
}
