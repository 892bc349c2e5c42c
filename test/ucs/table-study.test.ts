import { describe, expect, test } from "vitest";
import type { StartStage } from "../../src/core/index.ts";
import { runTableStudy } from "../../src/ucs/index.ts";
import type { RecordedSpecimen } from "../../src/ucs/table-study.ts";

const startStage: StartStage = () => ({ update: () => {}, finish: () => 0 });
const run = { seed: 1, workers: 1, startStage };
const facts = { table: "t.csv", target: "strength", unit: "MPa", foldCount: 2 };

function specimen(index: number, settings: readonly (string | null)[]): RecordedSpecimen {
  const data = new Float32Array(256);
  const image = { width: 16, height: 16, data, intensityUnit: "arbitrary", pixelSizeNm: null } as const;
  const [name, lot, strength] = [`s${index}`, `lot ${index}`, index];
  const images = settings.map((_, k) => ({ name: `${name}-${k}.png`, image, lot, strength }));
  return { name, lot, strength, images, settings };
}

describe("a study of a user's table", () => {
  test.each([
    [
      [specimen(0, ["low", "high"]), specimen(1, ["high"]), specimen(2, ["low", "high"])],
      "every specimen must have an image at the first setting, low, got none of s1 (t.csv)",
    ],
    [
      [specimen(0, ["low", "high"]), specimen(1, ["low"]), specimen(2, ["low"])],
      "at least 2 specimens must have images at all of at least 2 settings, got 1 at low, high (t.csv)",
    ],
    [
      [specimen(0, ["low", "high"])],
      "there must be at least 2 groups (such as lots) for 2 folds, got one (lot 0) (t.csv)",
    ],
  ])("says what it misses (case %#)", async (specimens, wanted) => {
    await expect(runTableStudy(specimens, facts, run)).rejects.toThrow(wanted);
  });
});
