import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import {
  answerImage,
  compareRealisations,
  decodeTarget,
  drawCodes,
  encodeTarget,
  parseInversionModel,
  scoreTargets,
  type InversionModel,
  type Target,
} from "../../src/posterior/index.ts";

const radius: Target = {
  key: "radiusNm",
  label: "radius",
  unit: "nm",
  scale: "linear",
  low: 3,
  high: 9,
  quantity: "parameter",
};
const clusterSize: Target = {
  key: "clusterSize",
  label: "cluster size",
  unit: "",
  scale: "log",
  low: 1,
  high: 50,
};

describe("targets", () => {
  test("decodeTarget() undoes encodeTarget() inside the prior", () => {
    for (const target of [radius, clusterSize]) {
      for (const value of [target.low, 4.2, target.high]) {
        expect(decodeTarget(target, encodeTarget(target, value))).toBeCloseTo(value, 12);
      }
    }
  });

  test("encodeTarget() gives prior draws variance 1", () => {
    const rng = openRandomStream(5);
    const codes = Array.from({ length: 20_000 }, () => encodeTarget(clusterSize, 50 ** rng.uniform()));
    const variance = codes.reduce((sum, code) => sum + code * code, 0) / codes.length;
    // the fourth moment of a uniform distribution is 1.8: standard error sqrt(0.8 / n)
    expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(0.8 / codes.length));
  });
});

describe("scoreTargets()", () => {
  const truths = [3, 5, 7, 9].map((radiusNm) => ({ radiusNm }));
  const codes = truths.map(({ radiusNm }) => [encodeTarget(radius, radiusNm)]);
  const residuals = Array.from({ length: 99 }, (_, i) => [(i - 49) / 200]);
  const around = (centers: readonly number[][]) =>
    centers.map((row) => drawCodes({ centers: row, spreads: [1] }, residuals));
  const score = (centers: readonly number[][]) =>
    scoreTargets(openRandomStream(8), [radius], {
      truths,
      points: centers,
      posteriors: around(centers),
      classical: around(codes.map(() => [0])),
      neighbours: around(codes),
      prior: codes,
    })[0];

  test("gives R2 1 for the truth, and the error of the mean for the constant", () => {
    const perfect = score(codes);
    expect(perfect.r2).toBe(1);
    expect(perfect.rmse).toBeCloseTo(0, 12);
    expect(perfect.baselineRmse).toBeCloseTo(Math.sqrt(5), 12);
    expect(perfect.classicalR2OnScale).toBeCloseTo(0, 12);
    expect(perfect.crps).toBe(perfect.baselines.neighbours.crps);
    expect(perfect.baselineCrps).toBe(perfect.crps);
    expect(perfect.baselines.prior.crps).toBeGreaterThan(perfect.crps);
  });

  test("leaves out images that do not have the quantity", () => {
    const size = { ...clusterSize, key: "radiusNm" };
    const code = encodeTarget(size, 5);
    const [, ...rest] = codes;
    const [found] = scoreTargets(openRandomStream(8), [size], {
      truths: [{ radiusNm: NaN }, { radiusNm: 5 }, { radiusNm: 0 }, { radiusNm: 10 }],
      points: [[0], [code], [0], [encodeTarget(size, 10)]],
      posteriors: around([[0], [code], [0], [code]]),
      classical: around([[0], ...rest]),
      neighbours: around(codes),
      prior: codes,
    });
    expect(found.truth).toEqual([5, 10]);
    expect(found.r2).toBeCloseTo(1, 12);
  });

  test("counts truths outside the intervals", () => {
    // the widest residual is 0.245: an error of 0.5 lies outside every interval
    const oneWrong = score(codes.map(([code], i) => [i === 0 ? code + 0.5 : code]));
    expect(oneWrong.coverage).toEqual({ "0.5": 0.75, "0.68": 0.75, "0.9": 0.75, "0.95": 0.75 });
    expect(oneWrong.sbcHistogram[0]).toBe(1);
  });
});

