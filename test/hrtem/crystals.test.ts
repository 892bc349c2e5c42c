import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { cubicPlanes, findLattice } from "../../src/hrtem/simulate/lattice.ts";
import {
  drawOrientation,
  fringeMismatch,
  type Direction,
  type Rotation,
} from "../../src/hrtem/simulate/orientation.ts";
import { hrtemSpecimenSchema, planField } from "../../src/hrtem/simulate/plan-field.ts";
import { layerCountFor, particleAtoms } from "../../src/hrtem/simulate/nanoparticle.ts";
import { layerSteps, type FaultKind } from "../../src/hrtem/simulate/stacking.ts";

const GOLD = findLattice("Au");
const UPRIGHT = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
] as const;

function beamOf(rotation: Rotation | null): Direction {
  if (rotation === null) throw new Error("no view was found");
  return rotation[2];
}

function goldSphere(diameterNm: number, fault: FaultKind) {
  const layerCount = layerCountFor(GOLD, diameterNm);
  const steps = layerSteps(openRandomStream(1), layerCount, { stacking: "cubic", fault });
  const particle = {
    lattice: GOLD,
    shape: "sphere",
    diameterNm,
    aspectRatio: 1,
    steps,
    rotation: UPRIGHT,
  } as const;
  return { atoms: particleAtoms(particle)[0].positionsNm, steps };
}

/** Neighbours of the atom nearest the centre, within 10 % of the nearest-neighbour distance. */
function coordination(atoms: Float64Array, distanceNm: number): number {
  const points = Array.from({ length: atoms.length / 3 }, (_, i) => atoms.subarray(3 * i, 3 * i + 3));
  const central = points.reduce((best, point) => (Math.hypot(...point) < Math.hypot(...best) ? point : best));
  const gap = (p: Float64Array) => Math.hypot(p[0] - central[0], p[1] - central[1], p[2] - central[2]);
  return points.filter((point) => gap(point) > 1e-6 && gap(point) < 1.1 * distanceNm).length;
}

describe("layered crystals", () => {
  for (const fault of ["none", "intrinsic", "extrinsic", "twin", "multiple"] as const) {
    test(`an atom of gold has 12 neighbours at a/sqrt(2), fault ${fault}: close packing survives any stacking`, () => {
      const { atoms } = goldSphere(3, fault);
      expect(coordination(atoms, GOLD.latticeConstantNm / Math.SQRT2)).toBe(12);
    });
  }

  test("a sphere of gold holds 4 atoms per cubic cell", () => {
    const count = goldSphere(4, "none").atoms.length / 3;
    const expected = ((Math.PI / 6) * 4 ** 3 * 4) / GOLD.latticeConstantNm ** 3;
    // the surface adds or takes part of a layer: about one atom in forty
    expect(Math.abs(count / expected - 1)).toBeLessThan(0.03);
  });

  test("faults show in the steps: changes of sign are 0, 2, 2 and 1 for perfect, intrinsic, extrinsic and twin", () => {
    const hexagonal = (fault: FaultKind) => {
      const { steps } = goldSphere(4, fault);
      return steps.filter((step, i) => i > 0 && step !== steps[i - 1]).length;
    };
    expect([hexagonal("none"), hexagonal("intrinsic"), hexagonal("extrinsic"), hexagonal("twin")]).toEqual([
      0, 2, 2, 1,
    ]);
  });

  test("wurtzite steps to and fro, zinc blende on and on", () => {
    const steps = (name: string) =>
      layerSteps(openRandomStream(1), 6, { stacking: findLattice(name).stacking, fault: "none" });
    expect(steps("CdSe wurtzite")).toEqual([1, -1, 1, -1, 1]);
    expect(steps("CdSe zinc blende")).toEqual([1, 1, 1, 1, 1]);
  });

  test("an unknown lattice is refused by name", () => {
    expect(() => findLattice("Ag")).toThrow(
      "Cannot find lattice: lattice must be one of Au, CdSe zinc blende",
    );
  });
});

describe("orientations", () => {
  test("planes of gold are 0.2355, 0.2039 and 0.1442 nm apart, and {111} meet at 70.53 degrees", () => {
    const planes = cubicPlanes(GOLD.latticeConstantNm);
    expect(planes[0].spacingNm).toBeCloseTo(0.2355, 4);
    expect(planes[4].spacingNm).toBeCloseTo(0.2039, 4);
    expect(planes[7].spacingNm).toBeCloseTo(0.1442, 4);
    const [a, b] = [planes[0].normal, planes[1].normal];
    expect(a[0] * b[0] + a[1] * b[1] + a[2] * b[2]).toBeCloseTo(1 / 3, 12);
  });

  test("along <110> in the layers, planes stand edge-on; drawn views keep to what they promise", () => {
    expect(fringeMismatch(GOLD, [1, 0, 0], 5)).toBeLessThan(1e-12);
    const rng = openRandomStream(2);
    for (let i = 0; i < 50; i++) {
      const seen = drawOrientation(rng, GOLD, { view: "fault edge-on", thicknessNm: 4 });
      const blind = drawOrientation(rng, GOLD, { view: "no fringes", thicknessNm: 4 });
      expect(fringeMismatch(GOLD, beamOf(seen), 4)).toBeLessThan(0.5);
      expect(fringeMismatch(GOLD, beamOf(blind), 4)).toBeGreaterThan(2);
    }
  });

  test("gold of 1.5 nm shows fringes from every side: there is no view without", () => {
    expect(drawOrientation(openRandomStream(2), GOLD, { view: "no fringes", thicknessNm: 1.5 })).toBeNull();
    const thin = { ...hrtemSpecimenSchema.parse({ diameterNm: 1.5, noFringeShare: 0.6, particleCount: 12 }) };
    const views = planField(openRandomStream(3), thin, 40).map(({ view }) => view);
    expect(views.length).toBeGreaterThan(8);
    expect(views).not.toContain("no fringe");
  });
});
