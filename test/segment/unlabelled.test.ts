import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { evaluate } from "../graph/evaluate.ts";
import { input } from "../../src/graph/index.ts";
import { UNLABELLED } from "../../src/labels/index.ts";
import { cropSource } from "../../src/segment/train/crop-source.ts";
import { segmentationLoss } from "../../src/segment/train/segmentation-loss.ts";
import type { LossRecipe } from "../../src/segment/train/segmentation-loss.ts";

/** Loss of logits [class][pixel] of one row against classes, null where nobody labelled. */
function lossOf(
  recipe: LossRecipe,
  logits: readonly number[][],
  classes: readonly (number | null)[],
): number {
  const [planes, pixels] = [logits.length, classes.length];
  const shape = [1, planes, 1, pixels];
  const target = logits.flatMap((_, plane) =>
    classes.map((id) => (planes === 1 ? (id ?? -1) : id === plane ? 1 : 0)),
  );
  const value = segmentationLoss(recipe)(input("o", shape), input("t", shape));
  return evaluate([value], { o: logits.flat(), t: target })[0][0];
}

describe("segmentationLoss() with unlabelled pixels", () => {
  const cases = [
    { name: "two classes", classCount: 2, logits: [[2, -1, 0.5]], classes: [1, 0, 1] },
    {
      name: "three classes",
      classCount: 3,
      logits: [
        [2, -1, 0.5],
        [0, 1, -2],
        [1, 3, 0.1],
      ],
      classes: [2, 0, 1],
    },
  ];
  test.each(cases)("is that of the labelled pixels alone, for $name", ({ classCount, logits, classes }) => {
    for (const classWeights of [undefined, [1, 4, 2].slice(0, classCount)]) {
      const weights = classWeights === undefined ? {} : { classWeights };
      const recipe = { classCount, crossEntropyShare: 0.4, ...weights };
      const alone = lossOf(recipe, logits, classes);
      for (const wild of [-30, 0, 30]) {
        const wider = logits.map((plane, i) => [...plane, i % 2 === 0 ? wild : -wild]);
        // float32 sums of a few terms
        const loss = lossOf({ ...recipe, hasUnlabelled: true }, wider, [...classes, null]);
        expect(loss).toBeCloseTo(alone, 6);
      }
    }
  });
});

test("cropSource() marks unlabelled pixels by -1 in one plane, and in none of several", () => {
  const image = new Float32Array(16);
  const classIds = Uint8Array.from({ length: 16 }, (_, i) => (i === 5 ? UNLABELLED : i % 2));
  const options = { edge: 4, cropsPerImage: 1, foregroundShare: 0, symmetryCount: 1, zoom: 0 } as const;
  const planes = (classCount: number, count: number) => {
    const target = new Float32Array(16 * count);
    const source = cropSource([{ width: 4, height: 4, image, classIds }], { ...options, classCount });
    source.fillInto(openRandomStream(1), 0, new Float32Array(16), target);
    return Array.from({ length: count }, (_, plane) => target[16 * plane + 5]);
  };
  expect(planes(2, 1)).toEqual([-1]);
  expect(planes(3, 3)).toEqual([0, 0, 0]);
});