describe("scoreTargets() of a target with a transform", () => {
  const rng = openRandomStream(31);
  const column = (values: readonly number[]) => values.map((value) => [value]);
  const normals = (count: number) => Array.from({ length: count }, () => rng.normal());

  test("gives an affine transform the scores of none at all", () => {
    const affine: Target = { ...radius, transform: { kind: "identity", center: 4, deviation: 0.8 } };
    // posteriors well inside the range: without a transform draws beyond the ends are moved to them
    const truths = [4.5, 5, 6.2, 7].map((radiusNm) => ({ radiusNm }));
    const draws = truths.map(({ radiusNm }) => normals(60).map((e) => radiusNm + 0.2 + 0.15 * e));
    const scoreAs = (target: Target) => {
      const codes = draws.map((row) => column(row.map((value) => encodeTarget(target, value))));
      const posteriors = { posteriors: codes, classical: codes, neighbours: codes, prior: codes[0] };
      return scoreTargets(openRandomStream(9), [target], { truths, points: null, ...posteriors })[0];
    };
    const [plain, transformed] = [radius, affine].map(scoreAs);
    expect(plain.r2).toBeLessThan(0.97);
    for (const key of ["r2", "r2OnScale", "rmse", "crps", "nll", "sharpness"] as const) {
      expect(transformed[key]).toBeCloseTo(plain[key], 10);
    }
    expect(transformed.coverage).toEqual(plain.coverage);
    expect(transformed.baselines.classical.crps).toBeCloseTo(plain.baselines.classical.crps, 10);
  });

  test("states an NLL whose density has integral 1 on the target's own scale", () => {
    const share: Target = {
      ...radius,
      key: "share",
      low: 0,
      high: 1,
      transform: { kind: "logit", low: 0, high: 1, margin: 0.05, center: -1, deviation: 0.7 },
    };
    const posterior = column(normals(40).map((e) => 0.4 + 0.9 * e));
    const cells = 2000;
    const truths = Array.from({ length: cells }, (_, i) => ({ share: -0.05 + (1.1 * (i + 0.5)) / cells }));
    const sets = { classical: [posterior], neighbours: [posterior], prior: posterior };
    const integral = truths.reduce((sum, truth) => {
      const predictions = { truths: [truth], points: null, posteriors: [posterior], ...sets };
      const [{ nll }] = scoreTargets(openRandomStream(9), [share], predictions);
      // a step on the standardised scale is one of the value over the flat distribution's deviation
      return sum + (Math.exp(-nll) * 1.1 * Math.sqrt(12)) / cells;
    }, 0);
    // midpoint rule of a smooth density that vanishes at both ends
    expect(integral).toBeCloseTo(1, 4);
  });

  test("refuses a truth that the bounds call impossible, where leaving it out would hide a miss", () => {
    const bounded: Target = {
      ...radius,
      transform: { kind: "logit", low: 3, high: 9, margin: 0.3, center: 0, deviation: 1.3 },
    };
    const codes = [[[0]], [[0]]];
    const sets = { posteriors: codes, classical: codes, neighbours: codes, prior: [[0]] };
    const truths = [{ radiusNm: 5 }, { radiusNm: 12 }];
    expect(() => scoreTargets(openRandomStream(9), [bounded], { truths, points: null, ...sets })).toThrow(
      "Cannot score radius: truths must lie inside the target's bounds, got 12 nm",
    );
  });
});

