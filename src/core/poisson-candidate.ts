/**
 * One round of PTRS, transformed rejection with squeeze [hoermann1993]; constants are the paper's.
 *
 * Seven rounds in eight are accepted by the squeeze, without a logarithm.
 *
 * @example
 * import { openRandomStream } from "../src/core/index.ts";
 * import { poissonCandidate } from "../src/core/poisson-candidate.ts";
 * import { expect } from "vitest";
 * const rng = openRandomStream(1);
 * const rounds = Array.from({ length: 1000 }, () => poissonCandidate(400, rng.uniform(), rng.uniform()));
 * expect(rounds.filter((count) => count < 0).length).toBeLessThan(150);
 */
export function poissonCandidate(mean: number, first: number, second: number): number {
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const u = first - 0.5;
  const v = 1 - second;
  const us = 0.5 - Math.abs(u);
  const count = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
  if (us >= 0.07 && v <= 0.9277 - 3.6224 / (b - 2)) return count;
  if (count < 0 || (us < 0.013 && v > us)) return -1;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const accepted = Math.log((v * inverseAlpha) / (a / (us * us) + b));
  return accepted <= count * Math.log(mean) - mean - logFactorial(count) ? count : -1;
}

/** ln(n!) by Stirling's series: absolute error below 1e-10 from n = 10 on, a sum below that. */
function logFactorial(n: number): number {
  if (n < 10) {
    let product = 1;
    for (let factor = 2; factor <= n; factor++) product *= factor;
    return Math.log(product);
  }
  const inverse = 1 / (n + 1);
  const series = inverse * (1 / 12 - inverse * inverse * (1 / 360 - inverse * inverse * (1 / 1260)));
  return (n + 0.5) * Math.log(n + 1) - (n + 1) + 0.5 * Math.log(2 * Math.PI) + series;
}
