import { mean, standardDeviation } from "../core/index.ts";

/** How well chains agree on a quantity. */
export interface Convergence {
  /** Split R-hat: spread of all halves of chains together over that within them; 1 where they agree. */
  readonly rHat: number;
  /** As many independent draws would tell as much. */
  readonly effectiveCount: number;
}

/**
 * Split R-hat and effective sample size of a quantity over several chains [gelman2013].
 *
 *   R-hat^2 = ((n - 1)/n W + B/n)/W,   n_eff = m n/(1 + 2 sum rho_t)
 *
 * with each chain cut into halves, W their mean variance, B n times the variance of their means; autocorrelations are added up while sums
 * of neighbours are positive.
 *
 * @param chains [chainCount][drawCount], at least four draws each
 * @returns 1 and the number of all draws where the quantity never changes
 */
export function convergenceOf(chains: readonly (readonly number[])[]): Convergence {
  const length = Math.floor(Math.min(...chains.map((chain) => chain.length)) / 2);
  const halves = chains.flatMap((chain) => [chain.slice(0, length), chain.slice(chain.length - length)]);
  const total = halves.length * length;
  const within = mean(halves.map((half) => standardDeviation(half) ** 2));
  const between = length * standardDeviation(halves.map(mean)) ** 2;
  if (within + between === 0) return { rHat: 1, effectiveCount: total };
  const pooled = ((length - 1) / length) * within + between / length;
  const rHat = within === 0 ? Infinity : Math.sqrt(pooled / within);
  let sum = 0;
  for (let lag = 1; lag + 1 < length; lag += 2) {
    const pair = [lag, lag + 1].map((t) => 1 - variogram(halves, t) / (2 * pooled));
    if (pair[0] + pair[1] <= 0) break;
    sum += pair[0] + pair[1];
  }
  return { rHat, effectiveCount: Math.min(total, total / (1 + 2 * sum)) };
}

/** Mean squared difference of draws so many steps apart. */
function variogram(halves: readonly (readonly number[])[], lag: number): number {
  return mean(halves.flatMap((half) => half.slice(lag).map((value, t) => (value - half[t]) ** 2)));
}
