import { describe, expect, test } from "vitest";
import type { InversionModel } from "../../src/inverse/index.ts";
import {
  poolAnswers,
  quickStudy,
  simulatePowders,
  studySchema,
  type FileAnswer,
} from "../../src/study/index.ts";
import { poolResiduals } from "../../src/study/pools.ts";

const quiet = () => ({ update() {}, finish: () => 0 });

test("simulatePowders() gives sixteen different aggregates of the same parameters for each powder", async () => {
  const config = studySchema.parse({
    microscope: {
      widthPx: 32,
      heightPx: 32,
      pixelSizeNm: 4,
      electronsPerPixel: { uniform: [1000, 9000] },
    },
  });
  const { labels } = await simulatePowders(config, { count: 2, purpose: "test" }, quiet);
  expect(labels).toHaveLength(32);
  const [first, second] = [labels.slice(0, 16), labels.slice(16)];
  for (const powder of [first, second]) {
    for (const { parameters } of powder) expect(parameters).toEqual(powder[0].parameters);
    expect(new Set(powder.map(({ descriptors }) => descriptors.radiusOfGyrationNm)).size).toBe(16);
    expect(new Set(powder.map(({ microscope }) => microscope.electronsPerPixel)).size).toBe(16);
  }
  expect(first[0].parameters).not.toEqual(second[0].parameters);
});

describe("poolResiduals()", () => {
  const pools = [1, 4, 16].map((imageCount) => ({ imageCount, residuals: [[imageCount]] }));

  test("takes the next larger calibrated pool, whose errors in units of the spread are larger", () => {
    const of = (count: number) => poolResiduals({ pools } as unknown as InversionModel, count)[0][0];
    expect([1, 2, 4, 5, 16, 30].map(of)).toEqual([1, 4, 4, 16, 16, 16]);
  });

  test("refuses a model that was not calibrated for pools, naming the remedy", () => {
    const none = { pools: [] } as unknown as InversionModel;
    expect(() => poolResiduals(none, 2)).toThrow(
      "Cannot pool images: the model must be calibrated for pools, got one that is not; heterostem study makes one",
    );
  });
});

test("poolAnswers() leaves unfamiliar images out and refuses a pool of nothing else", () => {
  const target = {
    key: "r",
    label: "r",
    unit: "nm",
    scale: "linear",
    low: 0,
    high: 1,
    quantity: "parameter",
  };
  const residuals = Array.from({ length: 99 }, (_, i) => [(i - 49) / 50]);
  const model = {
    targets: [target],
    prior: { means: [0], deviations: [1] },
    pools: [{ imageCount: 4, residuals }],
  } as unknown as InversionModel;
  const answer = (file: string, verdict: string, center: number) =>
    ({ file, verdict, reading: { centers: [center], spreads: [0.5] } }) as unknown as FileAnswer;
  const inversion = { model } as Parameters<typeof poolAnswers>[0];
  const good = [answer("a", "familiar", 0), answer("b", "familiar", 0)];
  const pooled = poolAnswers(inversion, [...good, answer("c", "unfamiliar", 5)]);
  expect(pooled).toMatchObject({ imageCount: 2, leftOut: ["c"] });
  // centre 0 on the standardised scale is the middle of the range
  expect(pooled.estimates[0].value).toBeCloseTo(0.5, 12);
  expect(() => poolAnswers(inversion, [answer("c", "unfamiliar", 5)])).toThrow(
    "Cannot pool images: at least one must be like the training images, got 1 that are not",
  );
});

test("quickStudy() cuts sizes down and leaves the physics as it is", () => {
  const whole = studySchema.parse({
    corpus: { trainCount: 40_000 },
    training: { members: 5, epochs: 3 },
    pools: { calibrationCount: 100, testCount: 10 },
  });
  const quick = quickStudy(whole);
  expect(quick.corpus.trainCount).toBeLessThan(10_000);
  expect(quick.training).toMatchObject({ members: 1, epochs: 3 });
  expect(quick.pools.testCount).toBe(10);
  expect([quick.aggregate, quick.microscope]).toEqual([whole.aggregate, whole.microscope]);
});
