import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The nearest folder above this file that holds package.json: the same from src/ and from dist/src/. */
export function findPackageFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (readPackage(folder)?.name !== "heterostem") folder = resolve(folder, "..");
  return folder;
}

/** The version that package.json states. */
export function packageVersion(folder: string): string {
  return readPackage(folder)?.version ?? "";
}

function readPackage(folder: string): { readonly name?: string; readonly version?: string } | null {
  try {
    return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  } catch {
    return null;
  }
}
