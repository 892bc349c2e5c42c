import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findMaterial } from "../../src/core/index.ts";
import {
  atomDensitiesPerNm3,
  detectedCrossSectionNm2,
  detectorDiscs,
  differentialCrossSections,
  kirklandParameters,
} from "../../src/stem-sim/index.ts";
import type { Detector } from "../../src/stem-sim/scattering/detector-discs.ts";
import { expectWithin } from "./expect-within.ts";
import { besselJ0, besselJ1, besselK0 } from "../../src/stem-sim/scattering/bessel.ts";

const SYMBOLS =
  "H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr Rb Sr Y Zr Nb Mo " +
  "Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl " +
  "Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm Bk Cf Es Fm Md No Lr";

interface ReferenceRow {
  readonly beamEnergyKeV: number;
  readonly semiAngleMrad: number;
  readonly detector: string;
  readonly element: string;
  readonly sigmaNm2: number;
}

/** Eikonal cross sections computed for this project in double precision by a separate program. */
function referenceRows(): ReferenceRow[] {
  const text = readFileSync(join(import.meta.dirname, "fixtures/cross-sections.csv"), "utf8");
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return lines.slice(1).map((line) => {
    const [energy, angle, detector, element, sigma] = line.split(",");
    return {
      beamEnergyKeV: Number(energy),
      semiAngleMrad: Number(angle),
      detector,
      element,
      sigmaNm2: Number(sigma),
    };
  });
}

function annulus(text: string): Detector {
  const [innerMrad, outerMrad] = text.split("-").map(Number);
  return { innerMrad, outerMrad };
}

describe("Bessel functions", () => {
  test("besselJ0() and besselJ1() equal their integral representations", () => {
    for (const x of [0, 0.5, 2.9, 3.1, 8, 40, 700]) {
      // J_n(x) = 1/pi Int_0^pi cos(n t - x sin t) dt; the trapezoid rule is exact to rounding for a periodic integrand
      const points = 4000;
      const integral = (order: number) =>
        Array.from({ length: points }, (_, k) => (2 * Math.PI * k) / points).reduce(
          (sum, t) => sum + Math.cos(order * t - x * Math.sin(t)) / points,
          0,
        );
      expect(Math.abs(besselJ0(x) - integral(0))).toBeLessThan(2e-7);
      expect(Math.abs(besselJ1(x) - integral(1))).toBeLessThan(2e-7);
    }
  });

  test("besselK0() equals its integral representation", () => {
    for (const x of [1e-3, 0.3, 1.9, 2.1, 10]) {
      // K0(x) = Int_0^inf exp(-x cosh t) dt
      const step = 0.01;
      let integral = 0.5 * step * Math.exp(-x);
      for (let t = step; t < 12; t += step) integral += step * Math.exp(-x * Math.cosh(t));
      expect(Math.abs(besselK0(x) / integral - 1)).toBeLessThan(1e-6);
    }
  });
});

describe("kirklandParameters()", () => {
  test("approach the unscreened nucleus at high angle: sum a = Z/(2 pi^2 a0)", () => {
    const bohrNm = 0.0529177211;
    SYMBOLS.split(" ").forEach((symbol, index) => {
      const { a, atomicNumber } = kirklandParameters(symbol);
      expect(atomicNumber).toBe(index + 1);
      const charge = (a[0] + a[1] + a[2]) * 2 * Math.PI ** 2 * bohrNm;
      expectWithin(symbol, charge, { of: atomicNumber, rel: 0.1, because: "the fits end at finite angle" });
    });
  });

  test("refuses what is not an element", () => {
    expect(() => kirklandParameters("Xx")).toThrow(
      "Cannot find scattering factor: element must be a chemical symbol from H to Lr, got Xx",
    );
  });
});

describe("detectedCrossSectionNm2()", () => {
  const rows = referenceRows().filter((row) => row.detector !== "bremen");

  test("agrees with the reference table within 1 % for 15 elements, 2 voltages, 2 probes, 4 annuli", () => {
    expect(rows).toHaveLength(240);
    const elements = [...new Set(rows.map((row) => row.element))];
    for (const beamEnergyKeV of [200, 300]) {
      const tables = differentialCrossSections(elements, beamEnergyKeV);
      for (const row of rows.filter((candidate) => candidate.beamEnergyKeV === beamEnergyKeV)) {
        const table = tables[elements.indexOf(row.element)];
        const sigma = detectedCrossSectionNm2(table, detectorDiscs(annulus(row.detector)), row.semiAngleMrad);
        const name = `${row.element} ${beamEnergyKeV} keV ${row.semiAngleMrad} mrad ${row.detector}`;
        expectWithin(name, sigma, { of: row.sigmaNm2, rel: 0.01, because: "two quadratures of one formula" });
      }
    }
  });

  // abTEM 1.0.8, single atoms, Kirkland potentials, 9 mrad, 0.02 A sampling; measured for this project [nm^2]
  const ABTEM: readonly (readonly [number, string, string, number])[] = [
    [300, "58-150", "O", 1.514e-6],
    [300, "58-150", "Ti", 1.057e-5],
    [300, "58-150", "W", 8.123e-5],
    [300, "58-150", "Au", 8.898e-5],
    [300, "80-200", "O", 8.463e-7],
    [300, "80-200", "Ti", 6.013e-6],
    [300, "80-200", "W", 4.922e-5],
    [300, "80-200", "Au", 5.415e-5],
    [200, "58-150", "O", 2.831e-6],
    [200, "58-150", "Ti", 1.894e-5],
    [200, "58-150", "W", 1.348e-4],
    [200, "58-150", "Au", 1.458e-4],
  ];

  test("agrees with abTEM multislice within 2 % for O, Ti, W and Au", () => {
    for (const [beamEnergyKeV, detector, element, sigmaNm2] of ABTEM) {
      const [table] = differentialCrossSections([element], beamEnergyKeV);
      const sigma = detectedCrossSectionNm2(table, detectorDiscs(annulus(detector)), 9);
      const name = `${element} ${beamEnergyKeV} keV ${detector}`;
      expectWithin(name, sigma, {
        of: sigmaNm2,
        rel: 0.02,
        because: "abTEM moves by 1 % with the atom's sub-pixel position",
      });
    }
  });
});

describe("atomDensitiesPerNm3()", () => {
  test("of WO3 has one tungsten per three oxygens and the stated mass", () => {
    const { W, O } = atomDensitiesPerNm3(findMaterial("WO3"));
    expect(O / W).toBeCloseTo(3, 12);
    // 7.16 g/cm3 over 231.84 g/mol
    expect(W).toBeCloseTo((7.16 * 602.214076) / 231.837, 6);
  });
});
