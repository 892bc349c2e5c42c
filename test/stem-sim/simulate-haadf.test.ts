import { describe, expect, test } from "vitest";
import { findMaterial, mean, openRandomStream, standardDeviation } from "../../src/core/index.ts";
import {
  drawMicroscopeSettings,
  microscopeSchema,
  prepareMicroscope,
  renderHaadf,
  simulateHaadf,
} from "../../src/stem-sim/index.ts";
import { expectWithin } from "./expect-within.ts";
import { aggregateOf, TITANIA_AND_TUNGSTA } from "./aggregates.ts";

const microscope = microscopeSchema.parse({
  detector: { innerMrad: 58, outerMrad: 150 },
  film: { material: "C", thicknessNm: 20 },
  inelastic: false,
});
const prepared = prepareMicroscope(microscope, TITANIA_AND_TUNGSTA);
const settings = drawMicroscopeSettings(openRandomStream(1), microscope);
const empty = aggregateOf();

describe("prepareMicroscope()", () => {
  test("gives the thin-film intensities per nm of the reference within 2 %", () => {
    // facts of this project, 300 keV, 9 mrad, 58-150 mrad, elastic only [1/nm]
    const reference = { "TiO2-rutile": 0.434e-3, WO3: 1.592e-3, C: 0.089e-3, Au: 5.25e-3, CeO2: 1.483e-3 };
    for (const [name, perNm] of Object.entries(reference)) {
      const pair = [findMaterial(name), findMaterial("WO3")] as const;
      const { detectedPerNm } = prepareMicroscope(microscope, pair);
      expectWithin(name, detectedPerNm[0], {
        of: perNm,
        rel: 0.02,
        because: "target of the validation table",
      });
    }
  });
});

describe("renderHaadf()", () => {
  test("of a bare film is the film's share everywhere", () => {
    const { data } = renderHaadf(empty, { prepared, settings });
    const expected = prepared.filmDetectedPerNm * 20;
    expect(Math.max(...data) / expected).toBeCloseTo(1, 6);
    expect(Math.min(...data) / expected).toBeCloseTo(1, 6);
  });

  test("adds an electron-optical thickness to the film's: I = mu_C t_C + mu_WO3 t_WO3 in a thin sphere", () => {
    const { data } = renderHaadf(aggregateOf([0.5, -0.5, 0, 3, 1]), { prepared, settings });
    // pixel (64, 64) is centred on the sphere; the mean chord over a 1 nm pixel is 1.4 % below the diameter of 6 nm
    const expected = prepared.filmDetectedPerNm * 20 + prepared.detectedPerNm[1] * 6;
    expect(Math.abs(data[64 * 128 + 64] / expected - 1)).toBeLessThan(0.03);
  });

  test("refuses an aggregate of other materials", () => {
    const other = { ...empty, materials: [findMaterial("Au"), findMaterial("C")] as const };
    expect(() => renderHaadf(other, { prepared, settings })).toThrow(
      "Cannot render HAADF image: materials of the aggregate must be those the microscope was prepared for, " +
        "TiO2-anatase and WO3, got Au and C",
    );
  });
});

describe("simulateHaadf()", () => {
  test("counts electrons: variance of the counts equals their mean", () => {
    const { data } = simulateHaadf(openRandomStream(5), empty, { prepared, settings });
    const counts = Array.from(data, (share) => share * settings.electronsPerPixel);
    // Fano factor of n Poisson counts: standard error sqrt(2/n) = 0.011 for 128 x 128 pixels
    expect(Math.abs(standardDeviation(counts) ** 2 / mean(counts) - 1)).toBeLessThan(0.044);
    expect(counts.every((count) => Math.abs(count - Math.round(count)) < 1e-3)).toBe(true);
  });

  test("has the same bytes for the same stream and others for another", () => {
    const image = (seed: number) => simulateHaadf(openRandomStream(seed), empty, { prepared, settings }).data;
    expect(image(1)).toEqual(image(1));
    expect(image(1)).not.toEqual(image(2));
  });
});

describe("microscopeSchema", () => {
  test("refuses an annulus turned inside out", () => {
    const { error } = microscopeSchema.safeParse({ detector: { innerMrad: 120, outerMrad: 80 } });
    expect(error?.issues[0].message).toBe("innerMrad must be below outerMrad, got inner 120, outer 80");
    expect(error?.issues[0].path).toEqual(["detector"]);
  });

  test("refuses unknown keys and energies outside 30 to 1000 keV", () => {
    expect(microscopeSchema.safeParse({ beamEnergy: 300 }).success).toBe(false);
    expect(microscopeSchema.safeParse({ beamEnergyKeV: 20 }).success).toBe(false);
    expect(microscopeSchema.safeParse({ beamEnergyKeV: 1200 }).success).toBe(false);
  });
});
