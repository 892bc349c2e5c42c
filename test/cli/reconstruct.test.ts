import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { drawSample } from "../../src/corpus/index.ts";
import { inversionRecipeSchema, planInversion } from "../../src/inverse/index.ts";
import { encodeTiff } from "../../src/micrograph/index.ts";
import { simulateTiltSeries } from "../../src/stem-sim/index.ts";
import { heterostem } from "../helpers/heterostem.ts";

const folder = mkdtempSync(join(tmpdir(), "reconstruct-"));
const path = (name: string) => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const TILTS_DEG = [0, 30];

beforeAll(async () => {
  const recipe = inversionRecipeSchema.parse({
    aggregate: {
      particleCount: 14,
      numberFraction: 0.5,
      necking: 0.1,
      fractalPrefactor: 1.3,
      radiusFirstNm: 8,
      radiusSecondNm: 8,
    },
    microscope: { pixelSizeNm: 1, tiltDeg: { uniform: [-60, 60] } },
  });
  const { samples } = planInversion(recipe);
  const { aggregate, labels } = drawSample(samples, 1);
  const series = await simulateTiltSeries(
    openRandomStream(1),
    aggregate,
    { prepared: samples.prepared, settings: labels.microscope },
    { tiltsDeg: TILTS_DEG },
  );
  series.forEach((image, k) => writeFileSync(path(`${k}.tif`), encodeTiff([image])));
  // a tilt series: one file, and its angles beside it
  writeFileSync(path("series.tif"), encodeTiff([series[1], series[0], series[1]]));
  writeFileSync(path("series.tlt"), "  -30.00\n   0.00\n  30.00\n");
});

describe("heterostem reconstruct", () => {
  test("draws structures over what it finds, and writes them with contacts and the page", async () => {
    const out = path("out");
    const call = [
      path("0.tif"),
      path("1.tif"),
      "--tilts",
      TILTS_DEG.join(","),
      "--draws",
      "4",
      "--chains",
      "2",
    ];
    const { code, stdout, stderr } = await heterostem("reconstruct", ...call, "--out", out);
    expect([code, stderr]).toEqual([0, ""]);
    const text = (name: string) => readFileSync(join(out, name), "utf8");
    const { views, structures } = JSON.parse(text("reconstruction.json")) as {
      readonly views: readonly { readonly particles: number }[];
      readonly structures: readonly { readonly views: readonly { readonly explained: number }[] }[];
    };
    expect([views.length, structures.length]).toEqual([2, 4]);
    // four frames, one after another, of as many particles as are found
    const lines = text("structures.xyz").trimEnd().split("\n");
    expect(lines.length).toBe(4 * (views[0].particles + 2));
    expect(lines.filter((line) => line === String(views[0].particles))).toHaveLength(4);
    expect(readdirSync(join(out, "glb"))).toHaveLength(4);
    expect(stdout).toContain("90 % range of the hetero-coordination number held the truth in 20 %");
    for (const { views: own } of structures) expect(own[0].explained).toBeGreaterThan(0.9);
    const probabilities = text("contacts.csv")
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => Number(line.split(",")[4]));
    expect(probabilities.every((value) => value >= 0 && value <= 1)).toBe(true);
    expect(text("structures.html")).toContain("image, 0.tif");
    expect(stdout).toContain("hetero-coordination number");
  });

  test("takes frames of a tilt series by the angles in its .tlt file, in the order that is asked for", async () => {
    const out = path("series");
    const call = [path("series.tif"), "--tilts", path("series.tlt"), "--pick", "1,31"];
    const few = ["--draws", "4", "--chains", "2", "--out", out];
    const { code, stderr } = await heterostem("reconstruct", ...call, ...few);
    expect([code, stderr]).toEqual([0, ""]);
    const { views } = JSON.parse(readFileSync(join(out, "reconstruction.json"), "utf8")) as {
      readonly views: readonly { readonly file: string; readonly particles: number }[];
    };
    const both = JSON.parse(readFileSync(join(path("out"), "reconstruction.json"), "utf8")) as {
      readonly views: readonly { readonly particles: number }[];
    };
    // frame 1 is the untilted image, frame 2 the tilted one
    expect(views.map(({ particles }) => particles)).toEqual(both.views.map(({ particles }) => particles));
  });

  test("wants an angle for each of several views, and views that differ", async () => {
    const errorOf = async (...words: string[]) => {
      const { code, stderr } = await heterostem("reconstruct", ...words, "--out", path("none"));
      expect(code).toBe(2);
      return stderr;
    };
    const both = [path("0.tif"), path("1.tif")];
    expect(await errorOf(...both)).toContain(
      "Cannot reconstruct aggregate: several images must have their tilts, as by --tilts, got 2 images",
    );
    expect(await errorOf(...both, "--tilts", "0")).toContain(
      "--tilts must have one angle an image, got 1 for 2",
    );
    expect(await errorOf(...both, "--tilts", "0,2")).toContain(
      "further views must differ from the first by 5 degrees at least, got 0 and 2",
    );
    expect(await errorOf(...both, "--tilts", "0,95")).toContain(
      "wanted angles from -80 to 80 such as -30,0,30, or a file of them, one a line, got 0,95",
    );
    const series = [path("series.tif"), "--tilts"];
    expect(await errorOf(...series, path("series.tlt"), "--pick", "0,20")).toContain(
      "--pick must name angles within 3 degrees of a frame's, got 20, the nearest frame is at 30",
    );
    expect(await errorOf(...series, "0,30")).toContain(
      "--tilts must have one angle a frame, got 2 for 3 frames",
    );
  });
});
