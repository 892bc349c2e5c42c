import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findMaterial } from "../../src/core/index.ts";
import {
  detectedShare,
  detectionTransform,
  scatteringExponents,
} from "../../src/stem-sim/scattering/plural-scattering.ts";
import {
  detectedShareAt,
  detectorDiscs,
  differentialCrossSections,
  microscopeSchema,
  prepareMicroscope,
} from "../../src/stem-sim/index.ts";
import type { Detector } from "../../src/stem-sim/scattering/detector-discs.ts";
import { expectWithin } from "./expect-within.ts";

const WO3 = findMaterial("WO3");
const TIO2 = findMaterial("TiO2-anatase");
const TABLES = differentialCrossSections(["W", "Ti", "O"], 300);
const [TUNGSTA, TITANIA] = scatteringExponents(TABLES, [WO3, TIO2], () => 1);
const ANNULUS = { innerMrad: 58, outerMrad: 150 };

const transformOf = (detector: Detector, semiAngleMrad: number) =>
  detectionTransform(detectorDiscs(detector), semiAngleMrad);

/** Plural-scattering series computed for this project by a separate program, 300 keV, 58-150 mrad: [t nm, 9 mrad, 21 mrad]. */
const SERIES_WO3 = [
  [10, 0.01603, 0.01749],
  [20, 0.03237, 0.03523],
  [30, 0.04893, 0.05309],
  [40, 0.06561, 0.07099],
  [50, 0.08233, 0.08882],
  [60, 0.09901, 0.1065],
] as const;

/** abTEM 1.0.8 on random WO3, same settings, 25 probes: [t nm, 9 mrad, 21 mrad, standard errors]. */
const ABTEM_WO3 = [
  [10, 0.01532, 0.0174, 0.00097, 0.00175],
  [20, 0.03171, 0.03523, 0.00125, 0.00182],
  [30, 0.04798, 0.0526, 0.00133, 0.00182],
  [40, 0.06477, 0.07073, 0.00136, 0.00185],
  [50, 0.08185, 0.08893, 0.00138, 0.00185],
  [60, 0.09878, 0.10717, 0.0014, 0.00185],
] as const;

