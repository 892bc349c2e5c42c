import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { estimatesUnder, type PriorKnowledge, type Target } from "../../src/posterior/index.ts";

const wide = { label: "size", unit: "nm", low: 1, high: 1e4 } as const;
const LINEAR: Target = { key: "a", scale: "linear", ...wide, low: -1000, high: 1000 };
const LOG: Target = { key: "a", scale: "log", ...wide };

/** Standard normal draws: what a Gaussian posterior has for residuals. */
function normals(seed: number, count: number): number[][] {
  const rng = openRandomStream(seed, "normals");
  return Array.from({ length: count }, () => [rng.normal()]);
}

/** Half the range over sqrt(3): a unit of codes on the target's scale. */
function unitOf({ scale, low, high }: Target): { readonly center: number; readonly unit: number } {
  const [a, b] = scale === "log" ? [Math.log(low), Math.log(high)] : [low, high];
  return { center: (a + b) / 2, unit: (b - a) / Math.sqrt(12) };
}

/** The answer for one target whose posterior is normal on its scale. */
function answer(
  target: Target,
  posterior: { readonly mean: number; readonly deviation: number },
  knowledge: readonly PriorKnowledge[],
  truths: readonly number[][] = [],
) {
  const { center, unit } = unitOf(target);
  const output = { centers: [(posterior.mean - center) / unit], spreads: [posterior.deviation / unit] };
  const model = { targets: [target], calibration: { network: [], classical: [], truths } };
  return estimatesUnder(model, output, { residuals: normals(3, 20_000), knowledge });
}

describe("answers under what is known", () => {
  test("a normal statement about a flat prior gives the product of two normal distributions", () => {
    // 1/s^2 = 1/1 + 1/4, mean = s^2 (10 + 13/4)
    const [deviation, mean] = [Math.sqrt(1 / 1.25), (10 + 13 / 4) / 1.25];
    const known = { key: "a", kind: "normal", mean: 13, deviation: 2 } as const;
    const { estimates, effectiveDraws } = answer(LINEAR, { mean: 10, deviation: 1 }, [known]);
    const [low, high] = estimates[0].intervals["0.68"];
    expect(estimates[0].value).toBeCloseTo(mean, 1);
    // 68 % of a normal distribution lie within 0.9945 standard deviations
    expect((high - low) / 2).toBeCloseTo(0.9945 * deviation, 1);
    expect(effectiveDraws).toBeGreaterThan(1000);
    expect(effectiveDraws).toBeLessThan(20_000);
  });

  test("on a logarithmic scale the flat prior of the logarithm is divided out", () => {
    // posterior of ln a: N(ln 10, 0.2); the user's prior density is normal in a, the network's is 1/a
    const known = { key: "a", kind: "normal", mean: 12, deviation: 1 } as const;
    const { estimates } = answer(LOG, { mean: Math.log(10), deviation: 0.2 }, [known]);
    // sum on a fine grid of ln a
    let [total, sum] = [0, 0];
    for (let s = 1; s < 4; s += 1e-4) {
      const a = Math.exp(s);
      const density =
        Math.exp(-0.5 * ((s - Math.log(10)) / 0.2) ** 2) * Math.exp(-0.5 * ((a - 12) / 1) ** 2) * a;
      total += density;
      sum += density * a;
    }
    const mean = sum / total;
    expect(Math.abs(estimates[0].value - mean)).toBeLessThan(0.05);
  });

  test("a range cuts the posterior, and nothing outside is left", () => {
    const known = { key: "a", kind: "range", low: 10, high: 50 } as const;
    const { estimates } = answer(LINEAR, { mean: 10, deviation: 1 }, [known]);
    const [low, high] = estimates[0].intervals["0.95"];
    expect(low).toBeGreaterThanOrEqual(10);
    // the upper half of a normal distribution: its median lies 0.6745 standard deviations up
    expect(estimates[0].value).toBeCloseTo(10.6745, 1);
    expect(high).toBeCloseTo(12.24, 1);
  });

  test("of a descriptor the density of the truths is divided out", () => {
    const target: Target = { ...LINEAR, quantity: "descriptor" };
    const { center, unit } = unitOf(target);
    // network's prior N(0, 2); posterior N(1, 1); the user says N(0, 2) too, which changes nothing
    const truths = normals(5, 4000).map(([z]) => [(2 * z - center) / unit]);
    const same = { key: "a", kind: "normal", mean: 0, deviation: 2 } as const;
    const { estimates } = answer(target, { mean: 1, deviation: 1 }, [same], truths);
    const [low, high] = estimates[0].intervals["0.68"];
    expect(Math.abs(estimates[0].value - 1)).toBeLessThan(0.1);
    expect(Math.abs((high - low) / 2 - 0.9945)).toBeLessThan(0.1);
  });

  test("knowledge that contradicts the image is refused", () => {
    const known = { key: "a", kind: "normal", mean: 30, deviation: 1 } as const;
    expect(() => answer(LINEAR, { mean: 10, deviation: 1 }, [known])).toThrow(
      /at least 50 of 20000 draws of the posterior must agree with it, got 2: image and knowledge contradict/,
    );
  });
});

describe("what an image says", () => {
  const truths = normals(7, 2000).map(([z]) => [z]);
  const spread = unitOf(LINEAR).unit;

  test.each([
    [0.2, "determined"],
    [0.6, "hinted at"],
    [1, "the prior"],
  ] as const)("a posterior %f as wide as the prior is %s", (share, information) => {
    const { estimates } = answer(LINEAR, { mean: 0, deviation: share * spread }, [], truths);
    expect(estimates[0].information).toBe(information);
  });

  test("a median at the prior's end may stand for anything beyond it", () => {
    const narrow = { ...LINEAR, low: 0, high: 150 };
    expect(answer(narrow, { mean: 400, deviation: 1 }, []).estimates[0]).toMatchObject({
      value: 150,
      beyond: "above",
    });
    expect(answer(narrow, { mean: 75, deviation: 1 }, []).estimates[0].beyond).toBeNull();
  });
});
