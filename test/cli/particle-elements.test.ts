import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { encodeTiff } from "../../src/micrograph/index.ts";
import { drawElementMaps } from "../../src/particles/index.ts";
import { DISCS, discDetector, picture, SIDE, writePicture } from "../helpers/bright-discs.ts";
import { heterostem } from "../helpers/heterostem.ts";
import { smallHdf5 } from "../helpers/small-hdf5.ts";

const folder = mkdtempSync(join(tmpdir(), "elements-"));
const path = (name: string) => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ELEMENTS = [
  { element: "Ti", densities: [1, 0] },
  { element: "W", densities: [0, 1] },
] as const;
/** Half the pixels of the image along each side. */
const [TI, W] = drawElementMaps(
  openRandomStream(3, "maps"),
  DISCS.map(({ x, y, radiusPx }, k) => ({
    x: x / 2,
    y: y / 2,
    radiusPx: radiusPx / 2,
    materialIndex: k === 1 ? 1 : 0,
  })),
  { width: SIDE / 2, height: SIDE / 2, elements: ELEMENTS, countsPerParticle: 200, groundShare: 0.05 },
);
const tiff = ({ width, height, counts }: typeof TI) =>
  encodeTiff([
    { width, height, data: Float32Array.from(counts), intensityUnit: "arbitrary", pixelSizeNm: 1 },
  ]);

beforeAll(async () => {
  writeFileSync(path("model.onnx"), await discDetector());
  writePicture(path("discs.png"), picture(DISCS, 7));
  writeFileSync(path("ti.tif"), tiff(TI));
  writeFileSync(path("w.tif"), tiff(W));
  const both = await smallHdf5((file) => {
    for (const [name, { counts }] of [
      ["Ti_Ka", TI],
      ["W_La", W],
    ] as const) {
      file.create_dataset({ name, data: Float64Array.from(counts), shape: [SIDE / 2, SIDE / 2] });
    }
  });
  writeFileSync(path("both.h5"), both);
}, 240_000);

const find = (...words: string[]) =>
  heterostem("particles", path("discs.png"), "--modality", "haadf", "--model", path("model.onnx"), ...words);

/** The row of particles.csv whose centre lies on a disc. */
const placeOf = ({ x, y }: (typeof DISCS)[number], rows: readonly string[]) =>
  rows.findIndex((row) => {
    const [, , u, v] = row.split(",");
    return Math.hypot(Number(u) - x, Number(v) - y) < 3;
  });

describe("heterostem particles --elements", () => {
  test("tells the material of each particle by coarser maps, and writes counts, shares and a section", async () => {
    const out = path("out");
    const words = [
      "--materials",
      "TiO2-anatase,WO3",
      "--elements",
      `Ti=${path("ti.tif")},W=${path("w.tif")}`,
    ];
    const { code, stdout } = await find(...words, "--out", out);
    expect(code).toBe(0);
    expect(stdout).toContain("share of the particles that is WO3");
    expect(stdout).toMatch(/image and maps call .* of the particles the same/);
    const [head, ...rows] = readFileSync(join(out, "elements.csv"), "utf8").trim().split("\n");
    expect(head).toBe(
      "image,particle,counts of Ti that are its own,counts of W that are its own,counts of Ti in its disc,counts of W in its disc,probability of WO3 by maps,probability of WO3 by image,probability of WO3,material",
    );
    const listed = readFileSync(join(out, "particles.csv"), "utf8").trim().split("\n").slice(1);
    expect(rows.length).toBe(listed.length);
    for (const [k, disc] of DISCS.entries()) {
      const at = placeOf(disc, listed);
      const material = k === 1 ? "WO3" : "TiO2-anatase";
      expect([listed[at].split(",")[6], rows[at].split(",").at(-1)]).toEqual([material, material]);
    }
    expect(readFileSync(join(out, "report.html"), "utf8")).toContain("Materials by element maps");
  });

  test("finds the map of each element in a file of several, and needs no materials", async () => {
    const out = path("by-element");
    const { code, stdout } = await find(
      "--elements",
      `Ti=${path("both.h5")},W=${path("both.h5")}`,
      "--out",
      out,
    );
    expect(code).toBe(0);
    expect(stdout).not.toContain("image and maps call");
    const { elements } = JSON.parse(readFileSync(join(out, "particles.json"), "utf8"));
    expect(elements[0].materials).toEqual(["Ti", "W"]);
    const listed = readFileSync(join(out, "particles.csv"), "utf8").trim().split("\n").slice(1);
    expect(DISCS.map((disc) => listed[placeOf(disc, listed)].split(",")[6])).toEqual(["Ti", "W", "Ti"]);
  });

  test("refuses what cannot be told, before any work", async () => {
    const refusal = async (...words: string[]) => {
      const { code, stderr } = await find(...words, "--out", path("never"));
      expect([code, existsSync(path("never"))]).toEqual([2, false]);
      return stderr;
    };
    const maps = `Ti=${path("ti.tif")},W=${path("w.tif")}`;
    expect(await refusal("--elements", "titanium.tif")).toContain("wanted maps such as Ti=ti.tif,W=w.tif");
    expect(await refusal("--elements", `Ti=${path("ti.tif")}`)).toContain(
      "Cannot take element maps: there must be two materials to tell apart, got Ti",
    );
    expect(await refusal("--elements", `Ti=${path("none.tif")},W=${path("w.tif")}`)).toContain("none.tif");
    expect(await refusal("--elements", `Ti=${path("both.h5")},Mn=${path("both.h5")}`)).toContain(
      "one array must be named after Mn, got 0 Ti_Ka, 1 W_La",
    );
    expect(await refusal("--elements", maps, "--materials", "Au,CeO2")).toContain(
      "one of the elements must tell CeO2 from Au, got Ti, W",
    );
    expect(await refusal("--elements", maps, "--force-material", "WO3")).toContain("leave one out");
    writeFileSync(path("narrow.tif"), tiff({ ...TI, width: 32, height: 128 }));
    expect(await refusal("--elements", `Ti=${path("narrow.tif")},W=${path("w.tif")}`)).toContain(
      "map must have the shape of its image, 128 x 128 px, got 32 x 128 px",
    );
  });
});
