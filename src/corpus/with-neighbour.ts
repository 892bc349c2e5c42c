import type { RandomStream } from "../core/index.ts";
import { directionInAggregate } from "../stem-sim/index.ts";
import type { View } from "../stem-sim/index.ts";
import { drawAggregate } from "../stochastic/index.ts";
import type { Aggregate, AggregatePrior } from "../stochastic/index.ts";

/** Least and largest gap between two aggregates in projection, over the edge of the field. */
const GAP = [0.02, 0.25] as const;

/**
 * Lays another aggregate of the same prior beside one, on the same film: in projection they do not touch, and the field may cut it.
 *
 * @param rng stream of the neighbour
 * @param aggregate the one that is asked for
 * @param prior of both
 * @param view how they lie under the beam
 * @param fieldNm edge of the field [nm]
 * @returns both as one aggregate; the particles of the one that is asked for come first
 */
export function withNeighbour(
  rng: RandomStream,
  aggregate: Aggregate,
  prior: AggregatePrior,
  view: View,
  fieldNm: number,
): Aggregate {
  const { aggregate: other } = drawAggregate(rng.fork("aggregate"), prior);
  const angle = 2 * Math.PI * rng.uniform();
  const along = directionInAggregate(view, [Math.cos(angle), Math.sin(angle), 0]);
  const gapNm = fieldNm * (GAP[0] + (GAP[1] - GAP[0]) * rng.uniform());
  // so far apart along the direction that a line across it runs between them
  const distanceNm =
    reachNm(aggregate, along) +
    gapNm +
    reachNm(
      other,
      along.map((value) => -value),
    );
  const centersNm = new Float64Array(3 * (aggregate.particleCount + other.particleCount));
  centersNm.set(aggregate.centersNm);
  other.centersNm.forEach((value, i) => {
    centersNm[3 * aggregate.particleCount + i] = value + distanceNm * along[i % 3];
  });
  return {
    particleCount: aggregate.particleCount + other.particleCount,
    centersNm,
    radiiNm: Float64Array.of(...aggregate.radiiNm, ...other.radiiNm),
    materialIndices: Uint8Array.of(...aggregate.materialIndices, ...other.materialIndices),
    materials: aggregate.materials,
  };
}

/** How far an aggregate reaches from its origin along a direction [nm]. */
function reachNm({ particleCount, centersNm, radiiNm }: Aggregate, along: readonly number[]): number {
  let farthest = -Infinity;
  for (let i = 0; i < particleCount; i++) {
    const place = along.reduce((sum, value, axis) => sum + value * centersNm[3 * i + axis], 0);
    farthest = Math.max(farthest, place + radiiNm[i]);
  }
  return farthest;
}
