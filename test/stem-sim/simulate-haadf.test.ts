import { describe, expect, test } from "vitest";
import { findMaterial, mean, openRandomStream, standardDeviation } from "../../src/core/index.ts";
import {
  detectedShareAt,
  drawMicroscopeSettings,
  microscopeSchema,
  prepareMicroscope,
  simulateHaadf,
} from "../../src/stem-sim/index.ts";
import { renderHaadf } from "../../src/stem-sim/render-haadf.ts";
import { expectWithin } from "./expect-within.ts";
import { aggregateOf, TITANIA_AND_TUNGSTA } from "./aggregates.ts";

const microscope = microscopeSchema.parse({
  detector: { innerMrad: 58, outerMrad: 150 },
  film: { material: "C", thicknessNm: 20 },
  inelastic: false,
});
const prepared = prepareMicroscope(microscope, TITANIA_AND_TUNGSTA);
const settings = drawMicroscopeSettings(openRandomStream(1), microscope);
const imaging = { prepared, settings };
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
    const { data } = renderHaadf(empty, imaging);
    const expected = detectedShareAt(prepared.intensity, 0, 0, 20);
    expect(Math.max(...data)).toBe(Math.min(...data));
    expectWithin("film", data[0], { of: expected, rel: 1e-6, because: "the same look-up" });
    const because = "plural scattering in 20 nm of carbon adds 1 %";
    expectWithin("thin film", data[0], { of: prepared.filmDetectedPerNm * 20, rel: 0.02, because });
  });

  test("gives a thin sphere its film's share plus mu t", () => {
    const sharp = { ...settings, pixelSizeNm: 0.1 };
    const { data } = renderHaadf(aggregateOf([0.05, -0.05, 0, 3, 1]), { prepared, settings: sharp });
    const expected = prepared.filmDetectedPerNm * 20 + prepared.detectedPerNm[1] * 6;
    const because = "plural scattering adds 1-2 %";
    expectWithin("centre", data[64 * 128 + 64], { of: expected, rel: 0.02, because });
  });

  test("refuses an aggregate of other materials", () => {
    const other = { ...empty, materials: [findMaterial("Au"), findMaterial("C")] as const };
    expect(() => renderHaadf(other, imaging)).toThrow(
      "Cannot render HAADF image: materials of the aggregate must be those the microscope was prepared for, " +
        "TiO2-anatase and WO3, got Au and C",
    );
  });
});

describe("renderHaadf() of what cannot be seen", () => {
  test("refuses pixels larger than every particle", () => {
    const coarse = { prepared, settings: { ...settings, pixelSizeNm: 20 } };
    expect(() => renderHaadf(aggregateOf([0, 0, 0, 6, 0]), coarse)).toThrow(
      "Cannot render HAADF image: pixelSizeNm must be at most the largest particle's diameter of 12.0 nm, got 20",
    );
  });

  test("refuses columns that the intensity table does not reach", () => {
    expect(() => renderHaadf(aggregateOf([0, 0, 0, 400, 1]), imaging)).toThrow(
      "Cannot render HAADF image: columns of material 2 must be at most 600 nm thick, got 800 nm",
    );
  });
});

describe("simulateHaadf()", () => {
  test("counts electrons: variance of the counts equals their mean", () => {
    const { data } = simulateHaadf(openRandomStream(5), empty, imaging);
    const counts = Array.from(data, (share) => share * settings.electronsPerPixel);
    // Fano factor of n Poisson counts: standard error sqrt(2/n) = 0.011 for 128 x 128 pixels
    expect(Math.abs(standardDeviation(counts) ** 2 / mean(counts) - 1)).toBeLessThan(0.044);
    expect(counts.every((count) => Math.abs(count - Math.round(count)) < 1e-3)).toBe(true);
  });

  test("has the same bytes for the same stream and others for another", () => {
    const image = (seed: number) => simulateHaadf(openRandomStream(seed), empty, imaging).data;
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

  test("refuses a sensitivity curve whose angles do not rise", () => {
    const sensitivity = [
      [50, 0],
      [60, 0.5],
      [60, 0.6],
    ];
    const { error } = microscopeSchema.safeParse({ detector: { sensitivity } });
    expect(error?.issues[0].message).toBe(
      "sensitivity must rise in angle, got 60 mrad after 60 mrad (point 3)",
    );
  });

  test("refuses a dose given twice", () => {
    const { error } = microscopeSchema.safeParse({ electronsPerPixel: 1000, beamCurrentPA: 50 });
    expect(error?.issues[0].message).toBe("dose must be given once, got electronsPerPixel and beamCurrentPA");
  });

  test("refuses unknown keys and energies outside 30 to 1000 keV", () => {
    expect(microscopeSchema.safeParse({ beamEnergy: 300 }).success).toBe(false);
    expect(microscopeSchema.safeParse({ beamEnergyKeV: 20 }).success).toBe(false);
    expect(microscopeSchema.safeParse({ beamEnergyKeV: 1200 }).success).toBe(false);
  });
});
