import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodeRoiSet, readRoiSet } from "../../src/labels/index.ts";
import { balls, SIDE, writePicture } from "../helpers/bright-discs.ts";
import { heterostem } from "../helpers/heterostem.ts";

const folder = mkdtempSync(join(tmpdir(), "particle-corrections-"));
const path = (name: string) => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const DISCS = [
  { x: 40, y: 40, radiusPx: 9 },
  { x: 90, y: 60, radiusPx: 11 },
  { x: 80, y: 104, radiusPx: 10 },
];
const ADDED = { x: 40, y: 100, radiusPx: 7.5 };

/** The detector that ships finds all of these. */
const find = (...words: string[]) => heterostem("particles", ...words);

interface ParticlesJson {
  readonly sizes: readonly { readonly particleCount: number; readonly correctedCount: number }[];
  readonly images: {
    readonly name: string;
    readonly width: number;
    readonly height: number;
    readonly countWithHidden: unknown;
    readonly particles: {
      readonly x: number;
      readonly y: number;
      readonly radiusPx: number;
      readonly source: string;
      readonly probability: number | null;
      readonly material: string | null;
    }[];
  }[];
}

const resultOf = (out: string): ParticlesJson =>
  JSON.parse(readFileSync(path(`${out}/particles.json`), "utf8"));
const rowsOf = (out: string) =>
  readFileSync(path(`${out}/particles.csv`), "utf8")
    .trim()
    .split("\n")
    .slice(1)
    .map((row) => row.split(","));
const writeJson = (name: string, value: unknown) => writeFileSync(path(name), JSON.stringify(value));

beforeAll(async () => {
  writePicture(path("discs.png"), balls(DISCS, 7));
  writePicture(path("others.png"), balls(DISCS.slice(0, 2), 8));
  await find(path("discs.png"), path("others.png"), "--modality", "haadf", "--out", path("found"));
}, 60_000);

/** The list as it was found, with one particle moved, one taken away and one added. */
function corrected(): { images: ParticlesJson["images"] } {
  const [image] = resultOf("found").images;
  const [first, , ...others] = image.particles;
  const particles = [{ ...first, x: first.x + 3 }, ...others, ADDED] as typeof image.particles;
  return { images: [{ ...image, particles }] };
}

