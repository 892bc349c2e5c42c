import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { frameImage, readMicrograph } from "../../src/micrograph/index.ts";
import { heterostem } from "../helpers/heterostem.ts";

const folder = mkdtempSync(join(tmpdir(), "heterostem-simulate-"));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const xyz = file("pair.xyz", "2\nTiO2 and WO3 in contact\nTiO2-anatase -8 0 0 8\nWO3 6 0 0 6\n");
const microscope = file(
  "microscope.yaml",
  "widthPx: 64\nheightPx: 48\npixelSizeNm: 1\nfilm: { thicknessNm: 10 }\n",
);

describe("heterostem simulate", () => {
  test("writes one image as float TIFF, 16-bit PNG and NPY with its pixel size, and its settings", async () => {
    const out = join(folder, "images");
    const outcome = await heterostem("simulate", xyz, "--microscope", microscope, "--out", out);
    expect(outcome.stderr).toBe("");
    expect(outcome.code).toBe(0);
    const images = await Promise.all(
      ["pair.tif", "pair.png", "pair.npy"].map(async (name) =>
        frameImage(await readMicrograph(readFileSync(join(out, name)), name)),
      ),
    );
    const [tiff, png, npy] = images;
    expect([tiff.width, tiff.height, tiff.pixelSizeNm]).toEqual([64, 48, 1]);
    expect(png.pixelSizeNm).toBe(1);
    expect(npy.data).toEqual(tiff.data);
    // WO3 lies right of the middle: mu t = 1.7e-3/nm x 12 nm, TiO2 left: 0.43e-3 x 16 nm, 3000 electrons a pixel
    const mean = (column: number) =>
      [22, 23, 24, 25].reduce((sum, row) => sum + tiff.data[row * 64 + column] / 4, 0);
    expect(mean(38)).toBeGreaterThan(2 * mean(22));
    const run = JSON.parse(readFileSync(join(out, "run.json"), "utf8"));
    expect(run.images[0].settings.filmThicknessNm).toBe(10);
  });

  test("images the samples of a recipe, the same bytes each time", async () => {
    const recipe = file(
      "study.yaml",
      "seed: 3\naggregate: { particleCount: 20, necking: 0.1 }\nmicroscope: { widthPx: 48, heightPx: 48, pixelSizeNm: 4 }\n",
    );
    const bytes = [];
    for (const out of [join(folder, "first"), join(folder, "second")]) {
      const { code, stderr } = await heterostem(
        "simulate",
        recipe,
        "--microscope",
        recipe,
        "--count",
        "2",
        "--out",
        out,
      );
      expect(`${code} ${stderr}`).toBe("0 ");
      bytes.push(readFileSync(join(out, "sample-1.npy"), "latin1"));
    }
    expect(bytes[0]).toBe(bytes[1]);
  });

  test("writes a tilt series as stacks with its angles, the film twice as thick along the beam at 60 degrees", async () => {
    const out = join(folder, "tilted");
    const words = ["simulate", xyz, "--microscope", microscope, "--tilt", "-60:60:30", "--out", out];
    expect(`${(await heterostem(...words)).stderr}`).toBe("");
    expect(readFileSync(join(out, "pair.tlt"), "utf8")).toBe("-60\n-30\n0\n30\n60\n");
    const run = JSON.parse(readFileSync(join(out, "run.json"), "utf8"));
    expect(run.images[0].tiltsDeg).toEqual([-60, -30, 0, 30, 60]);
    const stack = await readMicrograph(readFileSync(join(out, "pair.tif")), "pair.tif");
    expect(stack.axes.map(({ size }) => size)).toEqual([5, 48, 64]);
    // bare film: the eight columns at the left edge of 48 rows, 384 pixels of 3000 electrons
    const film = [0, 2].map((exposure) => {
      const { data } = frameImage(stack, exposure);
      const bare = data.filter((_, pixel) => pixel % 64 < 8);
      return bare.reduce((sum, share) => sum + share, 0) / bare.length;
    });
    // 10 nm of carbon give 3.0 electrons a pixel: the mean of 384 has an error of 3 %, their ratio of 4 %
    expect(Math.abs(film[0] / film[1] / 2 - 1)).toBeLessThan(0.16);
    const refused = await heterostem(
      ...words.slice(0, 4),
      "--tilt",
      "-90:90:1",
      "--out",
      join(folder, "steep"),
    );
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("wanted FROM:TO:STEP in degrees, from -80 up to 80");
  });

  test("warns of particles outside the field with their share", async () => {
    const wide = file("wide.xyz", "2\n\nWO3 -100 0 0 5\nWO3 100 0 0 5\n");
    const { stdout } = await heterostem(
      "simulate",
      wide,
      "--microscope",
      microscope,
      "--out",
      join(folder, "wide"),
    );
    expect(stdout).toContain("Warning: wide: 100 % of the particles' area lies outside the field of view");
  });

  test("says where a microscope or a sphere file is wrong, and writes nothing", async () => {
    const out = join(folder, "nothing");
    const inverted = file("inverted.yaml", "semiAngleMrad: 9\ndetector: { innerMrad: 120, outerMrad: 80 }\n");
    const wrongDetector = await heterostem("simulate", xyz, "--microscope", inverted, "--out", out);
    expect(wrongDetector.code).toBe(2);
    expect(wrongDetector.stderr).toContain(
      `${inverted}:2:1 detector: innerMrad must be below outerMrad, got inner 120, outer 80`,
    );
    const unknown = file("unknown.xyz", "1\n\nUnobtainium 0 0 0 5\n");
    const wrongMaterial = await heterostem("simulate", unknown, "--out", out);
    expect(wrongMaterial.code).not.toBe(0);
    expect(wrongMaterial.stderr).toContain("got Unobtainium");
    const voltage = file("voltage.yaml", "beamEnergyKeV: 20\n");
    const wrongVoltage = await heterostem("simulate", xyz, "--microscope", voltage, "--out", out);
    expect(wrongVoltage.stderr).toContain("beamEnergyKeV: wanted at least 30, got 20");
    expect(existsSync(out)).toBe(false);
  });
});

