import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { heterostem, TINY_HRTEM, writeOwnImages } from "../helpers/hrtem-own-images.ts";

const folder = mkdtempSync(join(tmpdir(), "heterostem-hrtem-"));
const path = (...names: string[]) => join(folder, ...names);

beforeAll(() => {
  writeFileSync(path("tiny.yaml"), JSON.stringify(TINY_HRTEM));
  writeOwnImages(path("own"), 6);
});

describe("heterostem hrtem", () => {
  test("study, evaluate and apply: a model on disk is all that apply needs", async () => {
    const study = await heterostem("hrtem", "study", path("tiny.yaml"), "--quick", "--out", path("study"));
    expect(study.stderr).toBe("");
    expect(study.stdout).toContain("U-Net, threshold from validation");
    const words = ["hrtem", "evaluate", path("study"), path("tiny.yaml"), "--quick", "--seeds", "2"];
    const scores = await heterostem(...words, "--out", path("scores"), "--json");
    const { all, sets, images } = JSON.parse(scores.stdout);
    expect(sets.map(({ name }: { name: string }) => name)).toEqual(["seed 1001", "seed 1002"]);
    expect(images).toHaveLength(6);
    // the mean over all images is that of the two sets, which are equally large
    const diceOf = (one: typeof all) => one.regions[0].dice.value;
    expect(diceOf(all)).toBeCloseTo((diceOf(sets[0]) + diceOf(sets[1])) / 2, 12);
    expect(existsSync(path("study", "examples", "maps", "seed-3-field-9.png"))).toBe(true);
    const image = path("own", "images", "own0.png");
    const applied = await heterostem("hrtem", "apply", path("study"), image, "--out", path("applied"));
    expect(applied.code).toBe(0);
    for (const name of ["particles.csv", "histograms.csv", "report.html", "000-own0-mask.png"])
      expect(existsSync(path("applied", name)), name).toBe(true);
  });

  test("train learns own images with maps and classes, and scores those held out", async () => {
    const words = ["hrtem", "train", path("own"), "--config", path("tiny.yaml"), "--quick"];
    const { stdout, stderr } = await heterostem(...words, "--held-out", "0.3", "--out", path("model"));
    expect(stderr).toBe("");
    expect(stdout).toContain("Trained on 3 images, 1 for weights and threshold, 2 held out.");
    const { pixelSizeNm, simulationSeed } = JSON.parse(readFileSync(path("model", "hrtem.json"), "utf8"));
    expect([pixelSizeNm, simulationSeed]).toEqual([0.04, null]);
  });

  test("evaluate refuses the images that the model was trained on", async () => {
    const words = ["hrtem", "evaluate", path("study"), path("tiny.yaml"), "--seed", "2", "--quick"];
    const { code, stderr } = await heterostem(...words, "--out", path("no"));
    expect(code).toBe(2);
    expect(stderr).toContain(
      "Cannot evaluate: seeds must be fresh, got seed 3, whose images the model was trained on",
    );
  });

  test("apply at a pixel size that makes particles vanish says what to do", async () => {
    const image = path("own", "images", "own0.png");
    const words = ["hrtem", "apply", path("study"), image, "--pixel-size", "0.002"];
    const { code, stdout } = await heterostem(...words, "--out", path("nothing"));
    expect(code).toBe(0);
    expect(stdout).toContain("own0.png: no particle found; at 0.002 nm a pixel it is 0.3 nm wide");
    expect(stdout).toContain("give the right --pixel-size");
    expect(existsSync(path("nothing", "statistics.csv"))).toBe(false);
  });
});
