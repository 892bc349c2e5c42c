/** In place of node:module: a page has no installed packages. */
export function createRequire(): never {
  throw new Error("Cannot look for a package: a page has none installed");
}
