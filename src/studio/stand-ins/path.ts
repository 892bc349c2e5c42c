/** In place of node:path: names of files that were dropped on the page have no folders but what their names say. */
export function basename(path: string, ending = ""): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return ending !== "" && name !== ending && name.endsWith(ending) ? name.slice(0, -ending.length) : name;
}

/** The ending of a name with its dot; "" without one. */
export function extname(path: string): string {
  const name = basename(path);
  const dot = name.lastIndexOf(".");
  return dot <= 0 ? "" : name.slice(dot);
}

export const join = (...parts: readonly string[]): string => parts.filter((part) => part !== "").join("/");

export const resolve = join;

/** All before the last slash. */
export function dirname(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "." : path.slice(0, slash);
}

/** Name, ending and folder. */
export function parse(path: string): { readonly name: string; readonly ext: string; readonly dir: string } {
  const ext = extname(path);
  return { name: basename(path, ext), ext, dir: dirname(path) };
}
