import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { readImages } from "../../src/inverse/index.ts";
import { encodeTiff } from "../../src/micrograph/index.ts";
import { loadModel } from "../../src/train/index.ts";
import { heterostem } from "../helpers/heterostem.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const MODEL = join(ROOT, "models/tio2-wo3-absolute.onnx");
const folder = mkdtempSync(join(tmpdir(), "heterostem-views-"));
const path = (name: string) => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files: string[] = [];
beforeAll(async () => {
  const recipe = parse(readFileSync(join(ROOT, "configs/tio2-wo3.yaml"), "utf8")) as object;
  writeFileSync(path("views.yaml"), stringify({ ...recipe, views: { tiltsDeg: [-30, 0, 30] } }));
  const words = ["--count", "3", "--seed", "5", "--workers", "1", "--out", path("corpus")];
  await heterostem("generate", path("views.yaml"), ...words);
  await heterostem("corpus", "export", path("corpus"), "--to", "tiff", "--out", path("files"));
  files = readdirSync(path("files/images")).map((name) => path(`files/images/${name}`));
}, 120_000);

interface Answered {
  readonly pooled: {
    readonly of: string;
    readonly imageCount: number;
    readonly notes: readonly string[];
    readonly estimates: readonly { readonly key: string; readonly value: number }[];
  };
}

describe("heterostem invert --tilts", () => {
  test("answers the views of one aggregate together, and says so in the report", async () => {
    const words = ["--tilts", "-30,0,30", "--unchecked", "--out", path("inverted"), "--json"];
    const { code, stdout } = await heterostem("invert", ...files, ...words);
    expect(code).toBe(0);
    const { pooled } = JSON.parse(stdout) as Answered;
    expect(pooled).toMatchObject({ of: "views of one aggregate", imageCount: 3 });
    expect(pooled.notes[0]).toBe("tilts -30, 0, 30 degrees");
    expect(pooled.estimates.every(({ value }) => Number.isFinite(value))).toBe(true);
    const report = readFileSync(path("inverted/report.html"), "utf8");
    expect(report).toContain("All views together");
  });

  test("takes frames of a tilt series by the angles in its file", async () => {
    const views = await readImages(files);
    writeFileSync(path("series.tif"), encodeTiff(views.map(({ image }) => image)));
    writeFileSync(path("series.tlt"), "-30.0\n0.0\n30.0\n");
    const words = ["--tilts", path("series.tlt"), "--pick", "30,0", "--unchecked", "--json"];
    const { stdout } = await heterostem("invert", path("series.tif"), ...words);
    expect((JSON.parse(stdout) as Answered).pooled.notes[0]).toBe("tilts 30, 0 degrees");
  });

  test.each([
    [["--tilts", "0,30"], "one angle an image"],
    [["--tilts", "-30,0,30", "--pooled"], "leave one out"],
    [["--tilts", "-30,0,30", "--materials", "Au,CeO2"], "which brings every view to its field by itself"],
  ])("%j is refused", async (words, reason) => {
    const { code, stdout, stderr } = await heterostem("invert", ...files, ...words);
    expect([code === 0, stdout]).toEqual([false, ""]);
    expect(stderr).toContain(reason);
  });
});

describe("heterostem validate", () => {
  test("scores a corpus with views by aggregate, one view and several of each", async () => {
    const { code, stdout } = await heterostem("validate", MODEL, path("corpus"), "--json");
    expect(code).toBe(0);
    const { imageCount, views } = JSON.parse(stdout) as {
      readonly imageCount: number;
      readonly views: readonly { readonly viewCount: number; readonly angleDeg: number | null }[];
    };
    expect(imageCount).toBe(3);
    expect(new Set(views.map(({ viewCount, angleDeg }) => `${viewCount} ${angleDeg}`))).toEqual(
      new Set(["1 null", "2 null", "3 null", "2 30"]),
    );
  });
});

describe("heterostem calibrate", () => {
  test("keeps the network and adds what calibrates several views", async () => {
    const out = path("calibrated");
    const words = ["--tilts", "0,30", "--count", "20", "--workers", "1", "--out", out, "--json"];
    const { code, stdout } = await heterostem("calibrate", MODEL, ...words);
    expect(code).toBe(0);
    const { scores } = JSON.parse(stdout) as { readonly scores: readonly { readonly viewCount: number }[] };
    expect(new Set(scores.map(({ viewCount }) => viewCount))).toEqual(new Set([1, 2]));
    const kind = "heterostem-inversion/2";
    const [before, after] = await Promise.all(
      [MODEL, join(out, "model.onnx")].map((file) => loadModel(readFileSync(file), { kind, threads: 1 })),
    );
    const { views: _, provenance: __, ...old } = before.metadata;
    expect(after.metadata).toMatchObject(old);
    expect(after.metadata["views"]).toMatchObject([{ viewCount: 2 }]);
    const image = Float32Array.from({ length: 160 * 160 }, (___, i) => Math.sin(i));
    expect((await after.predict(image, 1)).outputs).toEqual((await before.predict(image, 1)).outputs);
    await Promise.all([before.dispose(), after.dispose()]);
  }, 120_000);
});
