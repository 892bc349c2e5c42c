import { describe, expect, it } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { withNeighbour } from "../../src/corpus/with-neighbour.ts";
import { inversionRecipeSchema, planInversion } from "../../src/inverse/index.ts";
import { drawSample } from "../../src/corpus/sample.ts";
import { viewAggregate } from "../../src/stem-sim/index.ts";
import { aggregatePriorSchema, drawAggregate } from "../../src/stochastic/index.ts";

const PRIOR = aggregatePriorSchema.parse({ particleCount: 20 });
const VIEW = {
  eulerAlphaDeg: 40,
  eulerBetaDeg: 70,
  eulerGammaDeg: -20,
  tiltDeg: 15,
  offsetXNm: 0,
  offsetYNm: 0,
};

describe("a neighbour in the field", () => {
  it("touches the aggregate that is asked for neither in space nor in projection", () => {
    for (let seed = 0; seed < 10; seed++) {
      const { aggregate } = drawAggregate(openRandomStream(seed, "own"), PRIOR);
      const both = withNeighbour(openRandomStream(seed), aggregate, PRIOR, VIEW, 200);
      const own = aggregate.particleCount;
      expect(both.centersNm.subarray(0, 3 * own)).toEqual(aggregate.centersNm);
      const { centersNm, radiiNm } = viewAggregate(both, VIEW);
      for (let i = 0; i < own; i++) {
        for (let j = own; j < both.particleCount; j++) {
          const [dx, dy] = [0, 1].map((axis) => centersNm[3 * i + axis] - centersNm[3 * j + axis]);
          expect(Math.hypot(dx, dy)).toBeGreaterThan(radiiNm[i] + radiiNm[j] + 0.02 * 200 - 1e-9);
        }
      }
    }
  });

  it("leaves the labels and the particles of a sample as they are", () => {
    const of = (neighbourShare: number) =>
      drawSample(
        planInversion(
          inversionRecipeSchema.parse({ aggregate: { particleCount: 20 }, microscope: { neighbourShare } }),
        ).samples,
        3,
      );
    const [alone, beside] = [of(0), of(1)];
    expect(beside.labels.descriptors).toEqual(alone.labels.descriptors);
    expect(beside.aggregate).toEqual(alone.aggregate);
    expect(beside.labels.microscope.neighbourCount).toBe(1);
    expect(beside.image.data).not.toEqual(alone.image.data);
  });
});
