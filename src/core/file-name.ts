import { rangeError, type CheckContext } from "./checks.ts";
import { visibleText } from "./visible-text.ts";

/** Longest name that common file systems take [bytes]. */
const LONGEST = 255;

/** Separators, drives and streams of Windows, wild cards, and control characters. */
const FORBIDDEN = /[\\/:*?"<>|\p{Cc}]/u;

/** Names that Windows keeps for devices, with any ending. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/**
 * Whether a name that came from a file can be that of a file in a folder of ours, on any system.
 *
 * @param name such as the name of a class, an image or a shard
 * @returns false for paths, "." and "..", drives, devices, control characters, names that are empty or too long
 */
export function isPlainFileName(name: string): boolean {
  return (
    name.trim() !== "" &&
    !FORBIDDEN.test(name) &&
    !/^\.{1,2}$/.test(name) &&
    !/[. ]$/.test(name) &&
    !DEVICE.test(name) &&
    Buffer.byteLength(name) <= LONGEST
  );
}

/**
 * A name of ours for something that a file names as it likes: a class "Fe/Ni" gives a file "Fe_Ni".
 *
 * @param name any text
 * @returns a name that `isPlainFileName` takes, of at most 100 characters
 * @example
 * import { plainFileName } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * expect([plainFileName("pore"), plainFileName("../a"), plainFileName("con")]).toEqual(["pore", ".._a", "con_"]);
 */
export function plainFileName(name: string): string {
  const shown = [...name.replaceAll(new RegExp(FORBIDDEN, "gu"), "_")].slice(0, 60).join("").trim();
  return isPlainFileName(shown) ? shown : isPlainFileName(`${shown}_`) ? `${shown}_` : "_";
}

/**
 * The name of a file at the end of a path that another system may have written: annotations name their images by it.
 *
 * @param path with "/" or "\\" between folders
 * @param context action and file for the error
 * @returns the name without folders
 * @throws RangeError where it is none that a file can have
 */
export function lastFileName(path: string, context: CheckContext): string {
  return checkFileName(path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1), context);
}

/**
 * A name that came from a file, once it is sure that it names a file inside a folder: no path is built of any other.
 *
 * @param name one name, or names with "/" between where the context allows folders
 * @throws RangeError for names that lead out of the folder, or that no file can have
 */
export function checkFileName(
  name: string,
  context: CheckContext & { readonly allowsFolders?: boolean },
): string {
  const parts = context.allowsFolders ? name.split("/") : [name];
  if (parts.every(isPlainFileName)) return name;
  const shown = visibleText(name.length > 80 ? `${name.slice(0, 80)}... (${name.length} characters)` : name);
  throw rangeError(context, "the name of a file must stay inside its folder", shown);
}
