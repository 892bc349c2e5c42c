import { describe, expect, test } from "vitest";
import { mean, openRandomStream, standardDeviation } from "../../src/core/index.ts";
import { electronWavelengthNm, kirklandParameters } from "../../src/stem-sim/index.ts";
import { aberrationPhase, coherenceEnvelope, recordHrtem } from "../../src/hrtem/simulate/record-hrtem.ts";
import { braggSpots } from "../../src/hrtem/classify/bragg-spots.ts";
import { cropParticle } from "../../src/hrtem/classify/crop.ts";
import { drawHrtemSettings, hrtemMicroscopeSchema } from "../../src/hrtem/simulate/hrtem-settings.ts";
import { exitWave, projectedPotential } from "../../src/hrtem/simulate/multislice.ts";
import { findLattice } from "../../src/hrtem/simulate/lattice.ts";
import { findParticles } from "../../src/hrtem/segment/find-particles.ts";
import { hrtemSpecimenSchema } from "../../src/hrtem/simulate/plan-field.ts";
import { layerCountFor, particleAtoms, type AtomGroup } from "../../src/hrtem/simulate/nanoparticle.ts";
import { layerSteps } from "../../src/hrtem/simulate/stacking.ts";
import { simulateHrtemField } from "../../src/hrtem/simulate/simulate-field.ts";
import { simulateHrtemFields } from "../../src/hrtem/simulate/simulate-fields.ts";

const GRID = { side: 128, pixelSizeNm: 0.04 };
const MICROSCOPE = hrtemMicroscopeSchema.parse({
  defocusNm: 4,
  sphericalAberrationUm: 0,
  astigmatismNm: 0,
  contrast: 1,
  driftNm: 0,
  spikeCount: 0,
});
const SETTINGS = drawHrtemSettings(openRandomStream(1), MICROSCOPE);

describe("the specimen as the beam sees it", () => {
  test("the mean projected potential of atoms is that of forward scattering, 2 pi a0 e f(0) per area", () => {
    const carbon: AtomGroup = { element: "C", positionsNm: Float64Array.of(1, 1, 0, 2.013, 3.3, 0) };
    const potential = projectedPotential(GRID, [carbon]);
    const { a, b, c } = kirklandParameters("C");
    const forward = a.reduce((sum, value, i) => sum + value / b[i] + c[i], 0);
    const area = (GRID.side * GRID.pixelSizeNm) ** 2;
    expect(mean(potential) / ((2 * 0.4787801 * forward) / area)).toBeCloseTo(1, 9);
  });

  test("a wave through nothing stays a plane wave of intensity 1", () => {
    const wave = exitWave(GRID, [{ groups: [], thicknessNm: 5 }], 300);
    const intensity = wave.real.map((re, i) => re * re + wave.imaginary[i] ** 2);
    expect(Math.max(...intensity)).toBeCloseTo(1, 12);
    expect(Math.min(...intensity)).toBeCloseTo(1, 12);
  });
});

describe("the lens", () => {
  test("aberrationPhase() is pi lambda q^2 (Cs lambda^2 q^2 / 2 - defocus)", () => {
    const settings = { ...SETTINGS, defocusNm: 60, sphericalAberrationNm: 1.2e6 };
    const lambda = electronWavelengthNm(300);
    const q2 = 3 ** 2 + 2 ** 2;
    const expected = Math.PI * lambda * q2 * (0.5 * 1.2e6 * lambda ** 2 * q2 - 60);
    expect(aberrationPhase(settings)(3, 2)).toBeCloseTo(expected, 10);
  });

  test("astigmatism adds to the defocus along its direction and takes away across", () => {
    const settings = { ...SETTINGS, defocusNm: 0, astigmatismNm: 5, astigmatismAngleRad: 0.3 };
    const phase = aberrationPhase(settings);
    const along = phase(4 * Math.cos(0.3), 4 * Math.sin(0.3));
    expect(along).toBeCloseTo(-Math.PI * electronWavelengthNm(300) * 16 * 5, 12);
    expect(phase(-4 * Math.sin(0.3), 4 * Math.cos(0.3))).toBeCloseTo(-along, 12);
  });

  test("coherenceEnvelope() passes low frequencies, falls, and is zero outside the aperture", () => {
    const envelope = coherenceEnvelope(SETTINGS);
    expect(envelope(0, 0)).toBe(1);
    expect(envelope(8, 0)).toBeLessThan(envelope(4, 0));
    expect(envelope(0.03 / electronWavelengthNm(300), 0)).toBe(0);
  });
});