describe("detectedShare()", () => {
  const small = transformOf(ANNULUS, 9);
  const wide = transformOf(ANNULUS, 21);
  const because = "target of the validation table";

  test("of WO3 agrees with the reference series within 2 % from 10 to 60 nm, at 9 and 21 mrad", () => {
    for (const [t, at9, at21] of SERIES_WO3) {
      expectWithin(`WO3 ${t} nm 9 mrad`, detectedShare(small, [TUNGSTA], [t]), {
        of: at9,
        rel: 0.02,
        because,
      });
      expectWithin(`WO3 ${t} nm 21 mrad`, detectedShare(wide, [TUNGSTA], [t]), {
        of: at21,
        rel: 0.02,
        because,
      });
    }
  });

  test("of WO3 lies inside the statistical error of abTEM multislice", () => {
    for (const [t, at9, at21, error9, error21] of ABTEM_WO3) {
      expect(Math.abs(detectedShare(small, [TUNGSTA], [t]) - at9)).toBeLessThan(error9);
      expect(Math.abs(detectedShare(wide, [TUNGSTA], [t]) - at21)).toBeLessThan(error21);
    }
  });

  test("of thick columns agrees with the reference series within 2 %", () => {
    // 30 nm of TiO2 and more; the reference loses 1 to 2 % of thin TiO2 to its quadrature
    const thick = [
      [30, 0.01213, TITANIA, small],
      [60, 0.02488, TITANIA, small],
      [100, 0.043, TITANIA, small],
      [200, 0.09, TITANIA, small],
      [300, 0.139, TITANIA, small],
      [500, 0.235, TITANIA, small],
      [100, 0.164, TUNGSTA, small],
      [200, 0.301, TUNGSTA, small],
      [300, 0.391, TUNGSTA, small],
      [500, 0.46, TUNGSTA, small],
      [200, 0.313, TUNGSTA, wide],
      [500, 0.464, TUNGSTA, wide],
      [200, 0.099, TITANIA, wide],
      [500, 0.25, TITANIA, wide],
    ] as const;
    for (const [t, share, exponent, transform] of thick) {
      expectWithin(`${t} nm`, detectedShare(transform, [exponent], [t]), { of: share, rel: 0.02, because });
    }
  });

  test("of a mixed column, 100 nm TiO2 and 100 nm WO3, agrees with the reference series within 2 %", () => {
    const share = detectedShare(small, [TITANIA, TUNGSTA], [100, 100]);
    expectWithin("mixed", share, { of: 0.207, rel: 0.02, because });
  });

  test("rises faster than linearly where plural scattering feeds the detector", () => {
    const perNm = (t: number) => detectedShare(small, [TUNGSTA], [t]) / t;
    // I/t of WO3 grows by 3 % between 10 and 60 nm
    expect(perNm(60) / perNm(10)).toBeGreaterThan(1.02);
    expect(perNm(500)).toBeLessThan(perNm(60));
  });

  test("starts with the slope mu of single scattering", () => {
    const microscope = microscopeSchema.parse({ detector: ANNULUS, inelastic: false });
    const { detectedPerNm } = prepareMicroscope(microscope, [TIO2, WO3]);
    [TITANIA, TUNGSTA].forEach((exponent, material) => {
      const slope = detectedShare(small, [exponent], [1e-3]) / 1e-3;
      expectWithin("slope", slope, {
        of: detectedPerNm[material],
        rel: 1e-4,
        because: "two routes to one integral",
      });
    });
  });

  test("of disc, annulus and outside adds up to the beam", () => {
    const parts: Detector[] = [{ innerMrad: 0, outerMrad: 58 }, ANNULUS, { innerMrad: 150, outerMrad: 500 }];
    const sum = parts.reduce(
      (total, part) => total + detectedShare(transformOf(part, 9), [TITANIA, TUNGSTA], [40, 30]),
      0,
    );
    // 3e-4 of the beam leaves beyond 500 mrad
    expect(sum).toBeLessThan(1);
    expect(sum).toBeGreaterThan(0.999);
  });

  test("lies between nothing and the beam, and does not depend on the order of layers", () => {
    const thickness = fc.double({ min: 0, max: 400, noNaN: true });
    fc.assert(
      fc.property(thickness, thickness, (a, b) => {
        const share = detectedShare(small, [TITANIA, TUNGSTA], [a, b]);
        expect(share).toBeGreaterThanOrEqual(-1e-12);
        expect(share).toBeLessThanOrEqual(1);
        expect(detectedShare(small, [TUNGSTA, TITANIA], [b, a])).toBeCloseTo(share, 12);
      }),
      { seed: 1, numRuns: 30 },
    );
  });

  test("of a bright field is the whole beam without a specimen and falls with thickness", () => {
    const bright = transformOf({ innerMrad: 0, outerMrad: 9 }, 9);
    expect(detectedShare(bright, [TUNGSTA], [0])).toBe(1);
    const at40 = detectedShare(bright, [TUNGSTA], [40]);
    // one mean free path of 41 nm leaves e^-1 undeflected; what is deflected by less than 9 mrad comes on top
    expect(at40).toBeGreaterThan(Math.exp(-40 / 41.1));
    expect(at40).toBeLessThan(0.8);
  });
});

describe("detectedShareAt()", () => {
  test("agrees with the integral it tabulates within 1e-4, between the nodes and over the film", () => {
    const microscope = microscopeSchema.parse({
      detector: ANNULUS,
      inelastic: false,
      film: { thicknessNm: { uniform: [5, 30] } },
    });
    const { intensity } = prepareMicroscope(microscope, [TIO2, WO3]);
    const exponents = scatteringExponents(
      differentialCrossSections(["W", "Ti", "O", "C"], 300),
      [TIO2, WO3, findMaterial("C")],
      () => 1,
    );
    const transform = transformOf(ANNULUS, 9);
    const columns = [
      [0, 0, 13],
      [4.7, 0, 0],
      [0, 3.3, 22],
      [17.2, 8.1, 9],
      [64.9, 131.3, 27],
      [301.7, 211.1, 30],
    ];
    for (const [a, b, film] of columns) {
      const exact = detectedShare(transform, exponents, [a, b, film]);
      const because = "cubic through nodes a quarter of a mean free path apart";
      expectWithin(`${a}, ${b}, ${film} nm`, detectedShareAt(intensity, a, b, film), {
        of: exact,
        rel: 1e-4,
        because,
      });
    }
  });
});
