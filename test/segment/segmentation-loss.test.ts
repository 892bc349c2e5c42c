import { expect, test } from "vitest";
import { evaluate } from "../graph/evaluate.ts";
import { input } from "../../src/graph/index.ts";
import { segmentationLoss } from "../../src/segment/train/segmentation-loss.ts";

const SHAPE = [1, 1, 20, 20];
const confident = Array.from({ length: 400 }, (_, i) => (i < 200 ? 50 : -50));
const mask = confident.map((logit) => (logit > 0 ? 1 : 0));

function lossOf(crossEntropyShare: number, output: number[], target: number[]): number {
  const loss = segmentationLoss({ classCount: 2, crossEntropyShare });
  return evaluate([loss(input("o", SHAPE), input("t", SHAPE))], { o: output, t: target })[0][0];
}

test("Dice of a perfect, confident map costs nothing, and of a disjoint one nearly all", () => {
  expect(lossOf(0, confident, mask)).toBeCloseTo(0, 6);
  const other = mask.map((value) => 1 - value);
  // the smoothing 1 of 401 remains
  expect(lossOf(0, confident, other)).toBeCloseTo(1 - 1 / 401, 6);
});

test("the loss is the weighted sum of cross-entropy and Dice", () => {
  const logits = mask.map((_, i) => Math.sin(i));
  const [entropy, dice] = [lossOf(1, logits, mask), lossOf(0, logits, mask)];
  const byHand = logits.map((x, i) => Math.log1p(Math.exp(mask[i] === 1 ? -x : x)));
  // single precision: seven digits
  expect(entropy).toBeCloseTo(byHand.reduce((sum, value) => sum + value, 0) / 400, 5);
  expect(lossOf(0.3, logits, mask)).toBeCloseTo(0.3 * entropy + 0.7 * dice, 6);
});
