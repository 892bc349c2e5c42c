import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode } from "fast-png";
import { afterAll, describe, expect, test } from "vitest";
import { aggregateCount } from "../../src/cli/open-aggregates.ts";
import { readDelimited } from "../../src/core/index.ts";
import { decodePicture, openCorpus, readLabels, readSamples } from "../../src/corpus/index.ts";
import { frameImage, readMicrograph } from "../../src/micrograph/index.ts";
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

/** Eight samples in shards of four, the second part of two; made once. */
let made: Promise<string> | undefined;
function part(): Promise<string> {
  const out = join(folder, "part");
  const shards = ["--shard", "2/2", "--shard-size", "4"];
  made ??= heterostem("generate", recipe, "--count", "8", ...shards, "--workers", "1", "--out", out).then(
    ({ code, stderr }) => {
      expect(`${code} ${stderr}`).toBe("0 ");
      return out;
    },
  );
  return made;
}

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

  test("knows beforehand how many a recipe, a corpus and a file are to give", async () => {
    const progress = { isTerminal: false, write: () => {}, now: () => 0 };
    const context = { packageFolder: process.cwd(), progress };
    const pair = join(folder, "two.xyz");
    writeFileSync(pair, "2\n\nTiO2-anatase 0 0 0 5\nWO3 10 0 0 5\n");
    const none = { unit: undefined, frame: undefined, materials: undefined, materialsFile: undefined };
    const countOf = (path: string, choice = {}) =>
      aggregateCount(path, { ...none, maxMemory: undefined, ...choice }, context);
    expect([countOf(pair), countOf(recipe), countOf(recipe, { count: 3 })]).toEqual([1, 10, 3]);
    expect([countOf(await part()), countOf(await part(), { count: 2 })]).toEqual([4, 2]);
    expect(countOf(pair, { frame: "all" })).toBeNaN();
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

  test("describes the aggregates that a part of a corpus stores, by their numbers", async () => {
    const { stdout } = await heterostem("describe", await part(), "--json");
    const described = JSON.parse(stdout).aggregates as { name: string; values: Record<string, number> }[];
    const labels = await readLabels(openCorpus(await part()));
    expect(described.map(({ name }) => name)).toEqual(["sample 4", "sample 5", "sample 6", "sample 7"]);
    labels.forEach(({ descriptors }, k) => {
      expect(described[k].values["radiusOfGyrationNm"]).toBe(descriptors.radiusOfGyrationNm);
    });
  });

  test("grows none in place of spheres that are gone", async () => {
    const broken = join(folder, "broken-corpus");
    cpSync(await part(), broken, { recursive: true });
    const [shard] = readdirSync(join(broken, "data"));
    writeFileSync(join(broken, "data", shard), "");
    const { code, stderr } = await heterostem("describe", broken);
    expect([code, stderr]).toEqual([1, expect.stringContaining("shard must hold samples 4 to 7")]);
  });

  test("tells what it took for granted and what is doubtful, once for files that share it", async () => {
    const files = ["a.dat", "b.dat"].map((name) => join(folder, name));
    for (const file of files) writeFileSync(file, "0 0 0 1.5e-8\n3e-8 0 0 1.5e-8\n");
    const { stdout } = await heterostem("describe", ...files);
    expect(stdout).toContain("Note: a.dat and 1 other: file names no material: taken for TiO2-anatase");
    expect(stdout).toContain("Warning: a.dat and 1 other: median radius is 1.50e-8 nm");
    const told = await heterostem("describe", ...files, "--unit", "m", "--materials", "WO3", "--json");
    for (const { notes, warnings, values } of JSON.parse(told.stdout).aggregates) {
      expect([notes, warnings]).toEqual([[], []]);
      expect(values.radiusOfGyrationNm).toBeCloseTo(15 * Math.sqrt(1.6), 9);
    }
  });

  test("describes one frame or all of a file, each by its name", async () => {
    const file = join(folder, "steps.xyz");
    writeFileSync(file, "1\n\nWO3 0 0 0 5\n1\n\nWO3 0 0 0 6\n");
    const lengths = async (...words: string[]) => {
      const { stdout } = await heterostem("describe", file, ...words, "--json");
      return JSON.parse(stdout).aggregates.map(
        ({ name, values }: { name: string; values: Record<string, number> }) => [
          name,
          values["maximumLengthNm"],
        ],
      );
    };
    expect(await lengths()).toEqual([["steps.xyz", 10]]);
    expect(await lengths("--frame", "1")).toEqual([["steps.xyz frame 1", 12]]);
    expect(await lengths("--frame", "all")).toEqual([
      ["steps.xyz frame 0", 10],
      ["steps.xyz frame 1", 12],
    ]);
  });

  test("reads headings in the encoding of old spreadsheets", async () => {
    const file = join(folder, "latin.csv");
    writeFileSync(
      file,
      Buffer.from("x [\u00b5m];y [\u00b5m];z [\u00b5m];r [\u00b5m]\n0;0;0;0,005\n", "latin1"),
    );
    const { stdout } = await heterostem("describe", file, "--json");
    expect(JSON.parse(stdout).aggregates[0].values.maximumLengthNm).toBe(10);
  });

  test("weighs particles of one's own materials by their density", async () => {
    const own = join(folder, "own.yaml");
    writeFileSync(own, "- { name: heavy, densityGPerCm3: 30, composition: { W: 1 } }\n");
    const file = join(folder, "own.dat");
    writeFileSync(file, "0 0 0 5 heavy\n");
    const { stdout } = await heterostem("describe", file, "--materials-file", own, "--json");
    // 3 / (density x radius), 1 nm2 a 1e-18 m2 and 1 nm3 a 1e-21 cm3
    expect(JSON.parse(stdout).aggregates[0].values.specificSurfaceM2PerG).toBeCloseTo(3000 / (30 * 5), 6);
    const unknown = await heterostem("describe", file, "--materials", "TiO2");
    expect([unknown.code, unknown.stderr]).toEqual([
      2,
      expect.stringContaining("known as TiO2: TiO2-anatase, TiO2-rutile"),
    ]);
    const recipeFlag = await heterostem("describe", recipe, "--materials", "Au");
    expect([recipeFlag.code, recipeFlag.stderr]).toEqual([2, expect.stringContaining("got a recipe")]);
  });

  test("describes the other files where one is broken, and tells it at the end", async () => {
    const [whole, broken, out] = ["whole.xyz", "half.xyz", "half.csv"].map((name) => join(folder, name));
    writeFileSync(whole, "2\n\nWO3 0 0 0 5\nWO3 10 0 0 5\n");
    writeFileSync(broken, "2\n\nWO3 0 0 0 5\n");
    const { code, stdout, stderr } = await heterostem("describe", broken, whole, "--out", out);
    expect([code, stdout]).toEqual([1, expect.stringContaining("1 aggregate, contacts")]);
    expect(stderr).toMatch(/Cannot use all files; the results of the others are there:\n.*half\.xyz/);
    const names = readFileSync(out, "utf8")
      .split("\n", 2)
      .map((line) => line.split(",", 1)[0]);
    expect(names).toEqual(["aggregate", "whole.xyz"]);
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
    expect(unknown.stderr).toContain("--out must end in .html, .png, .xyz, .csv, .vtk, .glb");
    expect(existsSync(join(folder, "a.obj"))).toBe(false);
  });
});

