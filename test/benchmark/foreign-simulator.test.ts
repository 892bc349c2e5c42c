import { describe, expect, test } from "vitest";
import { mean, openRandomStream, standardDeviation } from "../../src/core/index.ts";
import {
  drawMicroscopeSettings,
  microscopeSchema,
  prepareMicroscope,
  simulateHaadf,
} from "../../src/stem-sim/index.ts";
import { aggregatePriorSchema, drawAggregate, materialsOfPrior } from "../../src/stochastic/index.ts";
import {
  BIPYRAMID,
  chordInto,
  drawTurn,
  ellipsoid,
  NEARLY_ROUND,
  polyhedron,
  sphere,
  TRUNCATED_OCTAHEDRON,
  type Form,
} from "../../src/benchmark/foreign/bodies.ts";
import { trueParticles } from "../../src/benchmark/true-particles.ts";
import { drawForeignSample } from "../../src/benchmark/foreign/draw-sample.ts";
import { countedElectrons } from "../../src/benchmark/foreign/record.ts";
import { castRays, type Body } from "../../src/benchmark/foreign/render.ts";

/** Volume of a body by rays on a grid. */
function volumeOf(form: Form): number {
  const rays = 300;
  const step = (2 * form.reachNm) / rays;
  const chord = new Float64Array(2);
  let volume = 0;
  for (let i = 0; i < rays * rays; i++) {
    const [x, y] = [i % rays, Math.floor(i / rays)].map((k) => (k + 0.5) * step - form.reachNm);
    if (chordInto(chord, form, x, y)) volume += (chord[1] - chord[0]) * step ** 2;
  }
  return volume;
}

describe("bodies of the second simulator", () => {
  test("a ray off the middle of a sphere runs through 2 sqrt(r^2 - d^2)", () => {
    const chord = new Float64Array(2);
    expect(chordInto(chord, sphere(5), 3, 0)).toBe(true);
    expect([...chord]).toEqual([expect.closeTo(-4, 12), expect.closeTo(4, 12)]);
    expect(chordInto(chord, sphere(5), 4, 4)).toBe(false);
  });

  test("every shape has the volume of its sphere, however it is turned", () => {
    const rng = openRandomStream(3);
    const solids = [TRUNCATED_OCTAHEDRON, BIPYRAMID, NEARLY_ROUND];
    const forms = [
      ...solids.map((solid) => polyhedron(solid, 5, drawTurn(rng))),
      ellipsoid([4, 5, 6.25], drawTurn(rng)),
    ];
    // 5^3 = 4 x 5 x 6.25; 300 rays an edge err by 1e-3 or less
    for (const form of forms) expect(volumeOf(form) / ((4 / 3) * Math.PI * 125)).toBeCloseTo(1, 2);
  });

  test("a truncated octahedron of edge 1 holds 8 sqrt(2), and its corners lie sqrt(5/2) from the middle", () => {
    expect((4 / 3) * Math.PI * TRUNCATED_OCTAHEDRON.sphereRadius ** 3).toBeCloseTo(8 * Math.SQRT2, 2);
    expect(TRUNCATED_OCTAHEDRON.reach).toBeCloseTo(Math.sqrt(2.5), 9);
  });
});

