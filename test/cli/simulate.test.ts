import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runCommandLine } from "../../src/cli/run-command-line.ts";
import { parseSpheres } from "../../src/cli/read-spheres.ts";
import { frameImage, readMicrograph } from "../../src/micrograph/index.ts";

const folder = mkdtempSync(join(tmpdir(), "heterostem-simulate-"));

async function heterostem(...words: string[]) {
  const printed = { stdout: "", stderr: "" };
  const code = await runCommandLine(words, {
    printResult: (text) => void (printed.stdout += text),
    printError: (text) => void (printed.stderr += text),
    progress: { isTerminal: false, write: () => {}, now: () => performance.now() },
  });
  return { code, ...printed };
}

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
    expect(wrongMaterial.code).toBe(2);
    expect(wrongMaterial.stderr).toContain("got Unobtainium");
    const voltage = file("voltage.yaml", "beamEnergyKeV: 20\n");
    const wrongVoltage = await heterostem("simulate", xyz, "--microscope", voltage, "--out", out);
    expect(wrongVoltage.stderr).toContain("beamEnergyKeV: wanted at least 30, got 20");
    expect(existsSync(out)).toBe(false);
  });
});

describe("parseSpheres()", () => {
  test("reads tables with and without header, commas or spaces", () => {
    const plain = parseSpheres("0 0 0 5 WO3\n10 0 0 5 TiO2-anatase\n", "a.dat");
    const csv = parseSpheres("x,y,z,r,material\n0,0,0,5,WO3\n10,0,0,5,TiO2-anatase\n", "a.csv");
    expect(csv).toEqual(plain);
    expect([...plain.centersNm]).toEqual([-5, 0, 0, 5, 0, 0]);
  });

  test("names the line that is wrong", () => {
    expect(() => parseSpheres("1\n\nWO3 0 0 0\n", "a.xyz")).toThrow(
      'Cannot read spheres: line must be "material x y z radius" in nm, got WO3 0 0 0 (a.xyz:3)',
    );
    expect(() => parseSpheres("0 0 0 -1 WO3\n", "a.dat")).toThrow(
      "Cannot read spheres: radius must be above 0 nm, got -1 (a.dat:1)",
    );
    expect(() => parseSpheres("2\n\nWO3 0 0 0 5\n", "a.xyz")).toThrow(
      "Cannot read spheres: file must hold the 2 spheres of its first line, got 1 (a.xyz)",
    );
  });
});

describe("heterostem microscope", () => {
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