describe("images", () => {
  test("gold along <110> shows {111} at 0.2355 nm, twice, 70.5 degrees apart", () => {
    const lattice = findLattice("Au");
    const diameterNm = 3.6;
    const steps = layerSteps(openRandomStream(1), layerCountFor(lattice, diameterNm), {
      stacking: "cubic",
      fault: "none",
    });
    // the beam along x, <110> in the layers
    const rotation = [
      [0, 1, 0],
      [0, 0, 1],
      [1, 0, 0],
    ] as const;
    const [group] = particleAtoms({ lattice, shape: "sphere", diameterNm, aspectRatio: 1, steps, rotation });
    const center = (GRID.side * GRID.pixelSizeNm) / 2;
    const positionsNm = group.positionsNm.map((value, i) => (i % 3 === 2 ? value : value + center));
    const wave = exitWave(GRID, [{ groups: [{ element: "Au", positionsNm }], thicknessNm: 0 }], 300);
    const image = recordHrtem(openRandomStream(2), GRID, wave, SETTINGS);
    const disc = Uint8Array.from({ length: 128 * 128 }, (_, i) =>
      Math.hypot((i % 128) - 64, Math.floor(i / 128) - 64) < 42 ? 1 : 0,
    );
    const [particle] = findParticles(disc, image).particles;
    const { spots } = braggSpots(
      cropParticle(image, particle, GRID.pixelSizeNm),
      particle.equivalentDiameterPx,
    );
    const wide = spots.filter(({ spacingNm, share }) => share > 0.08 && spacingNm > 0.22);
    expect(wide).toHaveLength(2);
    // a spot lies on a grid of 1/5.12 nm; its centre of mass is good to about a twentieth of that
    for (const { spacingNm } of wide) expect(Math.abs(spacingNm - 0.2355)).toBeLessThan(0.004);
    const angle = (Math.abs(wide[0].angleRad - wide[1].angleRad) * 180) / Math.PI;
    expect(Math.abs(Math.min(angle, 180 - angle) - 70.53)).toBeLessThan(2);
  });

  const recipe = {
    grid: GRID,
    specimen: hrtemSpecimenSchema.parse({
      diameterNm: { uniform: [1.5, 2] },
      particleCount: 2,
      noFringeShare: 0,
    }),
    microscope: hrtemMicroscopeSchema.parse({ dosePerNm2: 40000, spikeCount: 0 }),
    sliceThicknessNm: 3,
  };

  test("bare film counts the dose, less what the film takes out", () => {
    const { image, mask } = simulateHrtemField(openRandomStream(3), recipe);
    const film = image.data.filter((_, i) => mask[i] === 0);
    const share = mean(film) / (40000 * GRID.pixelSizeNm ** 2);
    expect(share).toBeLessThan(1.01);
    expect(share).toBeGreaterThan(0.93);
  });

  test("without an aperture a thick particle is as bright as the film on average, and keeps its fringes", () => {
    const specimen = hrtemSpecimenSchema.parse({ diameterNm: 2.5, particleCount: 1, noFringeShare: 0 });
    const measured = [0, 1].map((massContrast) => {
      const microscope = { ...recipe.microscope, massContrast, dosePerNm2: 1e7 };
      const field = simulateHrtemField(openRandomStream(8), { ...recipe, specimen, microscope });
      const of = (side: number) =>
        Float64Array.from(field.image.data.filter((_, i) => field.mask[i] === side));
      return { darkness: 1 - mean(of(1)) / mean(of(0)), spread: standardDeviation(of(1)) };
    });
    expect(measured[1].darkness).toBeGreaterThan(0.02);
    // what lies beyond a Gaussian of 0.5 nm at the rim of a particle of 2.5 nm stays
    expect(Math.abs(measured[0].darkness)).toBeLessThan(0.4 * measured[1].darkness);
    expect(measured[0].spread / measured[1].spread).toBeGreaterThan(0.8);
  });

  test("field i is the same whatever else is simulated, and masks hold their particles", async () => {
    const fields = await simulateHrtemFields(recipe, { seed: 5, count: 2, workers: 1 });
    const again = simulateHrtemField(openRandomStream(5, "field", 1), recipe);
    expect(again.image.data).toEqual(fields[1].image.data);
    const [particle] = again.particles;
    const areaNm2 = particle.pixels.length * GRID.pixelSizeNm ** 2;
    // projected atoms reach half a neighbour's distance beyond the sphere
    const expected = (Math.PI / 4) * particle.particle.diameterNm ** 2;
    expect(areaNm2 / expected).toBeGreaterThan(0.8);
    expect(areaNm2 / expected).toBeLessThan(1.5);
  });
});