describe("images of the second simulator", () => {
  const prior = aggregatePriorSchema.parse({ particleCount: 60, necking: 0.1, fractalPrefactor: 1.3 });
  const electronsPerPixel = 1e9;
  const microscope = microscopeSchema.parse({
    pixelSizeNm: 1.1,
    widthPx: 160,
    heightPx: 160,
    probeFwhmNm: 0.5,
    electronsPerPixel,
    film: { material: "C", thicknessNm: 20 },
  });
  const prepared = prepareMicroscope(microscope, materialsOfPrior(prior));

  test("the matter of a neck belongs to the nearer sphere, and none of it is counted twice", () => {
    const form = sphere(5);
    const pair: Body[] = [
      { form, centerNm: [0, 0, -4], material: 0, strength: 1 },
      { form, centerNm: [0, 0, 4], material: 1, strength: 1 },
    ];
    const one = { form: sphere(9), centerNm: [0, 0, 0], material: 0, strength: 1 } as const;
    const grid = { edge: 1, stepNm: 0.1 };
    const view = { semiAngleMrad: 0.001, focusNm: 0, passes: 1 };
    const shareOf = (bodies: readonly Body[]) =>
      castRays({ bodies, shells: [], filmNm: new Float32Array(1) }, grid, view, prepared)[0];
    // through the middle: 9 nm of each, as half of a sphere of 9 nm and half of another
    const mixed = shareOf([
      { ...one, form: sphere(4.5), centerNm: [0, 0, -4.5] },
      { ...one, form: sphere(4.5), centerNm: [0, 0, 4.5], material: 1 },
    ]);
    expect(shareOf(pair)).toBeCloseTo(mixed, 9);
    expect(shareOf([pair[0], { ...pair[1], material: 0 }])).toBeCloseTo(shareOf([one]), 9);
  });

  test("images of spheres are those of the suite's own simulator, but for the sharpness of edges", () => {
    const base = { seed: 5, prior, prepared };
    const { image } = drawForeignSample(base, { name: "nothing" }, 0);
    const rng = openRandomStream(5, "foreign", 0);
    const { aggregate } = drawAggregate(rng.fork("aggregate", 0), prior);
    const settings = drawMicroscopeSettings(rng.fork("microscope"), microscope);
    const own = simulateHaadf(rng.fork("image"), aggregate, { prepared, settings });
    // the suite blurs thickness and looks up the sum; rays are looked up one by one and blurred
    expect(mean(image.data) / mean(own.data)).toBeCloseTo(1, 2);
    const residual = image.data.map((value, i) => value - own.data[i]);
    expect(standardDeviation(residual) / standardDeviation(own.data)).toBeLessThan(0.03);
  });

  test("the particles told of a foreign image lie where those of the suite's own image of the aggregate do", () => {
    const base = { seed: 5, prior, prepared };
    const { image, particles } = drawForeignSample(base, { name: "nothing" }, 0);
    const rng = openRandomStream(5, "foreign", 0);
    const { aggregate } = drawAggregate(rng.fork("aggregate", 0), prior);
    const settings = drawMicroscopeSettings(rng.fork("microscope"), microscope);
    expect(particles.length).toBeGreaterThan(30);
    expect(particles).toEqual(trueParticles({ aggregate, settings, image }, prepared.detectedPerNm));
    // a particle that scatters twice as much as the tables say has a larger share of a column that it shares
    const strong = drawForeignSample(base, { name: "strong", strengths: [2, 1] }, 0).particles;
    const gained = particles.map(({ ownShare }, k) => strong[k].ownShare - ownShare);
    expect(gained.filter((gain, k) => (particles[k].materialIndex === 0 ? gain < 0 : gain > 0))).toEqual([]);
    expect(Math.max(...gained)).toBeGreaterThan(0.05);
  });

  test("a film of 60 nm scatters three times what one of 20 nm does", () => {
    const thick = microscopeSchema.parse({ ...microscope, film: { material: "C", thicknessNm: 60 } });
    const tables = prepareMicroscope(thick, materialsOfPrior(prior));
    const base = { seed: 5, prior, prepared: { ...tables, microscope } };
    const darkest = (filmNm: number) => {
      const film = { thicknessNm: filmNm };
      return drawForeignSample(base, { name: "film", film }, 0).image.data.toSorted()[1000];
    };
    expect(darkest(60) / darkest(20)).toBeCloseTo(3, 1);
  });

  test("counts have the mean and the variance of their law, whichever way they are drawn", () => {
    const rng = openRandomStream(9);
    for (const expected of [0.5, 12, 80]) {
      const counts = Array.from({ length: 20_000 }, () => countedElectrons(rng, expected));
      // four standard errors: sqrt(m/n) of the mean, m sqrt((2 + 1/m)/n) of the variance
      expect(Math.abs(mean(counts) - expected)).toBeLessThan(4 * Math.sqrt(expected / 20_000));
      const variance = standardDeviation(counts) ** 2;
      const error = expected * Math.sqrt((2 + 1 / expected) / 20_000);
      expect(Math.abs(variance - expected)).toBeLessThan(4 * error);
    }
  });
});
