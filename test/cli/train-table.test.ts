import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readDelimited } from "../../src/core/index.ts";
import { encodePng16 } from "../../src/micrograph/index.ts";
import { writeDiscs } from "../helpers/disc-images.ts";
import { heterostem } from "../helpers/heterostem.ts";

let folder = "";
let table = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "train-table-"));
  table = writeDiscs(join(folder, "own"), { count: 160, seed: 1, edgePx: 32, perGroup: 4 });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Trainings on a machine that is busy with others. */
const PATIENCE_MS = 300_000;

const ONE_THREAD = ["--workers", "1"];

test(
  "a table of images by a foreign simulator becomes a network that answers its quantities and scores on others",
  async () => {
    const out = join(folder, "model");
    const words = [
      "train",
      table,
      "--targets",
      "radius_nm,fraction",
      "--epochs",
      "12",
      "--out",
      out,
      ...ONE_THREAD,
    ];
    const trained = await heterostem(...words, "--json");
    expect(trained.stderr).toBe("");
    const { counts, scores } = JSON.parse(trained.stdout) as {
      counts: object;
      scores: { key: string; r2: number }[];
    };
    expect(counts).toEqual({ training: 96, validation: 24, calibration: 40, calibrationGroups: 10 });
    // a hundred small images teach a radius, if not much more
    expect(scores.find(({ key }) => key === "radius_nm")?.r2).toBeGreaterThan(0.5);
    const { lines } = readDelimited(readFileSync(join(out, "split.csv"), "utf8"), { fileName: "split.csv" });
    const sides = new Set(lines.map(({ cells }) => `${cells.get("group")} ${cells.get("side")}`));
    expect([lines.length, sides.size]).toEqual([160, 40]);

    const model = join(out, "model.onnx");
    const other = writeDiscs(join(folder, "other"), { count: 40, seed: 2, edgePx: 32 });
    const strange = join(folder, "waves.png");
    const data = Float32Array.from(
      { length: 1024 },
      (_, i) => 100 * Math.sin(i / 2) * Math.sin(i / 64) + 200,
    );
    writeFileSync(
      strange,
      encodePng16({ width: 32, height: 32, data, pixelSizeNm: 0.5, intensityUnit: "arbitrary" }),
    );
    const asked = [
      "invert",
      join(folder, "other/images/0.png"),
      strange,
      "--model",
      model,
      "--pixel-size",
      "0.5",
    ];
    const inverted = await heterostem(...asked, ...ONE_THREAD, "--json");
    const { images } = JSON.parse(inverted.stdout) as {
      images: {
        verdict: string;
        estimates: { label: string; unit: string; intervals: Record<string, number[]> }[] | null;
      }[];
    };
    expect(images.map(({ verdict }) => verdict)).toEqual(["in distribution", "out of distribution"]);
    expect(images[0].estimates?.map(({ label, unit }) => [label, unit])).toEqual([
      ["radius", "nm"],
      ["fraction", ""],
    ]);
    const fraction = images[0].estimates?.[1].intervals["0.95"] ?? [];
    expect(fraction[0]).toBeGreaterThanOrEqual(0);
    expect(fraction[1]).toBeLessThanOrEqual(1);
    expect(images[1].estimates).toBeNull();

    const scored = await heterostem("validate", model, other, ...ONE_THREAD);
    expect(scored.stdout).toMatch(/^40 images/);
    expect(scored.stdout).not.toContain("Warning");
    const again = await heterostem("validate", model, table, ...ONE_THREAD);
    expect(again.stdout).toContain("Warning: the model was made with 160 of these images");
  },
  PATIENCE_MS,
);

test(
  "bad tables are told with line and column, and leave nothing",
  async () => {
    const own = readFileSync(table, "utf8");
    const failure = async (text: string, ...flags: string[]) => {
      const path = join(folder, "own", "bad.csv");
      writeFileSync(path, text);
      const out = join(folder, "refused");
      const { code, stderr } = await heterostem("train", path, "--out", out, ...ONE_THREAD, ...flags);
      expect([code, existsSync(out)]).toEqual([code === 2 ? 2 : 1, false]);
      return stderr;
    };
    const targets = ["--targets", "radius_nm"];
    expect(await failure(own.replace("images/7.png", "images/none.png"), ...targets)).toContain("none.png");
    expect(await failure(own.replace("images/7.png", "../own/images/7.png"))).toContain(
      "line 9, column image",
    );
    const rows = own.split("\n");
    expect(await failure(rows.slice(0, 50).join("\n"))).toContain("there must be at least 120 images");
    const constant = rows
      .map((row, i) => (i === 0 || row === "" ? row : row.replace(/,[\d.]+,/, ",4,")))
      .join("\n");
    expect(await failure(constant, ...targets)).toContain(
      "a quantity must differ from image to image, got 4 in all 160 lines",
    );
    copyFileSync(join(folder, "own/images/7.png"), join(folder, "own/images/copy.png"));
    const copied = `${own}images/copy.png,2,0.5,0.5,elsewhere\n`;
    const twice = await failure(copied.replaceAll(/s(\d+)$/gm, "s$1"), ...targets, "--seed", "3");
    expect(twice).toContain("a picture must stand on one side of the split");
    expect(await failure(own, "--stream")).toContain("--stream wants a recipe or a corpus");
  },
  PATIENCE_MS,
);
