import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { findPackageFolder } from "../src/cli/package-folder.ts";
import { imageFiles } from "../src/micrograph/index.ts";
import { runCommandLine } from "../src/cli/run-command-line.ts";

/** A small valid file. */
export interface FuzzSeed {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A kind of file that the program reads. */
export interface FuzzFormat {
  /** Mutated as a text, too. */
  readonly isText: boolean;
  /** Valid files of the kind; what lies beside them is written into the folder. */
  seeds(folder: string): FuzzSeed[] | Promise<FuzzSeed[]>;
  /** Reads a file as the program does; throws with the words that a user would see. */
  read(seed: FuzzSeed, folder: string): unknown;
}

/** The checkout. */
export const PACKAGE = findPackageFolder();
/** A file as text. */
export const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("utf8");
/** A text, or JSON, as a file. */
export const bytesOf = (value: string | object) =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value, null, 1));
/** Images of the tests, of a folder; notes lie beside some. */
export const fixtures = (...names: string[]) => {
  const folder = join(PACKAGE, "test/fixtures/micrograph", ...names);
  return imageFiles(folder).map((path) => ({ name: basename(path), bytes: readFileSync(path) }));
};
/** What recipes are read with. */
export const context = {
  packageFolder: PACKAGE,
  progress: { isTerminal: false, write: () => {}, now: () => 0 },
};

/** The program's own way with a file; its words are thrown where it ends with an error. */
export async function throughProgram(...words: string[]): Promise<void> {
  let said = "";
  const terminal = {
    printResult: () => {},
    printError: (line: string) => void (said += line),
    progress: context.progress,
  };
  const code = await runCommandLine(words, terminal);
  if (code !== 0) throw new Error(said);
}
