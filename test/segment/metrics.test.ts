import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { boundaryF } from "../../src/segment/metrics/boundary-f.ts";
import { classCounts, confusionMatrix } from "../../src/segment/metrics/confusion.ts";
import { classScores, fBeta, overallScores } from "../../src/segment/metrics/scores.ts";
import { instanceScores } from "../../src/segment/metrics/instance-scores.ts";

const maps = fc
  .integer({ min: 1, max: 60 })
  .chain((length) =>
    fc.tuple(
      fc.array(fc.integer({ min: 0, max: 2 }), { minLength: length, maxLength: length }),
      fc.array(fc.integer({ min: 0, max: 2 }), { minLength: length, maxLength: length }),
    ),
  );

describe("scores of [baskaran2021]", () => {
  test("IoU and Dice are tied: dice = 2 iou/(1 + iou), for any two maps", () => {
    fc.assert(
      fc.property(maps, ([truth, found]) => {
        const { iou, dice } = classScores(classCounts(confusionMatrix(truth, found, 3), 1));
        // a class in neither map has neither score
        fc.pre(!Number.isNaN(iou));
        expect(dice).toBeCloseTo((2 * iou) / (1 + iou), 12);
      }),
    );
  });

  test("a map against itself scores 1 in everything, and exchanging truth and answer exchanges precision and recall", () => {
    fc.assert(
      fc.property(maps, ([truth, found]) => {
        expect(overallScores(confusionMatrix(truth, truth, 3)).macroIou).toBe(1);
        const there = classScores(classCounts(confusionMatrix(truth, found, 3), 2));
        const back = classScores(classCounts(confusionMatrix(found, truth, 3), 2));
        expect([there.precision, there.recall, there.iou]).toEqual([back.recall, back.precision, back.iou]);
      }),
    );
  });

  test("of three classes by hand: eqs. 1 to 7 on six pixels", () => {
    const matrix = confusionMatrix([0, 0, 0, 1, 1, 2], [0, 0, 1, 1, 2, 2], 3);
    const one = classCounts(matrix, 1);
    expect(one).toEqual({ truePositives: 1, falsePositives: 1, falseNegatives: 1, trueNegatives: 3 });
    expect(classScores(one)).toEqual({ accuracy: 4 / 6, precision: 0.5, recall: 0.5, dice: 0.5, iou: 1 / 3 });
    const overall = overallScores(matrix);
    // 4 of 6 right; summed over classes FP = FN = 2
    expect([overall.pixelAccuracy, overall.microPrecision, overall.microRecall]).toEqual([
      4 / 6,
      4 / 6,
      4 / 6,
    ]);
    expect(overall.macroRecall).toBeCloseTo((2 / 3 + 1 / 2 + 1) / 3, 12);
    expect(overall.macroPrecision).toBeCloseTo((1 + 1 / 2 + 1 / 2) / 3, 12);
  });

  test("F-beta tends to precision for small beta and to recall for large", () => {
    const counts = { truePositives: 6, falsePositives: 2, falseNegatives: 6, trueNegatives: 10 };
    expect(fBeta(counts, 1)).toBeCloseTo(classScores(counts).dice, 12);
    expect(fBeta(counts, 1e-6)).toBeCloseTo(0.75, 6);
    expect(fBeta(counts, 1e6)).toBeCloseTo(0.5, 6);
  });
});

describe("instanceScores()", () => {
  test("an object cut in two is one hit at most, and panoptic quality is f1 times the mean IoU of hits", () => {
    const truth = { objects: [1, 1, 1, 1, 1, 0, 2, 2], objectCount: 2 };
    const found = { objects: [1, 1, 1, 3, 3, 0, 2, 2], objectCount: 3 };
    const [loose] = instanceScores(truth, found, [0.5]);
    expect([loose.truePositives, loose.falsePositives, loose.falseNegatives]).toEqual([2, 1, 0]);
    expect(loose.panopticQuality).toBeCloseTo(loose.f1 * loose.meanMatchedIou, 12);
    expect(loose.meanMatchedIou).toBeCloseTo((0.6 + 1) / 2, 12);
  });
});

describe("boundaryF()", () => {
  const square = (shift: number) =>
    Uint8Array.from({ length: 400 }, (_, i) => {
      const [x, y] = [i % 20, Math.floor(i / 20)];
      return x >= 5 + shift && x < 12 + shift && y >= 5 && y < 12 ? 1 : 0;
    });

  test("forgives a shift of the tolerance and not one of twice as much", () => {
    const frame = { width: 20, height: 20, tolerancePx: 2 };
    expect(boundaryF(square(0), square(2), frame)).toBe(1);
    expect(boundaryF(square(0), square(4), frame)).toBeLessThan(0.9);
    expect(boundaryF(square(0), new Uint8Array(400), frame)).toBe(0);
  });
});
