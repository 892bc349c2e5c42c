import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const MAIN = resolve(import.meta.dirname, "../../dist/src/cli/main.js");
const CASES = resolve(import.meta.dirname, "../../../shared/cases");

/** One call of the built program; gives what it printed. */
function segment(...words: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, "segment", ...words], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

describe.skipIf(!existsSync(CASES))("a SEM picture of four discs of radius 15 px (../shared/cases)", () => {
  test("has four particles of 30 px for segment apply, with the data bar beneath and without", () => {
    const folder = mkdtempSync(join(tmpdir(), "heterostem-discs-"));
    const [set, model, out] = ["set", "model", "found"].map((name) => join(folder, name));
    const [study, data] = [join(CASES, "segment/study.yaml"), join(CASES, "segment/plain")];
    const names = ["sem_with_data_bar.png", "sem_without_data_bar.png"];
    const pictures = names.map((name) => join(CASES, name));
    segment("prepare", study, "--data", data, "--out", set);
    segment("train", set, "--fold", "0", "--out", model);
    // one pixel size for both: the bar's own says 6.17 nm
    const stdout = segment("apply", model, ...pictures, "--pixel-size", "1", "--out", out, "--json");
    const { images } = JSON.parse(stdout) as {
      images: { particleCount: number; cutCount: number; diameterPx: { p10: number; p90: number } }[];
    };
    expect(images.map(({ particleCount, cutCount }) => [particleCount, cutCount])).toEqual([
      [4, 0],
      [4, 0],
    ]);
    for (const { p10, p90 } of images.map(({ diameterPx }) => diameterPx)) {
      // a mask that is a pixel too wide or too narrow all around
      expect(p10).toBeGreaterThan(28);
      expect(p90).toBeLessThan(32);
    }
    const rows = readFileSync(join(out, "particles.csv"), "utf8").trimEnd().split(/\r?\n/);
    expect(rows).toHaveLength(1 + 8);
  }, 300_000);
});
