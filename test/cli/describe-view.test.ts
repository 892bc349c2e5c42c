import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode } from "fast-png";
import { afterAll, describe, expect, test } from "vitest";
import { openCorpus, readLabels } from "../../src/corpus/index.ts";
import { readDelimited } from "../../src/core/index.ts";
import { heterostem } from "../helpers/heterostem.ts";

const folder = mkdtempSync(join(tmpdir(), "heterostem-view-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const recipe = join(folder, "small.yaml");
writeFileSync(
  recipe,
  `
name: small
seed: 7
aggregate: { particleCount: 12, fractalPrefactor: 1.3, necking: 0.1 }
corpus: { trainCount: 8, validationCount: 2, testCount: 2 }
microscope: { widthPx: 64, heightPx: 64, pixelSizeNm: 3 }
`,
);

describe("heterostem describe", () => {
  test("writes one row an aggregate, with units in the header", async () => {
    const spheres = join(folder, "pair.csv");
    writeFileSync(spheres, "x,y,z,r,material\n0,0,0,5,TiO2-anatase\n10,0,0,5,WO3\n");
    const table = join(folder, "table.csv");
    expect((await heterostem("describe", spheres, "--out", table)).code).toBe(0);
    const { lines } = readDelimited(readFileSync(table, "utf8"), { fileName: table });
    const column = (name: string) => Number(lines[0].cells.get(name));
    expect(column("hetero-contact fraction")).toBe(1);
    // two touching spheres: sqrt(8/5) of a radius
    expect(column("radius of gyration [nm]")).toBeCloseTo(5 * Math.sqrt(1.6), 9);
  });

  test("a name with a comma is one cell: every row is as long as the header, in words and with materials", async () => {
    const names = ["dose 3,5.xyz", 'dose "low".xyz'];
    const files = names.map((name) => join(folder, name));
    for (const file of files) writeFileSync(file, "2\n\nTiO2-anatase 0 0 0 5\nWO3 10 0 0 5\n");
    const [table, curves] = [join(folder, "named.csv"), join(folder, "named-curves.csv")];
    const words = ["describe", ...files, "--out", table, "--curves", curves];
    expect((await heterostem(...words)).code).toBe(0);
    for (const path of [table, curves]) {
      const { lines } = readDelimited(readFileSync(path, "utf8"), { fileName: path });
      expect([...new Set(lines.map(({ cells }) => cells.get("aggregate")))]).toEqual(names);
    }
    const heading = readFileSync(table, "utf8").split("\n")[0];
    expect(heading).toContain('"hetero-coordination number, WO3"');
    expect(heading).not.toMatch(/heteroCoordination|\b(first|second)\b/);
  });

  test("writes curves as a long table with units", async () => {
    const ball = join(folder, "ball.csv");
    writeFileSync(ball, "x,y,z,r,material\n0,0,0,5,WO3\n");
    const curves = join(folder, "curves.csv");
    expect((await heterostem("describe", ball, "--curves", curves)).code).toBe(0);
    const { columns, lines } = readDelimited(readFileSync(curves, "utf8"), { fileName: curves });
    expect(columns).toEqual(["aggregate", "curve", "abscissa", "unit of abscissa", "value", "unit of value"]);
    const rows = lines.map(({ cells }) => [...cells.values()]);
    const covariance = rows.filter(([, curve]) => curve === "covariance, WO3 given WO3");
    expect(covariance.length).toBeGreaterThan(20);
    expect(covariance.map(([, , , unit]) => unit)).toEqual(covariance.map(() => "nm"));
    for (const [, , r, , value] of covariance) {
      const exact = 1 - (3 * Number(r)) / 20 + Number(r) ** 3 / 2000;
      // 3000 points: four standard errors
      expect(Math.abs(Number(value) - exact)).toBeLessThan(4 * Math.sqrt(0.25 / 3000));
    }
    expect(rows.at(-1)).toEqual([
      "ball.csv",
      "hetero-coordination number",
      "0",
      "contacts",
      "1",
      "particles",
    ]);
  });

  test("grows the very aggregates of a corpus again", async () => {
    const corpus = join(folder, "corpus");
    expect(
      (await heterostem("generate", recipe, "--count", "3", "--workers", "1", "--out", corpus)).code,
    ).toBe(0);
    const { stdout } = await heterostem("describe", corpus, "--json");
    const described = JSON.parse(stdout).aggregates as { values: Record<string, number> }[];
    const labels = await readLabels(openCorpus(corpus));
    expect(described.length).toBe(3);
    labels.forEach(({ descriptors }, k) => {
      expect(described[k].values["radiusOfGyrationNm"]).toBe(descriptors.radiusOfGyrationNm);
    });
  });

  test("refuses a broken line with file and line, and a path that is not there", async () => {
    const broken = join(folder, "broken.xyz");
    writeFileSync(broken, "1\n\nWO3 0 0 zero 5\n");
    expect((await heterostem("describe", broken)).stderr).toContain(
      `z must be a number, got "zero" (${broken}, line 3)`,
    );
    const missing = await heterostem("describe", join(folder, "nothing.xyz"));
    expect([missing.code, missing.stderr]).toEqual([
      2,
      expect.stringContaining("wanted a file of spheres, a recipe or a corpus, got no such file"),
    ]);
  });
});

describe("heterostem view", () => {
  test("writes pictures and files for other viewers by the ending of --out", async () => {
    const out = (ending: string) => join(folder, `sample.${ending}`);
    for (const ending of ["png", "xyz", "csv", "vtk", "glb"]) {
      expect((await heterostem("view", recipe, "--sample", "1", "--out", out(ending))).code).toBe(0);
    }
    expect(decode(readFileSync(out("png"))).width).toBe(800);
    expect(readFileSync(out("xyz"), "utf8").startsWith("12\n")).toBe(true);
    expect(readFileSync(out("glb")).subarray(0, 4).toString()).toBe("glTF");
  });

  test("does not replace a file unless told to, and knows its formats", async () => {
    const out = join(folder, "kept.csv");
    writeFileSync(out, "mine");
    const refused = await heterostem("view", recipe, "--out", out);
    expect([refused.code, readFileSync(out, "utf8")]).toEqual([2, "mine"]);
    const unknown = await heterostem("view", recipe, "--out", join(folder, "a.obj"));
    expect(unknown.stderr).toContain("--out must end in .html, .xyz, .csv, .vtk, .glb, .png");
    expect(existsSync(join(folder, "a.obj"))).toBe(false);
  });
});

describe("heterostem feasibility", () => {
  test("tells how much of a prior can be realised and what the effective prior is", async () => {
    const hard = join(folder, "hard.yaml");
    const prior = "{ particleCount: 30, fractalDimension: { uniform: [1.7, 2.8] }, fractalPrefactor: 1.6 }";
    writeFileSync(hard, `name: hard\nseed: 1\naggregate: ${prior}\n`);
    const { stdout, code } = await heterostem("feasibility", hard, "--count", "40", "--json");
    const { realisedShare, parameters } = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(realisedShare).toBeLessThan(1);
    const dimension = parameters.find(({ key }: { key: string }) => key === "fractalDimension");
    expect(dimension.effective[2]).toBeLessThan(dimension.stated[2]);
  });
});
