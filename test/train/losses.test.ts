import { describe, expect, test } from "vitest";
import { evaluate } from "../graph/evaluate.ts";
import { input } from "../../src/graph/index.ts";
import { crossEntropy, headMoments } from "../../src/train/index.ts";
import { fullGaussianNll, gaussianNll, mixtureNll } from "../../src/train/probabilistic-losses.ts";
import type { Loss } from "../../src/train/index.ts";

function lossOf(
  loss: Loss,
  output: number[],
  outputShape: number[],
  target: number[],
  targetShape: number[],
) {
  const value = loss(input("o", outputShape), input("t", targetShape));
  return evaluate([value], { o: output, t: target })[0][0];
}

/** ln of the density of N(mean, variance). */
const logNormal = (y: number, mean: number, variance: number) =>
  -0.5 * (Math.log(2 * Math.PI * variance) + (y - mean) ** 2 / variance);

describe("losses are what their formulas say", () => {
  test("crossEntropy() of even logits is the logarithm of the class count, whatever the weights", () => {
    const logits = [1, 1, 1, 2, 2, 2];
    const oneHot = [1, 0, 0, 0, 0, 1];
    expect(lossOf(crossEntropy(), logits, [2, 3], oneHot, [2, 3])).toBeCloseTo(Math.log(3), 7);
    expect(lossOf(crossEntropy([1, 5, 2]), logits, [2, 3], oneHot, [2, 3])).toBeCloseTo(Math.log(3), 7);
  });

  test("crossEntropy() counts a class as often as its weight says", () => {
    const logits = [2, 0, 2, 0];
    const wrongAndRight = [1, 0, 0, 1];
    const right = Math.log(1 + Math.exp(-2));
    const wrong = right + 2;
    const loss = lossOf(crossEntropy([1, 3]), logits, [2, 2], wrongAndRight, [2, 2]);
    expect(loss).toBeCloseTo((right + 3 * wrong) / 4, 6);
  });

  test("gaussianNll() is minus the logarithm of the normal density; beta weighs it by variance^beta", () => {
    const output = [1, -2, Math.log(4), Math.log(0.25)];
    const terms = [-logNormal(2, 1, 4), -logNormal(-1, -2, 0.25)];
    const nll = lossOf(gaussianNll(), output, [1, 4], [2, -1], [1, 2]);
    expect(nll).toBeCloseTo((terms[0] + terms[1]) / 2, 6);
    const beta = lossOf(gaussianNll({ beta: 0.5 }), output, [1, 4], [2, -1], [1, 2]);
    expect(beta).toBeCloseTo((2 * terms[0] + 0.5 * terms[1]) / 2, 6);
  });

  test("fullGaussianNll() is the two-dimensional normal density of precision L^T L", () => {
    // L = [[2, 0], [0.6, 0.5]]: precision [[4.36, 0.3], [0.3, 0.25]], determinant 1
    const output = [1, 2, Math.log(2), Math.log(0.5), 0.6];
    const [dx, dy] = [0.3, -0.7];
    const distance = 4.36 * dx * dx + 2 * 0.3 * dx * dy + 0.25 * dy * dy;
    const wanted = Math.log(2 * Math.PI) + distance / 2;
    expect(lossOf(fullGaussianNll, output, [1, 5], [1 + dx, 2 + dy], [1, 2])).toBeCloseTo(wanted, 6);
    const { mean, standardDeviation } = headMoments({ kind: "fullGaussian" }, output, 2);
    expect([...mean]).toEqual([1, 2]);
    // covariance is the inverse of the precision: [[0.25, -0.3], [-0.3, 4.36]]
    expect(standardDeviation[0]).toBeCloseTo(Math.sqrt(0.25), 12);
    expect(standardDeviation[1]).toBeCloseTo(Math.sqrt(4.36), 12);
  });

  test("mixtureNll() is minus the logarithm of the weighted sum of densities, and headMoments() its moments", () => {
    const output = [Math.log(3), 0, 1, 5, Math.log(0.5), Math.log(2)];
    const density = 0.75 * Math.exp(logNormal(2, 1, 0.25)) + 0.25 * Math.exp(logNormal(2, 5, 4));
    expect(lossOf(mixtureNll(2), output, [1, 6], [2], [1, 1])).toBeCloseTo(-Math.log(density), 6);
    const { mean, standardDeviation } = headMoments({ kind: "mixture", components: 2 }, output, 1);
    expect(mean[0]).toBeCloseTo(2, 12);
    // law of total variance: 0.75 (0.25 + 1) + 0.25 (4 + 9)
    expect(standardDeviation[0] ** 2).toBeCloseTo(0.75 * 1.25 + 0.25 * 13, 12);
  });
});
