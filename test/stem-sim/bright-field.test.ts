import { describe, expect, test } from "vitest";
import { findMaterial, openRandomStream, transformSquare } from "../../src/core/index.ts";
import {
  atomDensitiesPerNm3,
  attenuationPerNm,
  differentialCrossSections,
  electronWavelengthNm,
  interactionConstant,
  recordBrightField,
  renderBrightField,
  waveMaterials,
} from "../../src/stem-sim/index.ts";
import type { ObjectiveLens } from "../../src/stem-sim/index.ts";
import { phaseStrength } from "../../src/stem-sim/bright-field/inner-potential.ts";
import type { BrightFieldSpecimen } from "../../src/stem-sim/bright-field/render-bright-field.ts";
import { elasticLossNm2, inelasticLossNm2 } from "../../src/stem-sim/bright-field/attenuation.ts";

const CARBON = findMaterial("C");
const SIDE = 128;
const rng = () => openRandomStream(3, "bright field");
/** A lens that changes nothing. */
const PERFECT = {
  beamEnergyKeV: 200,
  defocusNm: 0,
  sphericalMm: 0,
  focalSpreadNm: 0,
  illuminationMrad: 0,
  grain: 0,
};

function specimenOf(thicknessNm: (x: number, y: number) => number, pixelSizeNm = 0.5): BrightFieldSpecimen {
  const map = Float32Array.from({ length: SIDE * SIDE }, (_, i) =>
    thicknessNm(i % SIDE, Math.floor(i / SIDE)),
  );
  const [materials] = waveMaterials([CARBON], 200, [10]);
  return { side: SIDE, pixelSizeNm, thicknessesNm: [map], materials };
}

const render = (specimen: BrightFieldSpecimen, lens: Partial<ObjectiveLens> = {}) =>
  renderBrightField(rng(), specimen, { ...PERFECT, ...lens });

describe("attenuationPerNm()", () => {
  test("inelasticLossNm2() is the integral of Lenz's angular law", () => {
    const [keV, mrad, z] = [200, 8, 6];
    const wavelength = electronWavelengthNm(keV);
    const bohr = 0.0529177211;
    const k = (wavelength ** 4 * (1 + keV / 510.99895) ** 2) / (4 * Math.PI ** 4 * bohr ** 2);
    const thetaE = (13.5e-3 * z) / (4 * keV);
    const theta0 = (wavelength * Math.cbrt(z)) / (2 * Math.PI * bohr);
    let sum = 0;
    // logarithmic trapezoids from the aperture to where the tail is 1e-6 of the whole
    const [start, end, count] = [mrad * 1e-3, 20, 20_000];
    for (let i = 0; i < count; i++) {
      const theta = start * (end / start) ** ((i + 0.5) / count);
      const u = theta ** 2 + thetaE ** 2;
      sum += ((k * z * (1 - 1 / (1 + u / theta0 ** 2) ** 2)) / u ** 2) * 2 * Math.PI * theta * theta;
    }
    const numeric = (sum * Math.log(end / start)) / count;
    const exact = inelasticLossNm2(z, { beamEnergyKeV: keV, apertureMrad: mrad });
    expect(Math.abs(exact / numeric - 1)).toBeLessThan(1e-4);
  });

  test("all inelastic over all elastic scattering of carbon is 3, as 18/Z says [reimer2008]", () => {
    const [table] = differentialCrossSections(["C"], 200);
    const ratio = inelasticLossNm2(6, { beamEnergyKeV: 200, apertureMrad: 0 }) / elasticLossNm2(table, 0);
    // the law of 18/Z is itself good to a tenth or two
    expect(ratio).toBeGreaterThan(2.2);
    expect(ratio).toBeLessThan(3.8);
  });

  test("a wider aperture loses less, a heavier material more", () => {
    const mu = (name: string, apertureMrad: number) =>
      attenuationPerNm(findMaterial(name), { beamEnergyKeV: 200, apertureMrad });
    expect(mu("C", 5)).toBeGreaterThan(mu("C", 20));
    expect(mu("WO3", 10)).toBeGreaterThan(2 * mu("TiO2-anatase", 10));
  });

  test("the mean free path for inelastic scattering in carbon at 200 kV is that measured within a factor of two", () => {
    // measured on films of 1.8 to 2.2 g/cm3: 120 to 160 nm; Lenz's law makes too much of angles below a milliradian, which every aperture lets pass
    const atomsPerNm3 = atomDensitiesPerNm3(CARBON).C;
    const path = 1 / (atomsPerNm3 * inelasticLossNm2(6, { beamEnergyKeV: 200, apertureMrad: 0 }));
    expect(path).toBeGreaterThan(70);
    expect(path).toBeLessThan(280);
  });
});