describe("heterostem microscope", () => {
  test("shows the materials of a recipe, one's own too, over which others can be named", async () => {
    const glass = "{ name: glass, densityGPerCm3: 2.5, composition: { Si: 1, O: 2 } }";
    const recipe = file("own.yaml", `aggregate: { materials: [Au, ${glass}], particleCount: 10 }\n`);
    const namesOf = async (...words: string[]) => {
      const { stdout } = await heterostem("microscope", ...words, "--json");
      return JSON.parse(stdout).detectedPerMicrometre.map(({ name }: { name: string }) => name);
    };
    expect(await namesOf(recipe)).toEqual(["Au", "glass"]);
    expect(await namesOf(recipe, "--materials", "Pt,C")).toEqual(["Pt", "C"]);
    expect(await namesOf("--materials-file", recipe)).toEqual(["Au", "glass"]);
    expect(await namesOf("--materials-file", recipe, "--materials", "WO3,glass")).toEqual(["WO3", "glass"]);
  });

  test("prints intensities, cross sections, depth of field and dose", async () => {
    const { code, stdout } = await heterostem("microscope", microscope, "--json");
    expect(code).toBe(0);
    const facts = JSON.parse(stdout);
    expect(facts.wavelengthPm).toBeCloseTo(1.9687, 3);
    expect(facts.depthOfFieldNm).toBeCloseTo(43, 0);
    expect(facts.crossSections.map((row: { element: string }) => row.element)).toEqual(["Ti", "O", "W"]);
    expect(facts.warnings).toEqual([]);
  });

  test("takes a measured detector curve, refuses one that does not rise, and warns of senseless settings", async () => {
    const curve = file(
      "curve.csv",
      "mrad,relative\n52,0\n61,0.5\n72.5,0.8\n88,0.9\n127,0.995\n250,0.9\n280,0\n",
    );
    const figure = join(folder, "curves.svg");
    const measured = await heterostem(
      "microscope",
      microscope,
      "--detector-curve",
      curve,
      "--figure",
      figure,
    );
    expect(measured.code).toBe(0);
    expect(readFileSync(figure, "utf8")).toContain("WO3");
    const falling = file("falling.csv", "52,0\n61,0.5\n60,0.8\n");
    const refused = await heterostem("microscope", microscope, "--detector-curve", falling);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain(
      `Cannot read sensitivity curve: angle must rise above 61 mrad, got 60 (${falling}, line 3)`,
    );
    const poor = file(
      "poor.yaml",
      "electronsPerPixel: 20\nsemiAngleMrad: 25\ndetector: { innerMrad: 20, outerMrad: 400 }\n",
    );
    const { stdout } = await heterostem("microscope", poor);
    expect(stdout).toContain("catches part of the undeflected beam");
    expect(stdout).toContain("noise will hide it");
    expect(stdout).toContain("wider than microscopes let pass");
  });
});
