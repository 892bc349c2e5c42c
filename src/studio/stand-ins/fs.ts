/** In place of node:fs: a page has no disk. What asks whether a file is there hears no; what would open one fails in words. */
export const existsSync = (_path: string): boolean => false;

function noDisk(): never {
  throw new Error("Cannot open file: a page has no disk, and is given bytes");
}

export const closeSync: () => never = noDisk;
export const fstatSync: () => never = noDisk;
export const openSync: () => never = noDisk;
export const readdirSync: () => never = noDisk;
export const readFileSync: () => never = noDisk;
export const readSync: () => never = noDisk;
export const statSync: () => never = noDisk;
