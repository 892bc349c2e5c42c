import { describe, expect, test } from "vitest";
import { mean, openRandomStream, standardDeviation } from "../../src/core/index.ts";
import {
  depthOfFieldNm,
  drawMicroscopeSettings,
  microscopeSchema,
  prepareMicroscope,
  tiltSeries,
  viewAggregate,
} from "../../src/stem-sim/index.ts";
import { drawNuisance } from "../../src/stem-sim/nuisance.ts";
import { probeSigmasNm } from "../../src/stem-sim/probe.ts";
import { recordImage } from "../../src/stem-sim/simulate-haadf.ts";
import { renderHaadf } from "../../src/stem-sim/render-haadf.ts";
import { aggregateOf, TITANIA_AND_TUNGSTA } from "./aggregates.ts";
import { expectWithin } from "./expect-within.ts";

const base = microscopeSchema.parse({ film: "none", pixelSizeNm: 0.5, semiAngleMrad: 21 });
const prepared = prepareMicroscope(base, TITANIA_AND_TUNGSTA);
const drawn = drawMicroscopeSettings(openRandomStream(1), base);
const sphere = aggregateOf([0, 0, 0, 6, 1]);
const rng = openRandomStream(11);

describe("drawMicroscopeSettings()", () => {
  test("turns aggregates uniformly over all orientations", () => {
    const microscope = microscopeSchema.parse({ orientation: "random" });
    const axis = Array.from({ length: 2000 }, (_, i) => {
      const settings = drawMicroscopeSettings(openRandomStream(3, i), microscope);
      return viewAggregate(aggregateOf([0, 0, 1, 1, 0]), settings).centersNm;
    });
    for (const component of [0, 1, 2]) {
      const values = axis.map((center) => center[component]);
      // a uniform direction has components of mean 0 and variance 1/3; standard errors 0.013 and 0.007
      expect(Math.abs(mean(values))).toBeLessThan(0.05);
      expect(Math.abs(standardDeviation(values) ** 2 - 1 / 3)).toBeLessThan(0.03);
    }
  });

  test("leaves other draws alone when one key becomes a prior", () => {
    const a = microscopeSchema.parse({ electronsPerPixel: { uniform: [1, 9] } });
    const b = microscopeSchema.parse({
      electronsPerPixel: { uniform: [1, 9] },
      defocusNm: { uniform: [0, 5] },
    });
    const dose = (microscope: typeof a) =>
      drawMicroscopeSettings(openRandomStream(8), microscope).electronsPerPixel;
    expect(dose(a)).toBe(dose(b));
  });
});

describe("viewAggregate()", () => {
  test("keeps distances", () => {
    const pair = aggregateOf([1, 2, 3, 1, 0], [-4, 0, 2, 1, 0]);
    const { centersNm } = viewAggregate(pair, {
      ...drawn,
      eulerAlphaDeg: 31,
      eulerBetaDeg: 77,
      eulerGammaDeg: 12,
      tiltDeg: 40,
    });
    const distance = Math.hypot(...[0, 1, 2].map((k) => centersNm[k] - centersNm[3 + k]));
    expect(distance).toBeCloseTo(Math.hypot(5, 2, 1), 12);
  });
});

describe("tiltSeries()", () => {
  test("moves a particle above the axis sideways by z sin(tilt)", () => {
    const above = aggregateOf([0, 0, 20, 4, 0]);
    for (const settings of tiltSeries(drawn, [-30, 0, 30])) {
      const { centersNm } = viewAggregate(above, settings);
      expect(centersNm[1]).toBeCloseTo(-20 * Math.sin((settings.tiltDeg * Math.PI) / 180), 10);
    }
  });
});

describe("probeSigmasNm()", () => {
  test("out of focus is a disc of radius alpha |z - z0|, half of it as standard deviation", () => {
    const settings = { ...drawn, probeFwhmNm: 0, pixelSizeNm: 1e-3, defocusNm: 10 };
    const [low, high] = probeSigmasNm(aggregateOf([0, 0, -90, 5, 0], [0, 0, 10, 5, 0]), base, settings);
    expectWithin("100 nm below", low, {
      of: (0.021 * 100) / 2,
      rel: 1e-3,
      because: "diffraction adds in square",
    });
    // diffraction at 21 mrad: full width 0.51 lambda/alpha = 0.048 nm
    expectWithin("in focus", high, { of: 0.0478 / 2.3548, rel: 0.01, because: "rounded figures" });
  });

  test("blurs what lies deeper than the depth of field", () => {
    expectWithin("depth of field", depthOfFieldNm(base), { of: 7.9, rel: 0.01, because: "rounded figure" });
    const peak = (z: number) =>
      Math.max(...renderHaadf(aggregateOf([0, 0, z, 2, 1]), { prepared, settings: drawn }).data);
    expect(peak(150)).toBeLessThan(0.8 * peak(0));
    expectWithin("symmetry", peak(-150), { of: peak(150), rel: 1e-9, because: "the focal plane is at zero" });
  });
});