describe("renderBrightField()", () => {
  test("a perfect lens shows I0 exp(-mu t) whatever the phase", () => {
    const image = render(specimenOf((x) => x));
    const mu = attenuationPerNm(CARBON, { beamEnergyKeV: 200, apertureMrad: 10 });
    for (const x of [0, 40, 127]) {
      // single precision of the image
      expect(Math.abs(image[5 * SIDE + x] - Math.exp(-mu * x))).toBeLessThan(1e-6);
    }
  });

  test("a lens without envelopes keeps every electron", () => {
    const disc = (x: number, y: number) => (Math.hypot(x - 64, y - 64) < 20 ? 15 : 0);
    const mean = (image: Float32Array) => image.reduce((sum, value) => sum + value, 0) / image.length;
    const specimen = specimenOf(disc);
    expect(
      Math.abs(mean(render(specimen, { defocusNm: 800, sphericalMm: 1 })) / mean(render(specimen)) - 1),
    ).toBeLessThan(1e-5);
  });

  test("underfocus puts a bright rim around a particle, overfocus a dark one, sqrt(lambda D) wide", () => {
    // a smooth edge along x, far from the field's own edges
    const edge = specimenOf((x) => (x > 40 && x < 100 ? 10 * Math.min(1, (x - 40) / 4, (100 - x) / 4) : 0));
    const outside = (defocusNm: number) => {
      const image = render(edge, { defocusNm, focalSpreadNm: 20 });
      return Array.from({ length: 12 }, (_, i) => image[64 * SIDE + 29 + i]);
    };
    const rimPx = Math.sqrt(electronWavelengthNm(200) * 1000) / 0.5;
    const under = outside(1000);
    expect(Math.max(...under)).toBeGreaterThan(1.02);
    expect(Math.min(...outside(-1000).slice(12 - Math.ceil(rimPx)))).toBeLessThan(0.98);
    const place = 40 - (29 + under.indexOf(Math.max(...under)));
    expect(place).toBeGreaterThanOrEqual(-1);
    expect(place).toBeLessThanOrEqual(rimPx + 1);
  });

  test("a weak phase grating has the contrast 2 sin(pi lambda D q^2)", () => {
    const [defocusNm, period] = [1500, 8];
    const specimen = specimenOf((x) => 0.02 * (1 + Math.cos((2 * Math.PI * x) / period)));
    const q = 1 / (period * specimen.pixelSizeNm);
    const transform = transformSquare(render(specimen, { defocusNm }), SIDE);
    const amplitude = (2 * transform.real[SIDE / period]) / SIDE ** 2;
    const phase = interactionConstant(200) * phaseStrength(CARBON).innerPotentialV * 0.02;
    const chi = Math.PI * electronWavelengthNm(200) * defocusNm * q * q;
    const loss = specimen.materials[0].attenuationPerNm * 0.02 * Math.cos(chi);
    // second order in the phase is 1e-3 of it
    expect(Math.abs(amplitude - (-2 * phase * Math.sin(chi) - loss))).toBeLessThan(0.01 * phase);
  });

  test("grain of atoms at random has the variance of the phase, 2 sigma^2 n V^2 t/a on average over the transfer", () => {
    const thicknessNm = 4;
    const specimen = specimenOf(() => thicknessNm);
    // far out of focus, where sin^2 averages to a half
    const image = render(specimen, { defocusNm: 20_000, grain: 1 });
    const level = Math.exp(-specimen.materials[0].attenuationPerNm * thicknessNm);
    const variance = image.reduce((sum, value) => sum + (value / level - 1) ** 2, 0) / image.length;
    const expected =
      (2 * interactionConstant(200) ** 2 * phaseStrength(CARBON).grainV2Nm3 * thicknessNm) / 0.25;
    // 16,384 independent pixels: 1 % standard error; weak-phase to a few percent
    expect(Math.abs(variance / expected - 1)).toBeLessThan(0.08);
  });

  test("of independent carbon atoms the inner potential is a tenth above the 7.8 to 10.7 V that are measured", () => {
    expect(phaseStrength(CARBON).innerPotentialV).toBeCloseTo(12, 0);
  });

  test("a grid that is no power of two is refused in words", () => {
    const specimen = { ...specimenOf(() => 0), side: 100 };
    expect(() => render(specimen)).toThrow(
      "Cannot render bright-field image: thickness maps must be squares with a power of two as edge, got 100 px and 16384 numbers",
    );
  });
});

describe("recordBrightField()", () => {
  const CAMERA = { electronsPerPixel: 400, spreadPx: 0, readoutElectrons: 0, gradient: 0, gradientDeg: 0 };
  const size = { width: SIDE, height: SIDE };
  const flat = new Float32Array(SIDE * SIDE).fill(0.5);
  const momentsOf = (image: Float32Array) => {
    const mean = image.reduce((sum, value) => sum + value, 0) / image.length;
    return { mean, variance: image.reduce((sum, value) => sum + (value - mean) ** 2, 0) / image.length };
  };

  test("counts have the variance of the mean over the dose", () => {
    const { mean, variance } = momentsOf(recordBrightField(rng(), flat, size, CAMERA));
    // standard errors with 16,384 pixels: 0.0003 and 1.1 %
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.0012);
    expect(Math.abs(variance / (0.5 / 400) - 1)).toBeLessThan(0.045);
  });

  test("the camera's spread softens the noise by sum of squared weights, 1/(4 pi s^2)", () => {
    const spreadPx = 1.5;
    const { variance } = momentsOf(recordBrightField(rng(), flat, size, { ...CAMERA, spreadPx }));
    const expected = 0.5 / 400 / (4 * Math.PI * spreadPx ** 2);
    // 14 pixels a correlated patch: 4 % standard error
    expect(Math.abs(variance / expected - 1)).toBeLessThan(0.16);
  });

  test("the illumination grows along its direction by the stated share", () => {
    const image = recordBrightField(rng(), flat, size, { ...CAMERA, electronsPerPixel: 1e6, gradient: 0.3 });
    const columnMean = (x: number) => {
      let sum = 0;
      for (let y = 0; y < SIDE; y++) sum += image[y * SIDE + x];
      return sum / SIDE;
    };
    expect(columnMean(SIDE - 1) / columnMean(0)).toBeCloseTo(1.15 / 0.85, 2);
  });
});
