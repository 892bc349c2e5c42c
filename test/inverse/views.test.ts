import { expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { calibrateViews, scoreViews, viewCalibration, type SeenViews } from "../../src/inverse/fit/views.ts";
import { decodeTarget, meanOfViews, type InversionModel, type Target } from "../../src/posterior/index.ts";

const TARGET: Target = { key: "z", label: "contacts", unit: "", scale: "linear", low: -10, high: 10 };

/** Of the truths, on the standardised scale: bounds are far. */
const DEVIATION = 0.3;

/** A network whose views err together by `shared` and each by `own`, on the standardised scale. */
function seenViews(
  { seed, count }: { readonly seed: number; readonly count: number },
  { shared, own }: { readonly shared: number; readonly own: number },
): SeenViews {
  const rng = openRandomStream(seed);
  const tiltsDeg = [-40, -20, 0, 20, 40];
  const codes = Array.from({ length: count }, () => [DEVIATION * rng.normal()]);
  const outputs = codes.map(([code]) => {
    const common = code + shared * rng.normal();
    return tiltsDeg.map(() => ({ centers: [common + own * rng.normal()], spreads: [0.15] }));
  });
  const truths = codes.map(([code]) => ({ z: decodeTarget(TARGET, code) }));
  return { tiltsDeg, outputs, codes, truths };
}

const modelOf = (views: InversionModel["views"], residuals: readonly (readonly number[])[]) =>
  ({
    targets: [TARGET],
    head: { kind: "gaussian" },
    calibration: { network: residuals },
    views,
  }) as unknown as InversionModel;

test("meanOfViews() is the mean of centres and of spreads", () => {
  const both = meanOfViews([
    { centers: [1, 2], spreads: [0.5, 1] },
    { centers: [3, 2], spreads: [1.5, 1] },
  ]);
  expect(both).toEqual({ centers: [2, 2], spreads: [1, 1] });
});

test("errors that views share stay, those of their own average out, and intervals hold for every number of views", () => {
  const law = { shared: 0.09, own: 0.18 };
  const calibration = seenViews({ seed: 1, count: 400 }, law);
  const views = calibrateViews(calibration);
  expect(views.map(({ viewCount }) => viewCount)).toEqual([2, 3, 5]);
  const single = calibration.outputs.map((own, i) => [(calibration.codes[i][0] - own[2].centers[0]) / 0.15]);
  const scores = scoreViews(modelOf(views, single), seenViews({ seed: 2, count: 1500 }, law));
  const of = (viewCount: number) =>
    scores.find((score) => score.viewCount === viewCount && score.angleDeg === null);
  for (const viewCount of [1, 2, 3, 5]) {
    // the variance of the errors: what is shared, and the own part over the number of views
    const wanted = 1 - (law.shared ** 2 + law.own ** 2 / viewCount) / DEVIATION ** 2;
    expect(Math.abs((of(viewCount)?.r2OnScale ?? 0) - wanted)).toBeLessThan(0.06);
    expect(Math.abs((of(viewCount)?.coverage["0.9"] ?? 0) - 0.9)).toBeLessThan(0.05);
  }
  expect(of(5)?.crps).toBeLessThan(of(1)?.crps ?? 0);
  // two views at each angle from the untilted one
  expect(scores.flatMap(({ angleDeg }) => angleDeg ?? [])).toEqual([20, 40]);
});

test("viewCalibration() takes the next larger number of views, and refuses a model without, naming the remedy", () => {
  const views = [2, 3, 5].map((viewCount) => ({ viewCount, residuals: [[viewCount]] }));
  expect([2, 3, 4, 5, 9].map((count) => viewCalibration({ views }, count).viewCount)).toEqual([
    2, 3, 5, 5, 5,
  ]);
  expect(() => viewCalibration({ views: [] }, 2)).toThrow("heterostem calibrate MODEL makes one of it");
  expect(() => viewCalibration({ views: [], lengths: "pixels" }, 2)).toThrow(
    "Cannot take views together: the network must have a pixel size of its own, so that all views have one scale, got one for any powder",
  );
});
