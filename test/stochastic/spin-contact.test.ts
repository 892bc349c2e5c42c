import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { joinClusters, singleParticle } from "../../src/stochastic/cluster.ts";
import { spinToContact } from "../../src/stochastic/spin-contact.ts";

/** Two touching spheres of radius 1 along x: centres at -1 and 1. */
const dumbbell = joinClusters(singleParticle(1, 0), singleParticle(1, 0), Float64Array.of(2, 0, 0));
const IDENTITY = [1, 0, 0, 0, 1, 0, 0, 0, 1];

/** Positions of the moving cluster after the pose. */
function placed(pose: {
  readonly center: readonly number[];
  readonly rotation: readonly number[];
}): number[][] {
  const { center, rotation: m } = pose;
  return [0, 1].map((k) => {
    const p = dumbbell.positionsNm.subarray(3 * k, 3 * k + 3);
    return [0, 1, 2].map(
      (row) => center[row] + m[3 * row] * p[0] + m[3 * row + 1] * p[1] + m[3 * row + 2] * p[2],
    );
  });
}

describe("spinToContact()", () => {
  test("turns a dumbbell above another to the angle at which it just touches", () => {
    const height = 1.9;
    for (let seed = 0; seed < 20; seed++) {
      const pose = { center: [0, 0, height] as const, rotation: IDENTITY };
      const turned = spinToContact(openRandomStream(seed), dumbbell, dumbbell, pose);
      if (turned === null) throw new Error("no free angle");
      const [a] = placed(turned);
      // arms of 1 at angle t: 2 - 2 cos t + h^2 = 4
      const angle = Math.acos((2 + height ** 2 - 4) / 2);
      const found = Math.atan2(Math.abs(a[1]), Math.abs(a[0]));
      expect(found).toBeCloseTo(angle, 12);
    }
  });

  test("finds nothing where every angle overlaps, and nothing where none touches", () => {
    const at = (height: number) =>
      spinToContact(openRandomStream(1), dumbbell, dumbbell, { center: [0, 0, height], rotation: IDENTITY });
    // across each other the arms come nearest to overlap: 2 + h^2 < 4 below sqrt 2
    expect(at(1.4)).toBeNull();
    expect(at(2.1)).toBeNull();
  });
});
