import { describe, expect, it } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { drawMicroscopeSettings, microscopeSchema, prepareMicroscope } from "../../src/stem-sim/index.ts";
import { drawNuisance } from "../../src/stem-sim/nuisance.ts";
import { renderHaadf } from "../../src/stem-sim/render-haadf.ts";
import { drawParticleShape } from "../../src/stem-sim/shapes/draw-shape.ts";
import { rayInto, shapeVolume, SPHERE, turnShape } from "../../src/stem-sim/shapes/particle-shape.ts";
import { projectShapesInto } from "../../src/stem-sim/shapes/project-shapes.ts";
import { splatBodiesInto, thicknessMaps } from "../../src/stem-sim/projection/splat-bodies.ts";
import { bodiesInView } from "../../src/stem-sim/render-haadf.ts";
import { sphereAggregate } from "../../src/stochastic/aggregate.ts";

const PAIR = sphereAggregate([
  { x: -9, y: 2, z: 0, radiusNm: 8, materialIndex: 0 },
  { x: 5, y: -3, z: 1, radiusNm: 7, materialIndex: 1 },
]);
const GRID = { widthPx: 128, heightPx: 128, pixelSizeNm: 0.5 };
const VOLUME_NM3 = (4 / 3) * Math.PI * (8 ** 3 + 7 ** 3);

const microscopeOf = (keys: object) => {
  const microscope = microscopeSchema.parse({ ...GRID, probeFwhmNm: 0, film: "none", ...keys });
  return { microscope, prepared: prepareMicroscope(microscope, PAIR.materials) };
};
const volumeOf = (maps: readonly Float32Array[]) =>
  maps.reduce((sum, map) => sum + map.reduce((a, b) => a + b, 0), 0) * GRID.pixelSizeNm ** 2;

describe("shapes of particles", () => {
  it("all have the volume of the sphere, to the precision of the quadrature", () => {
    const rng = openRandomStream(1, "shapes");
    for (let i = 0; i < 60; i++) {
      const shape = drawParticleShape(rng, { elongation: 0.25, facetedShare: 0.5 });
      expect(shapeVolume(shape) / ((4 / 3) * Math.PI)).toBeCloseTo(1, 1);
      expect(Math.abs(shapeVolume(shape) / ((4 / 3) * Math.PI) - 1)).toBeLessThan(0.02);
    }
  });

  it("a ray through a sphere is its chord", () => {
    const interval = new Float64Array(2);
    expect(rayInto(interval, SPHERE, 0.6, 0)).toBe(true);
    expect([...interval]).toEqual([-0.8, 0.8]);
    expect(rayInto(interval, SPHERE, 0.8, 0.61)).toBe(false);
  });

  it("a quarter turn about x brings the view along y to the beam, of both kinds", () => {
    const rng = openRandomStream(3, "shapes");
    const quarter = [1, 0, 0, 0, 0, -1, 0, 1, 0];
    const [before, after] = [new Float64Array(2), new Float64Array(2)];
    const half = [1, 0, 0, 0, -1, 0, 0, 0, -1];
    for (const facetedShare of [0, 1]) {
      const shape = drawParticleShape(rng, { elongation: 0.3, facetedShare });
      const turned = turnShape(turnShape(shape, quarter), quarter);
      expect(shapeVolume(turnShape(shape, quarter))).toBeCloseTo(shapeVolume(shape), 1);
      for (const [x, y] of [
        [0, 0],
        [0.3, -0.4],
        [-0.5, 0.2],
      ]) {
        // two quarters are a half: z becomes -z and y becomes -y
        expect(rayInto(before, shape, x, y)).toBe(rayInto(after, turned, x, -y));
        expect(after[0]).toBeCloseTo(-before[1], 12);
        expect(after[1]).toBeCloseTo(-before[0], 12);
      }
      expect(rayInto(before, turnShape(shape, half), 0.1, 0.1)).toBe(true);
      rayInto(after, turned, 0.1, 0.1);
      expect(after[0]).toBeCloseTo(before[0], 12);
    }
  });

  it("no point of a crystal lies beyond a face", () => {
    const rng = openRandomStream(2, "shapes");
    const interval = new Float64Array(2);
    for (let i = 0; i < 20; i++) {
      const shape = drawParticleShape(rng, { elongation: 0, facetedShare: 1 });
      if (shape.kind !== "polyhedron") throw new Error("wanted a crystal");
      for (let k = 0; k < 50; k++) {
        const [x, y] = [2 * rng.uniform() - 1, 2 * rng.uniform() - 1];
        if (!rayInto(interval, shape, x, y)) continue;
        const middle = (interval[0] + interval[1]) / 2;
        for (let p = 0; p < shape.planes.length; p += 4) {
          const [nx, ny, nz, d] = shape.planes.subarray(p, p + 4);
          expect(nx * x + ny * y + nz * middle).toBeLessThanOrEqual(d + 1e-9);
        }
      }
    }
  });
});

