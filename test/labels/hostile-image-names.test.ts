import { describe, expect, test } from "vitest";
import { findConfig, shippedConfig } from "../../src/cli/config/read-config.ts";
import { isPlainFileName, plainFileName } from "../../src/core/index.ts";
import { encodeRoiSet, readCoco, readLabelme, readPolygonCsv, readVia } from "../../src/labels/index.ts";
import { readZip } from "../../src/labels/zip-archive.ts";
import { findPackageFolder } from "../../src/cli/package-folder.ts";
import { z } from "zod";

/** "..", absolute, NUL, drive, device, stream and 300-letter names. */
const NAMES = ["..", "../..", "/etc/..", "/etc/passwd", "a\u0000.png", "C:x", "nul", "a:b", "x".repeat(300)];

const polygon = [1, 1, 4, 1, 4, 3];

/** Each kind of annotation with one image of a name. */
const READERS: Readonly<Record<string, (name: string) => Promise<readonly { imageName: string }[]>>> = {
  coco: async (name) =>
    readCoco(
      JSON.stringify({ images: [{ id: 1, file_name: name }], annotations: [], categories: [] }),
      "labels.json",
    ),
  via: async (name) => readVia(JSON.stringify({ a: { filename: name, regions: [] } }), "labels.json"),
  labelme: async (name) => [
    await readLabelme(JSON.stringify({ imagePath: name, shapes: [] }), "labels.json"),
  ],
  polygonCsv: async (name) =>
    readPolygonCsv(`image_url;polygon\n${name};"[(1, 2), (3, 4), (5, 6)]"\n`, "labels.csv"),
};

/** The names that came through, or the words of the refusal. */
const outcomeOf = (read: Promise<readonly { imageName: string }[]>) =>
  read.then(
    (found) => found.map(({ imageName }) => (isPlainFileName(imageName) ? "a plain name" : imageName)),
    (cause: Error) => cause.message,
  );

describe.each(Object.entries(READERS))("image names of %s", (_, read) => {
  test.each(NAMES)("%j becomes the plain name of a file, or is refused in words", async (name) => {
    expect([
      ["a plain name"],
      expect.stringMatching(
        /^Cannot read labels: the name of a file must stay inside its folder, got .* \(labels\./s,
      ),
    ]).toContainEqual(await outcomeOf(read(name)));
  });

  test("folders are dropped, as annotations of other machines have them", async () => {
    expect(await read("images/a.png")).toEqual([expect.objectContaining({ imageName: "a.png" })]);
    expect(await read("C:\\data\\a.png")).toEqual([expect.objectContaining({ imageName: "a.png" })]);
  });

  test("that lead nowhere are refused", async () => {
    expect(await outcomeOf(read(".."))).toMatch(/got \.\. \(labels/);
  });
});

describe("classes in RoiSet.zip", () => {
  test.each(NAMES)("%j is written as the plain name of a file", (className) => {
    const [{ name }] = readZip(encodeRoiSet([{ className, rings: [polygon] }]));
    expect(isPlainFileName(name)).toBe(true);
  });

  test("keep what a file can be named", () => {
    expect([plainFileName("Al 2 %"), plainFileName("Fe/Ni")]).toEqual(["Al 2 %", "Fe_Ni"]);
  });
});

describe("names of recipes that ship", () => {
  const context = {
    packageFolder: findPackageFolder(),
    progress: { isTerminal: false, write: () => {}, now: () => 0 },
  };

  test.each(NAMES)("%j names none", (name) => {
    expect(shippedConfig(name, context.packageFolder)).toBeNull();
  });

  test.each(["..", "../../package", "a\u0000", "x".repeat(300)])("%j is refused in words", (name) => {
    expect(() => findConfig(name, context, z.unknown())).toThrow(
      /^Cannot read recipe: wanted a YAML file, got no such file/,
    );
  });
});
