import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { heterostem, type Printed } from "../helpers/heterostem.ts";

const root = mkdtempSync(join(tmpdir(), "heterostem-benchmark-"));
const folder = join(root, "benchmark");
afterAll(() => rmSync(root, { recursive: true, force: true }));

const linesOf = (...path: string[]) =>
  readFileSync(join(...path), "utf8")
    .trimEnd()
    .split("\n");

describe("heterostem benchmark", () => {
  let written: Printed;
  beforeAll(async () => {
    const sizes = ["--learn", "2", "--groups", "1", "--workers", "1"];
    written = await heterostem("benchmark", "write", ...sizes, "--out", folder);
    mkdirSync(join(root, "predicted"));
  }, 120_000);

  test("writes images, what may be told of them, truths, and samples to learn from", () => {
    expect(written).toMatchObject({ code: 0, stderr: "" });
    expect(readdirSync(folder).sort()).toEqual(
      [
        "README.md",
        "foreign",
        "learn",
        "powder",
        "recipe.yaml",
        "run.json",
        "single",
        "tilt",
        "truth",
      ].sort(),
    );
    expect(linesOf(folder, "powder", "images.csv")).toHaveLength(17);
    expect(linesOf(folder, "single", "images.csv")[0]).toBe(
      "image,group,pixel size [nm],electrons per pixel,tilt [deg]",
    );
    expect(existsSync(join(folder, "learn", "manifest.json"))).toBe(true);
    expect(readFileSync(join(folder, "README.md"), "utf8")).toContain("Only the first 1 groups");
  });

  /** Answers a task by the network that ships and scores the answer. */
  async function answered(task: string) {
    const path = join(root, "predicted", `${task}.csv`);
    const predicted = await heterostem("benchmark", "predict", folder, task, "--out", path);
    const { stdout } = await heterostem("benchmark", "score", folder, task, path, "--json");
    return { predicted, ...JSON.parse(stdout) };
  }

  test.each([
    ["one-image", 9],
    ["sixteen-images", 9],
    ["three-tilts", 15],
    ["contacts", 3],
    // all images, and those of the one change that is there
    ["foreign-simulator", 18],
  ])(
    "answers %s by the network that ships, and scores the answer",
    { timeout: 60_000 },
    async (task, count) => {
      const { predicted, scores } = await answered(task);
      expect(predicted).toMatchObject({ code: 0, stderr: "" });
      expect(predicted.stdout).toContain(`1 of 1 group of ${task} answered`);
      expect(scores).toHaveLength(count);
      for (const { askedCount, answeredCount } of scores) expect(answeredCount).toBe(askedCount);
    },
  );

  test("finds particles by the detector that ships, and scores the list", { timeout: 60_000 }, async () => {
    const { predicted, score } = await answered("particles");
    expect(predicted.stdout).toContain("1 of 1 group of particles answered");
    expect(score).toMatchObject({ imageCount: 1, answeredCount: 1 });
    expect(score.f1).toBeGreaterThan(0.2);
  });

  test("gives the truth a perfect score", async () => {
    const truths = linesOf(folder, "truth", "one-image.csv").slice(1);
    const path = join(root, "perfect.csv");
    const rows = truths
      .map((line) => line.split(","))
      .map(([group, , key, value]) => `${group},${key},${value}`);
    writeFileSync(path, ["group,quantity,median", ...rows].join("\n"));
    const { stdout } = await heterostem("benchmark", "score", folder, "one-image", path, "--json");
    for (const { medianError } of JSON.parse(stdout).scores) expect(medianError).toBe(0);
  });

  test("names the tasks where one is asked for that is not there", async () => {
    const { code, stderr } = await heterostem("benchmark", "score", folder, "two-images", "x.csv");
    expect(code).toBe(2);
    expect(stderr).toContain(
      "wanted a task: one-image, sixteen-images, three-tilts, contacts, particles, foreign-simulator",
    );
  });

  test("says where truths come from if the folder has none", async () => {
    const { code, stderr } = await heterostem("benchmark", "score", root, "contacts", "x.csv");
    expect(code).toBe(2);
    expect(stderr).toContain("wanted a folder that heterostem benchmark write wrote");
  });
});
