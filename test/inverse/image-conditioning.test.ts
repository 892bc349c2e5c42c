import { describe, expect, test } from "vitest";
import type { ConditioningInput } from "../../src/posterior/index.ts";
import { conditioningOfFile, conditioningFor } from "../../src/inverse/apply/image-conditioning.ts";

const dose: ConditioningInput = {
  key: "electronsPerPixel",
  low: 7000,
  high: 50_000,
  center: Math.log(18_000),
  deviation: 0.57,
};
const energy: ConditioningInput = {
  key: "beamEnergyKeV",
  low: 300,
  high: 300,
  center: Math.log(300),
  deviation: 0,
};
const model = { conditions: [dose, energy], pixelSizeNm: 1 };

describe("conditioningOfFile()", () => {
  test("takes the dose of a Velox file from screen current and dwell time", () => {
    const stated = conditioningOfFile({
      "Optics.AccelerationVoltage": "300000",
      "Optics.LastMeasuredScreenCurrent": "5e-11",
      "Scan.DwellTime": "1e-5",
      "Detectors.Detector-0.CollectionAngleRange.begin": "0.06",
      "Detectors.Detector-0.CollectionAngleRange.end": "0.2",
    });
    // 50 pA x 10 us = 5e-16 C = 3121 electrons
    expect(stated.electronsPerPixel).toBeCloseTo(3120.8, 1);
    expect(stated).toMatchObject({ beamEnergyKeV: 300, innerMrad: 60, outerMrad: 200 });
  });

  test("takes a Digital Micrograph file's numbers in its own units", () => {
    const stated = conditioningOfFile({
      "ImageTags.Microscope Info.Voltage": 200_000,
      "ImageTags.Microscope Info.Probe Current (nA)": 0.05,
      "ImageTags.DigiScan.Sample Time": 10,
    });
    expect(stated.beamEnergyKeV).toBe(200);
    expect(stated.electronsPerPixel).toBeCloseTo(3120.8, 1);
  });

  test("does not guess which of several detectors took the image, nor a dose from half of its factors", () => {
    const stated = conditioningOfFile({
      "Scan.DwellTime": 1e-5,
      "Detectors.Detector-0.CollectionAngleRange.begin": 0.06,
      "Detectors.Detector-1.CollectionAngleRange.begin": 0.1,
      "Optics.AccelerationVoltage": 0,
    });
    expect(stated).toEqual({});
  });
});

describe("conditioningFor()", () => {
  test("adds up the electrons of small pixels", () => {
    const { values, notes } = conditioningFor(model, {
      byHand: {},
      byFile: { electronsPerPixel: 2500 },
      pixelSizeNm: 0.5,
    });
    expect(values.electronsPerPixel).toBe(10_000);
    expect(notes).toEqual(["dose of 10000 electrons per pixel, in the file, given to the network"]);
  });

  test("what is given by hand goes before the file, and what lies outside the training is said", () => {
    const { values, notes } = conditioningFor(model, {
      byHand: { electronsPerPixel: 3000 },
      byFile: { electronsPerPixel: 9000, beamEnergyKeV: 200 },
      pixelSizeNm: 1,
    });
    expect(values.electronsPerPixel).toBe(3000);
    expect(notes[0]).toContain(
      "dose of 3000 electrons per pixel, given by hand, given to the network as 7000",
    );
    expect(notes[1]).toBe("beam energy of 200 keV, but the network knows 300 keV only");
  });

  test("says what is missing, and nothing to a network without conditioning inputs", () => {
    const nothing = { byHand: {}, byFile: {}, pixelSizeNm: 1 };
    expect(conditioningFor(model, nothing).notes).toEqual(["dose missing: answered without it"]);
    const deaf = { ...model, conditions: [] };
    expect(conditioningFor(deaf, { ...nothing, byFile: { electronsPerPixel: 9000 } }).notes).toEqual([]);
    expect(conditioningFor(deaf, { ...nothing, byHand: { electronsPerPixel: 9000 } }).notes).toEqual([
      "dose given by hand, but not used: the network was trained without",
    ]);
  });
});