describe("drawNuisance()", () => {
  test("gives film speckle its stated spread and smoothness, and slope its stated rise", () => {
    const settings = {
      ...drawn,
      filmThicknessNm: 20,
      filmSpeckle: 0.1,
      filmSpeckleNm: 1.5,
      pixelSizeNm: 0.5,
    };
    const { filmNm } = drawNuisance(rng, sphere, base, settings);
    // 128 x 128 pixels smoothed over 3 hold some 150 independent patches: standard error 6 %
    expectWithin("speckle", standardDeviation(filmNm), {
      of: 2,
      rel: 0.15,
      because: "150 independent patches",
    });
    const steps = Array.from({ length: 16_000 }, (_, i) => filmNm[i + 1] - filmNm[i]).filter(
      (_, i) => i % 128 !== 127,
    );
    // correlation exp(-d^2/(4 s^2)) of neighbours at d = 1, s = 3 pixels
    const correlation = 1 - (standardDeviation(steps) / standardDeviation(filmNm)) ** 2 / 2;
    expectWithin("correlation", correlation, {
      of: Math.exp(-1 / 36),
      rel: 0.01,
      because: "running means for a Gaussian",
    });

    const sloped = drawNuisance(rng, sphere, base, {
      ...settings,
      filmSpeckle: 0,
      filmSlope: 0.4,
      filmSlopeDeg: 90,
    }).filmNm;
    expectWithin("top over bottom", sloped[64] - sloped[127 * 128 + 64], {
      of: 20 * 0.4,
      rel: 0.01,
      because: "127 of 128 rows",
    });
  });

  test("grows contamination exponentially from nothing to its stated thickness", () => {
    const { filmNm } = drawNuisance(rng, sphere, base, { ...drawn, contaminationNm: 3 });
    expect(filmNm[0]).toBe(0);
    expectWithin("last row", filmNm[127 * 128], {
      of: 3,
      rel: 0.02,
      because: "the last row starts before the end",
    });
    expectWithin("middle", filmNm[64 * 128], {
      of: (3 * (Math.sqrt(Math.E) - 1)) / (Math.E - 1),
      rel: 1e-6,
      because: "closed form",
    });
  });

  test("spreads crystals log-normally with mean 1", () => {
    const many = aggregateOf(...Array.from({ length: 4000 }, () => [0, 0, 0, 1, 0]));
    const { strengths } = drawNuisance(rng, many, base, { ...drawn, orientationSpread: 0.15 });
    // standard errors 0.15/sqrt(4000) = 0.0024 and 1.1 %
    expect(Math.abs(mean(strengths) - 1)).toBeLessThan(0.01);
    expectWithin("spread", standardDeviation(strengths.map(Math.log)), {
      of: 0.15,
      rel: 0.05,
      because: "four standard errors",
    });
  });

  test("moves the probe by drift, jitter and hum of the stated size", () => {
    const settings = { ...drawn, driftXNm: 4, driftYNm: -2 };
    const drift = drawNuisance(rng, sphere, base, settings).shifts!;
    expect(drift.xNm[127 * 128] - drift.xNm[0]).toBeCloseTo((4 * 127) / 128, 5);
    expect(drift.yNm[127 * 128] - drift.yNm[0]).toBeCloseTo((-2 * 127) / 128, 5);
    const hum = drawNuisance(rng, sphere, base, {
      ...drawn,
      humNm: 0.5,
      humHz: 50,
      dwellUs: 10,
      flybackUs: 0,
    }).shifts!;
    // 50 Hz against rows of 1.28 ms: 15.625 rows a period; a full amplitude is reached somewhere
    expectWithin("hum", Math.max(...hum.xNm), { of: 0.5, rel: 1e-3, because: "dense sampling of a sine" });
    // 125 rows of 1.28 ms are eight periods of 20 ms
    expect(hum.xNm[125 * 128]).toBeCloseTo(hum.xNm[0], 4);
    const jitter = drawNuisance(rng, sphere, base, {
      ...drawn,
      rowJitterNm: 0.3,
      rowJitterMemory: 0.5,
    }).shifts!;
    const rows = Array.from({ length: 128 }, (_, row) => jitter.xNm[row * 128]);
    expectWithin("jitter", standardDeviation(rows), { of: 0.3, rel: 0.35, because: "128 correlated rows" });
    expect(jitter.yNm.every((shift) => shift === 0)).toBe(true);
  });
});

