import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import {
  drawMicroscopeSettings,
  microscopeAdvice,
  microscopeSchema,
  parseSensitivityCsv,
  prepareMicroscope,
  shareOutsideField,
} from "../../src/stem-sim/index.ts";
import { aggregateOf, TITANIA_AND_TUNGSTA } from "./aggregates.ts";

const prepared = prepareMicroscope(microscopeSchema.parse({ pixelSizeNm: 1 }), TITANIA_AND_TUNGSTA);
const adviceOn = (settings: object) =>
  microscopeAdvice({ ...prepared, microscope: microscopeSchema.parse(settings) });

describe("microscopeAdvice()", () => {
  test("has nothing to say about sound settings", () => {
    expect(adviceOn({})).toEqual([]);
    expect(adviceOn({ detector: { innerMrad: 0, outerMrad: 9 } })).toEqual([]);
  });

  test("warns of a dark field that catches the undeflected beam or diffraction contrast", () => {
    expect(adviceOn({ semiAngleMrad: 25, detector: { innerMrad: 20, outerMrad: 200 } })).toEqual([
      "detector from 20 mrad catches part of the undeflected beam (semi-angle 25 mrad): no dark field",
    ]);
    expect(adviceOn({ detector: { innerMrad: 25, outerMrad: 200 } })).toEqual([
      "detector from 25 mrad sees diffraction contrast of crystals, which is not modelled",
    ]);
  });

  test("warns of a detector wider than lenses pass, a dose that shows nothing and a pixel that shows nothing new", () => {
    expect(adviceOn({ detector: { innerMrad: 60, outerMrad: 400 } })[0]).toBe(
      "detector to 400 mrad is wider than microscopes let pass: measure its sensitivity",
    );
    // 0.43e-3 of the beam per nm of TiO2 with its electrons: 10 nm of it under 100 electrons send 0.43
    expect(adviceOn({ electronsPerPixel: 100 })[0]).toBe(
      "dose of 100 electrons per pixel gives 0.43 from 10 nm of the weaker material: noise will hide it",
    );
    expect(adviceOn({ pixelSizeNm: 0.02, probeFwhmNm: 0.2 })[0]).toContain(
      "dose is spent on empty resolution",
    );
  });
});

describe("shareOutsideField()", () => {
  test("is the share of the projected area whose centres lie outside", () => {
    const settings = drawMicroscopeSettings(openRandomStream(1), prepared.microscope);
    // the field reaches to 64 nm; areas 9 and 16
    const aggregate = aggregateOf([0, 0, 0, 3, 0], [100, 0, 0, 4, 0]);
    expect(shareOutsideField(aggregate, { prepared, settings })).toBeCloseTo(16 / 25, 12);
    expect(shareOutsideField(aggregate, { prepared, settings: { ...settings, offsetXNm: -50 } })).toBe(0);
  });
});

describe("parseSensitivityCsv()", () => {
  test("reads commas, semicolons, tabs and spaces, skips comments and a header", () => {
    const text = "# camera length 91 mm\nangle,sensitivity\n52,0\n61;0.5\n72.5\t0.8\n88 0.9\n";
    expect(parseSensitivityCsv(text, "a.csv")).toEqual([
      [52, 0],
      [61, 0.5],
      [72.5, 0.8],
      [88, 0.9],
    ]);
  });

  test("says which line is wrong and why", () => {
    expect(() => parseSensitivityCsv("52,0\n60,half\n", "a.csv")).toThrow(
      "Cannot read sensitivity curve: line must be two numbers, mrad and sensitivity, got 60,half (a.csv, line 2)",
    );
    expect(() => parseSensitivityCsv("52,0\n60,1.5\n", "a.csv")).toThrow(
      "Cannot read sensitivity curve: sensitivity must be from 0 to 1, got 1.5 (a.csv, line 2)",
    );
    expect(() => parseSensitivityCsv("52,0\n", "a.csv")).toThrow(
      "Cannot read sensitivity curve: curve must have at least two points, got 1 (a.csv)",
    );
  });
});