describe("heterostem particles --corrections", () => {
  test("a changed particles.json is the list of its image; rows that a person has set say so and have no probability", async () => {
    writeJson("moved.json", corrected());
    const call = [path("discs.png"), path("others.png"), "--modality", "haadf"];
    const { code, stdout } = await find(...call, "--corrections", path("moved.json"), "--out", path("moved"));
    expect(code).toBe(0);
    const [before, after] = [resultOf("found"), resultOf("moved")];
    expect(stdout).toContain(
      `discs.png: the list is that of a person, 2 particles set by hand, ${before.images[0].particles.length - 2} as found`,
    );
    const { particles } = after.images[0];
    expect(particles.length).toBe(before.images[0].particles.length);
    expect(particles.map(({ source }) => source)).toEqual(
      particles.map((_, i) => (i === 0 || i === particles.length - 1 ? "corrected" : "detected")),
    );
    expect(particles.map(({ probability }) => probability === null)).toEqual(
      particles.map(({ source }) => source === "corrected"),
    );
    expect(particles.at(-1)).toMatchObject(ADDED);
    // the probability of those that stayed is the detector's
    expect(particles[1].probability).toBe(before.images[0].particles[2].probability);
    expect(after.images[0].countWithHidden).toBeNull();
    expect(after.sizes[0].correctedCount).toBe(2);
    expect(after.images[1]).toEqual(before.images[1]);
    const own = rowsOf("moved").filter(([name]) => name === "discs.png");
    expect(own.map(([, , , , , , , probability, source]) => [probability === "", source])).toEqual(
      particles.map(({ source }) => [source === "corrected", source]),
    );
    expect(readFileSync(path("moved/report.html"), "utf8")).toContain(
      "Dashed circles are those that a person has set",
    );
  });

  test("particles.json and the RoiSet.zip of a run, given back as they are, change nothing", async () => {
    const before = resultOf("found");
    const both = [path("discs.png"), path("others.png"), "--modality", "haadf"];
    await find(...both, "--corrections", path("found/particles.json"), "--out", path("same"));
    expect(resultOf("same").images.map(({ particles }) => particles)).toEqual(
      before.images.map(({ particles }) => particles),
    );
    const one = [path("discs.png"), "--modality", "haadf"];
    await find(...one, "--corrections", path("found/rois/0000-discs.zip"), "--out", path("same-zip"));
    expect(resultOf("same-zip").images[0].particles).toEqual(before.images[0].particles);
  });

  test("a RoiSet.zip with a region less and one more is the list of its image", async () => {
    const shapes = readRoiSet(readFileSync(path("found/rois/0000-discs.zip")));
    const square = { className: "0100-0040", rings: [[30, 90, 50, 90, 50, 110, 30, 110]] };
    writeFileSync(path("RoiSet.zip"), encodeRoiSet([...shapes.slice(1), square]));
    const call = [path("discs.png"), "--modality", "haadf", "--materials", "Pt"];
    const { code } = await find(...call, "--corrections", path("RoiSet.zip"), "--out", path("zip"));
    expect(code).toBe(0);
    const { particles } = resultOf("zip").images[0];
    expect(particles.length).toBe(shapes.length);
    const last = particles[particles.length - 1];
    // a square of 20 px has the area of a circle of 20/sqrt(pi) px
    expect([Math.round(last.x), Math.round(last.y), last.source, last.material]).toEqual([
      40,
      100,
      "corrected",
      "Pt",
    ]);
    expect(last.radiusPx).toBeCloseTo(20 / Math.sqrt(Math.PI), 10);
    expect(particles.slice(0, -1).every(({ source }) => source === "detected")).toBe(true);
  });

  test("with --fit a person's particles are refined and none of them is dropped", async () => {
    const file = corrected();
    // where nothing is: the fit would drop it from a list of the detector
    file.images[0].particles.push({ ...file.images[0].particles[0], x: 90, y: 110 });
    writeJson("fitted.json", file);
    const call = [path("discs.png"), "--modality", "haadf", "--fit"];
    const { code } = await find(...call, "--corrections", path("fitted.json"), "--out", path("fitted"));
    expect(code).toBe(0);
    const { particles } = resultOf("fitted").images[0];
    expect(particles.length).toBe(file.images[0].particles.length);
    expect(particles.filter(({ source }) => source === "corrected").length).toBe(3);
    // moved by 3 px, it finds back
    expect(Math.abs(particles[0].x - resultOf("found").images[0].particles[0].x)).toBeLessThan(1.5);
  });

  test("a list of another image, or with particles outside, or that makes no sense is refused, and nothing is written", async () => {
    const refusal = async (value: unknown, ...words: string[]) => {
      writeFileSync(path("bad.json"), typeof value === "string" ? value : JSON.stringify(value));
      const call = [path("discs.png"), ...words, "--corrections", path("bad.json"), "--out", path("never")];
      const { code, stderr } = await find(...call);
      expect([code, existsSync(path("never"))]).toEqual([2, false]);
      return stderr.replace(`${path("bad.json")}`, "bad.json");
    };
    const entry = { name: "discs.png", particles: [ADDED] };
    expect(await refusal({ images: [{ ...entry, name: "soot.png" }] })).toContain(
      "Cannot take corrections: every entry must be of an image of the call (discs.png), got soot.png (bad.json); name that image too, or take its entry out",
    );
    expect(await refusal({ images: [{ ...entry, width: 256, height: SIDE }] })).toContain(
      "Cannot take corrections: particles of discs.png must be those of 128 x 128 px, got those of 256 x 128 px (bad.json); are they of another image, or of another part of it?",
    );
    expect(await refusal({ images: [{ ...entry, particles: [ADDED, { ...ADDED, x: 300 }] }] })).toContain(
      "centre of particle 2 must lie in discs.png, 128 x 128 px, got 300.0, 100.0 (bad.json); are they of another image?",
    );
    // the other image is whole, and yet nothing is written
    const outside = { images: [{ ...entry, particles: [{ ...ADDED, y: -4 }] }] };
    expect(await refusal(outside, path("others.png"))).toContain(
      "centre of particle 1 must lie in discs.png",
    );
    expect(await refusal({ images: [{ ...entry, particles: [{ ...ADDED, radiusPx: 500 }] }] })).toContain(
      "radius of particle 1 must be smaller than discs.png",
    );
    expect(await refusal({ images: [{ ...entry, particles: [{ ...ADDED, material: "Au" }] }] })).toContain(
      "material of particle 1 of discs.png must be one of --materials, which name none, got Au (bad.json)",
    );
    expect(await refusal({ images: [entry, entry] })).toContain(
      "images must stand once each, got discs.png twice",
    );
    expect(await refusal({ images: [{ ...entry, particles: [] }] })).toContain(
      "images.0.particles must be a list of one particle at least, got []",
    );
    expect(await refusal({ images: [{ ...entry, particles: [{ ...ADDED, radius: 3 }] }] })).toContain(
      "images.0.particles.0 must be without radius",
    );
    expect(await refusal({ images: [{ ...entry, particles: [{ x: 3, y: 4 }] }] })).toContain(
      "images.0.particles.0.radiusPx must be a number, got nothing (bad.json)",
    );
    expect(await refusal("x,y,r")).toContain(
      "Cannot take corrections: wanted valid JSON, got x,y,r (bad.json)",
    );
    expect(await refusal("PK nothing")).toContain("Cannot take corrections: ");
  });

  test("a RoiSet.zip is that of one image", async () => {
    const call = [path("discs.png"), path("others.png"), "--corrections", path("found/rois/0000-discs.zip")];
    const { code, stderr } = await find(...call, "--out", path("never"));
    expect([code, existsSync(path("never"))]).toEqual([2, false]);
    expect(stderr).toContain("regions of ImageJ must be those of one image, got 2 images");
    expect(stderr).toContain("write JSON with an entry an image");
  });
});