describe("heterostem view", () => {
  /** Width, caption and aggregate of a page. */
  const pageOf = (path: string) => {
    const html = readFileSync(path, "utf8");
    const [, image = ""] = /base64,([^"]+)"/.exec(html) ?? [];
    const [, caption = ""] = /<figcaption>([^<]*)/.exec(html) ?? [];
    return { png: Buffer.from(image, "base64"), caption };
  };

  test("shows the stored image of a sample of a corpus, in its field of view", async () => {
    const out = join(folder, "stored.html");
    expect((await heterostem("view", await part(), "--sample", "6", "--out", out)).code).toBe(0);
    const { png, caption } = pageOf(out);
    const samples = readSamples(openCorpus(await part()), { start: 2, count: 1 });
    const { value } = await samples.next();
    const stored = await decodePicture(value?.picture ?? { bytes: new Uint8Array(), path: "" });
    const shown = frameImage(await readMicrograph(png, "shown.png"));
    expect([shown.width, shown.pixelSizeNm]).toEqual([64, 3]);
    const worst = Math.max(...stored.data.map((intensity, k) => Math.abs(intensity - shown.data[k])));
    // a step of the 16-bit picture, whose range is that of the image
    expect(worst).toBeLessThan(1 / 65535);
    expect(caption).toContain("field of view 192 x 192 nm");
  });

  test("shows the image that generate makes of a sample of a recipe", async () => {
    const [ofRecipe, ofCorpus] = [join(folder, "grown.html"), join(folder, "same.html")];
    await heterostem("view", recipe, "--sample", "6", "--out", ofRecipe);
    await heterostem("view", await part(), "--sample", "6", "--out", ofCorpus);
    const [grown, stored] = await Promise.all(
      [ofRecipe, ofCorpus].map(async (path) => frameImage(await readMicrograph(pageOf(path).png, "a.png"))),
    );
    const worst = Math.max(...grown.data.map((intensity, k) => Math.abs(intensity - stored.data[k])));
    // stored in steps of 1 / 65535 of the beam
    expect(worst).toBeLessThan(1.1 / 65535);
  });

  test("refuses a sample that the corpus has not, with those that it has", async () => {
    const { code, stderr } = await heterostem(
      "view",
      await part(),
      "--sample",
      "999",
      "--out",
      join(folder, "no.html"),
    );
    expect([code, stderr]).toEqual([2, expect.stringContaining("sample must be one of 4 to 7, got 999")]);
  });

  test("refuses a sample of a file, which has frames", async () => {
    const file = join(folder, "single.xyz");
    writeFileSync(file, "1\n\nWO3 0 0 0 5\n");
    const out = join(folder, "single.html");
    const { code, stderr } = await heterostem("view", file, "--sample", "3", "--out", out);
    expect([code, stderr]).toEqual([2, expect.stringContaining("one frame is shown, by --frame N")]);
  });
});

describe("heterostem materials", () => {
  test("lists name, formula, density and mean atomic number, and one's own", async () => {
    const own = join(folder, "hematite.json");
    writeFileSync(
      own,
      '{ "materials": [{ "name": "hematite", "densityGPerCm3": 5.26, "composition": { "Fe": 2, "O": 3 } }] }',
    );
    const { stdout } = await heterostem("materials", own, "--json");
    const [hematite, ...library] = JSON.parse(stdout).materials;
    expect([hematite.formula, hematite.source]).toEqual(["Fe2O3", own]);
    // two of 26 and three of 8
    expect(hematite.meanAtomicNumber).toBeCloseTo(76 / 5, 12);
    const gold = library.find(({ name }: { name: string }) => name === "Au");
    // four atoms in a cube of 0.4078 nm, to the density's digits
    expect(gold.atomsPerNm3).toBeCloseTo(4 / 0.4078 ** 3, 0);
  });

  test("refuses an element that there is not", async () => {
    const own = join(folder, "unobtainium.yaml");
    writeFileSync(own, "materials: [{ name: u, densityGPerCm3: 1, composition: { Uo: 1 } }]\n");
    const { code, stderr } = await heterostem("materials", own);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining("composition of u must have chemical symbols from H to Lr, got Uo"),
    ]);
  });
});

describe("heterostem feasibility", () => {
  test("names the materials, and warns of a field of view that cuts the aggregates off", async () => {
    const narrow = join(folder, "narrow.yaml");
    writeFileSync(
      narrow,
      "aggregate: { materials: [Au, CeO2], particleCount: 40, fractalPrefactor: 1.3 }\nmicroscope: { pixelSizeNm: 0.3 }\n",
    );
    const { stdout } = await heterostem("feasibility", narrow, "--count", "5");
    expect(stdout).toContain("mean radius, CeO2 [nm]");
    expect(stdout).toMatch(/Warning: the field of view of 38 x 38 nm leaves \d\d %/);
    expect((await heterostem("microscope", narrow)).stdout).toContain(
      "Warning: the field of view of 38 x 38 nm",
    );
    const dry = await heterostem("generate", narrow, "--count", "4", "--dry-run");
    expect(dry.progress).toContain("Warning: the field of view of 38 x 38 nm");
    expect((await heterostem("feasibility", recipe, "--count", "5")).stdout).toContain(
      "of the particles' projected area outside the field of view of 192 x 192 nm",
    );
  });

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