describe("projection of shapes", () => {
  it("spheres come out as the splat has them", () => {
    const { prepared, microscope } = microscopeOf({ semiAngleMrad: 30 });
    const settings = drawMicroscopeSettings(openRandomStream(1), microscope);
    const strengths = Float64Array.of(1, 1);
    const bodies = bodiesInView(PAIR, { prepared, settings }, { strengths });
    const splat = splatBodiesInto(thicknessMaps(128 * 128), bodies, GRID, null);
    const rays = thicknessMaps(128 * 128);
    projectShapesInto(rays, { ...PAIR, shapes: [SPHERE, SPHERE] }, GRID, null);
    expect(volumeOf(rays)).toBeCloseTo(VOLUME_NM3, -2);
    expect(Math.abs(volumeOf(rays) / volumeOf(splat) - 1)).toBeLessThan(2e-3);
    // apart from the rims, which the splat blurs by a third of a pixel
    const off = rays[0].map((value, i) => Math.abs(value - splat[0][i]));
    expect(
      off.filter((value) => value > 0.5).length / off.filter((_, i) => rays[0][i] > 0).length,
    ).toBeLessThan(0.08);
  });

  it("a shell adds its volume to the film", () => {
    const { prepared, microscope } = microscopeOf({ particles: { shellNm: 2 } });
    const settings = drawMicroscopeSettings(openRandomStream(1), microscope);
    const bare = { ...settings, shellNm: 0 };
    const imageOf = (s: typeof settings) => renderHaadf(PAIR, { prepared, settings: s }).data;
    const [thick, thin] = [imageOf(settings), imageOf(bare)].map((data) => data.reduce((a, b) => a + b, 0));
    // thin enough for the signal to be proportional: carbon of the shells beside the pair's own signal
    const shellsNm3 = (4 / 3) * Math.PI * (10 ** 3 - 8 ** 3 + 9 ** 3 - 7 ** 3);
    const carbon = prepareMicroscope(microscopeSchema.parse({ ...GRID }), PAIR.materials).filmDetectedPerNm;
    const wanted = (shellsNm3 * carbon) / GRID.pixelSizeNm ** 2;
    // the two shells overlap at the contact: less than the sum of both, and not by much
    expect((thick - thin) / wanted).toBeGreaterThan(0.8);
    expect((thick - thin) / wanted).toBeLessThan(1.02);
  });

  it("draws shapes of its own stream, so that they leave film and scan as they were", () => {
    const { microscope } = microscopeOf({
      film: { thicknessNm: 20, speckle: 0.2 },
      particles: { elongation: 0.2 },
    });
    const settings = drawMicroscopeSettings(openRandomStream(1), microscope);
    const nuisance = drawNuisance(openRandomStream(3), PAIR, microscope, settings);
    const round = drawNuisance(openRandomStream(3), PAIR, microscope, { ...settings, elongation: 0 });
    expect(nuisance.shapes).toHaveLength(2);
    expect(round.shapes).toBeNull();
    expect(nuisance.filmNm).toEqual(round.filmNm);
  });
});