describe("compareRealisations()", () => {
  const definitions = [{ key: "h", label: "hetero-coordination", unit: "" }];
  const pairs = Array.from({ length: 40 }, (_, sampleIndex) => ({
    sampleIndex,
    truth: { x: sampleIndex },
    predicted: { x: sampleIndex + 2 },
  }));

  test("finds a bias of the predictions and the floor set by the model's own randomness", async () => {
    const study = await compareRealisations(pairs, definitions, ({ x }, { purpose, sampleIndex }) => {
      const rng = openRandomStream(6, purpose, sampleIndex);
      return Array.from({ length: 100 }, () => ({ h: 10 + x + rng.normal() }));
    });
    const [h] = study.descriptors;
    // means over 100 realisations scatter by 0.1, the difference of two by 0.14
    expect(h.floorRmse).toBeGreaterThan(0.08);
    expect(h.floorRmse).toBeLessThan(0.22);
    expect(h.rmse).toBeGreaterThan(1.8);
    expect(h.rmse).toBeLessThan(2.2);
    expect(study.unrealisableCount).toBe(0);
    // a shift by 2 of all structures about a mean of 29.5
    expect(Math.abs(h.relativeDistance - 2 / 29.5)).toBeLessThan(0.01);
  });

  test("leaves out and counts images whose predicted parameters cannot be realised", async () => {
    const study = await compareRealisations(pairs, definitions, ({ x }, { purpose }) =>
      purpose === "predicted" && x > 39 ? [] : [{ h: x }],
    );
    expect(study).toMatchObject({ imageCount: 38, unrealisableCount: 2 });
  });
});

describe("inversion model", () => {
  const model: InversionModel = {
    kind: "heterostem-inversion/2",
    targets: [radius],
    materials: ["TiO2-anatase", "WO3"],
    measured: null,
    lengths: "nm",
    pixelSizeNm: 1,
    widthPx: 128,
    heightPx: 128,
    input: { scale: "absolute", center: 0.1, deviation: 0.2 },
    conditions: [],
    corrections: [],
    head: { kind: "gaussian" },
    memberCount: 1,
    census: null,
    recipe: null,
    prior: { means: [0], deviations: [1] },
    validationR2: [],
    calibration: {
      network: Array.from({ length: 199 }, (_, i) => [(i - 99) / 100]),
      classical: [[0]],
      truths: [[0]],
    },
    views: [],
    pools: [],
    classical: { centers: [0], deviations: [1], coefficients: [[0, 1]] },
    familiarity: { center: [0, 0], factor: [1, 0, 0, 1], limit: 2, falseAlarmRate: 0.01, recording: [] },
    provenance: { recipe: "tio2-wo3" },
  };

  test("answerImage() gives nested intervals around the value, kept inside the prior", () => {
    const { estimates, isInDistribution } = answerImage(model, { centers: [1.6], spreads: [0.5] }, [0, 0]);
    const { value, intervals } = estimates[0];
    expect(intervals["0.5"][0]).toBeLessThan(value);
    expect(intervals["0.95"][0]).toBeLessThan(intervals["0.9"][0]);
    expect(intervals["0.95"][1]).toBe(9);
    expect(isInDistribution).toBe(true);
    const strange = answerImage(model, { centers: [0], spreads: [1] }, [5, 0]);
    expect(strange.isInDistribution).toBe(false);
    expect(strange.distance).toBeCloseTo(5 / Math.SQRT2, 12);
  });

  test("parseInversionModel() reads back what was stored and names the entry that is wrong", () => {
    expect(parseInversionModel(JSON.parse(JSON.stringify(model)), "m.onnx")).toEqual(model);
    const broken = { ...model, pixelSizeNm: "1" };
    expect(() => parseInversionModel(broken, "m.onnx")).toThrow(
      /Cannot invert: m\.onnx must hold .* pixelSizeNm/,
    );
    expect(() => parseInversionModel(null, "m.onnx")).toThrow(/m\.onnx must hold the record/);
  });

  test("parseInversionModel() keeps corrections of six coefficients, and takes an earlier file's lack of them for none", () => {
    const correction = { centers: [-1, 1], spreads: [0, 1], coefficients: [0, 0.1, 0, 0, 0, 0] } as const;
    const corrected = { ...model, corrections: [correction] };
    expect(parseInversionModel(JSON.parse(JSON.stringify(corrected)), "m.onnx")).toEqual(corrected);
    const { corrections, ...earlier } = model;
    expect(parseInversionModel(earlier, "m.onnx").corrections).toEqual(corrections);
    const short = { ...model, corrections: [{ ...correction, coefficients: [0.1] }] };
    expect(() => parseInversionModel(short, "m.onnx")).toThrow(/corrections\.0\.coefficients/);
  });
});
