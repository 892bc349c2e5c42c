import { mean } from "../core/index.ts";

/** A straight line y = intercept + slope x. */
export interface Line {
  readonly slope: number;
  readonly intercept: number;
}

/** Least-squares line through points. */
export function fitLine(x: readonly number[], y: readonly number[]): Line {
  const [mx, my] = [mean(x), mean(y)];
  const covariance = x.reduce((sum, value, k) => sum + (value - mx) * (y[k] - my), 0);
  const slope = covariance / x.reduce((sum, value) => sum + (value - mx) ** 2, 0);
  return { slope, intercept: my - slope * mx };
}