describe("recordImage()", () => {
  const flat = (share: number) => ({
    ...renderHaadf(aggregateOf(), { prepared, settings: drawn }),
    data: new Float32Array(128 * 128).fill(share),
  });
  const record = (change: object, output: object = {}) => {
    const microscope = { ...base, output: { ...base.output, ...output } };
    const imaging = {
      prepared: { ...prepared, microscope },
      settings: { ...drawn, electronsPerPixel: 2000, ...change },
    };
    return recordImage(openRandomStream(21), flat(0.01), imaging);
  };
  const counts = (data: Float32Array) => Array.from(data, (share) => share * 2000);
  const fano = (values: readonly number[]) => standardDeviation(values) ** 2 / mean(values);

  test("with an uneven detector multiplies the variance by its excess noise factor", () => {
    const because = "standard error sqrt(2/n) = 1.1 %, and the clipping of pulses at zero";
    expectWithin("Fano factor", fano(counts(record({ gainExcess: 1.25 }).data)), {
      of: 1.25,
      rel: 0.04,
      because,
    });
  });

  test("with afterglow keeps the mean and correlates neighbours along the fast axis only", () => {
    const values = counts(record({ afterglow: 0.5 }).data);
    expectWithin("mean", mean(values), { of: 20, rel: 0.01, because: "four standard errors" });
    const kept = Math.exp(-2);
    const product = (step: number) =>
      mean(values.slice(0, 126 * 128).map((value, i) => (value - 20) * (values[i + step] - 20))) /
      standardDeviation(values) ** 2;
    // y_i = (1 - a) x_i + a y_(i-1) has correlation a at one pixel
    expect(Math.abs(product(1) - kept)).toBeLessThan(0.035);
    expect(Math.abs(product(128))).toBeLessThan(0.035);
  });

  test("adds offset and amplifier noise in electrons", () => {
    const values = counts(record({ darkElectrons: 7, amplifierElectrons: 3 }).data);
    expectWithin("mean", mean(values), { of: 27, rel: 0.01, because: "four standard errors" });
    expectWithin("variance", standardDeviation(values) ** 2, {
      of: 20 + 9,
      rel: 0.05,
      because: "four standard errors",
    });
  });

  test("carries the error of the detector scan into absolute images", () => {
    const exact = record({}).data;
    const off = record({ calibrationGain: 1.03, calibrationOffset: 0.002 }).data;
    expect(off[5]).toBeCloseTo(1.03 * exact[5] + 0.002, 6);
  });

  test("rounds to the levels of the digitiser and clips at saturation", () => {
    const { data, intensityUnit } = record({ saturation: 0.012 }, { bitDepth: 8 });
    expect(intensityUnit).toBe("fraction of the incident beam");
    expect(Math.max(...data)).toBeCloseTo(0.012, 7);
    const level = 0.012 / 255;
    expect(data.every((value) => Math.abs(value / level - Math.round(value / level)) < 1e-3)).toBe(true);
  });

  test("in contrast mode puts the dark and bright ends where the operator wants them", () => {
    const { data, intensityUnit } = record(
      { brightness: 0.1, contrast: 0.6 },
      { mode: "contrast", bitDepth: 16 },
    );
    expect(intensityUnit).toBe("arbitrary");
    const sorted = Array.from(data).sort((a, b) => a - b);
    // counts are whole numbers: the ends lie within one count, 0.6 over a range of some 25
    expect(Math.abs(sorted[164] - 0.1)).toBeLessThan(0.03);
    expect(Math.abs(sorted[16_368] - 0.7)).toBeLessThan(0.03);
  });
});

describe("prepareMicroscope()", () => {
  test("names equal physics alike and other physics otherwise", () => {
    const name = (change: object) =>
      prepareMicroscope(
        microscopeSchema.parse({ film: "none", semiAngleMrad: 21, ...change }),
        TITANIA_AND_TUNGSTA,
      ).fingerprint;
    expect(name({ pixelSizeNm: 0.3, electronsPerPixel: 10 })).toBe(prepared.fingerprint);
    expect(name({ beamEnergyKeV: 200 })).not.toBe(prepared.fingerprint);
  });
});
