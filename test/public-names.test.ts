import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "..");
const { exports: doors } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
  readonly exports: Readonly<Record<string, { readonly default: string } | string>>;
};
/** Functions and tables by door, as they were promised last. */
const PROMISED = JSON.parse(
  readFileSync(join(import.meta.dirname, "fixtures/public-names.json"), "utf8"),
) as Readonly<Record<string, readonly string[]>>;

describe("what another project imports", () => {
  test("has a list for every door of the package", () => {
    const rooms = Object.entries(doors).filter(([, door]) => typeof door !== "string");
    expect(rooms.map(([name]) => name.slice(2)).toSorted()).toEqual(Object.keys(PROMISED).toSorted());
  });

  // a name that goes is a break: it leaves the list in the commit that tells it in CHANGELOG.md; new ones are added with a release
  test.each(Object.entries(PROMISED))("heterostem/%s still has each of its names", async (door, names) => {
    const built = doors[`./${door}`] as { readonly default: string };
    const source = join(ROOT, built.default.replace("dist/", "").replace(/\.js$/, ".ts"));
    expect(existsSync(source)).toBe(true);
    const room = (await import(source)) as Readonly<Record<string, unknown>>;
    expect(names.filter((name) => !(name in room))).toEqual([]);
  });
});
