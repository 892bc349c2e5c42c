import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/** Where the pages lie, below the project's folder; they are made anew by each build and not kept. */
export const API_FOLDER = "docs/api";

/** What another project imports, and the sources behind it: `exports` of package.json. */
export const ENTRY_POINTS = [
  { name: "core", room: "core" },
  { name: "stochastic", room: "stochastic" },
  { name: "stem-sim", room: "stem-sim" },
  { name: "corpus", room: "corpus" },
  { name: "inversion", room: "inverse" },
  { name: "particles", room: "particles" },
  { name: "segment", room: "segment" },
  { name: "micrograph", room: "micrograph" },
] as const;

/** Something that an index exports. */
interface Exported {
  readonly name: string;
  /** The doc block without its stars; empty where there is none. */
  readonly doc: string;
  /** The declaration as the compiler wrote it. */
  readonly signature: string;
  readonly isType: boolean;
}

/**
 * Writes a page of each entry point, of the declarations that the compiler has written into dist.
 *
 * @param root the project's folder, built
 */
export function writeApiPages(root: string): void {
  const folder = join(root, API_FOLDER);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const { name, room } of ENTRY_POINTS) {
    const index = join(root, "dist/src", room, "index.d.ts");
    writeFileSync(join(folder, `${name}.md`), apiPage(name, index, root));
  }
}

function apiPage(name: string, index: string, root: string): string {
  const text = readFileSync(index, "utf8");
  const exported = exportsOf(text, dirname(index));
  const section = (one: Exported) =>
    [`### ${one.name}`, "", ...codeBlock(one.signature), "", ...docLines(one.doc), ""].join("\n");
  const parts = (
    [
      ["Functions and values", exported.filter(({ isType }) => !isType)],
      ["Types", exported.filter(({ isType }) => isType)],
    ] as const
  ).filter(([, list]) => list.length > 0);
  return [
    `# heterostem/${name}`,
    "",
    ...docLines(docBefore(text, text.indexOf("export"))),
    "",
    `Sources: \`${relative(join(root, "dist"), dirname(index))}\`. How to import it: [from code](../tutorials/from-code.md).`,
    "",
    ...parts.flatMap(([heading, list]) => [`## ${heading}`, "", ...list.map(section)]),
  ].join("\n");
}

/** Everything that an index names, in its order. */
function exportsOf(index: string, folder: string): Exported[] {
  return [...index.matchAll(/^export (type )?\{([^}]*)\} from "(.+)";/gm)].flatMap(
    ([, type, names, path]) => {
      const file = readFileSync(join(folder, path.replace(/\.ts$/, ".d.ts")), "utf8");
      return names
        .split(",")
        .map((name) => name.trim())
        .filter((name) => name !== "")
        .map((name) => ({ name, isType: type !== undefined, ...declarationOf(file, name) }));
    },
  );
}

function declarationOf(file: string, name: string): Pick<Exported, "doc" | "signature"> {
  const kinds = "function|const|interface|type|class|abstract class";
  const start = file.search(new RegExp(`^export (?:declare )?(?:${kinds}) ${name}\\b`, "m"));
  if (start < 0) throw new Error(`Cannot write API page: wanted a declaration of ${name}, got none`);
  const rest = file.slice(start);
  const end = rest.slice(1).search(/^(?:\/\*\*|export |declare |import )/m);
  const signature = (end < 0 ? rest : rest.slice(0, end + 1)).trim().replace(/^export (?:declare )?/, "");
  return { doc: docBefore(file, start), signature };
}

/** The doc block that ends right before a place. */
function docBefore(text: string, place: number): string {
  const block = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*$/.exec(text.slice(0, place));
  return (block?.[1] ?? "")
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, ""))
    .join("\n")
    .trim();
}

/** An example as another project writes it. */
const forOthers = (code: string) =>
  ENTRY_POINTS.reduce(
    (text, { name, room }) => text.replaceAll(`"../src/${room}/index.ts"`, `"heterostem/${name}"`),
    code,
  );

const codeBlock = (code: string) => ["```ts", code, "```"];

/** A doc block as Markdown: paragraphs, parameters as a list, the example as code. */
function docLines(doc: string): string[] {
  const [text, ...tags] = doc.split(/^@/m);
  return [
    asProse(text.trim()),
    "",
    ...tags.flatMap((tag) => {
      const [, kind, words] = /^(\w+)\s*([\s\S]*)$/.exec(tag.trim()) ?? ["", "", tag];
      if (kind === "example") return ["", "Example:", "", ...codeBlock(forOthers(words))];
      const [, name, meaning] = (kind === "param" && /^(\S+)\s+([\s\S]*)$/.exec(words)) || ["", "", words];
      const head = kind === "param" ? `\`${name}\`: ` : `**${kind}** `;
      return [`- ${head}${asProse(meaning).replaceAll(/\s*\n\s*/g, " ")}`];
    }),
  ];
}

/** Signs that Markdown or the page's template would take for their own stand for themselves. */
function asProse(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part, index) =>
      index % 2 === 1 ? part : part.replaceAll(/[\\*_<[\]{}|]/g, (sign) => `&#${sign.charCodeAt(0)};`),
    )
    .join("");
}
