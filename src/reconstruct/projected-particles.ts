import type { Aggregate } from "../stochastic/index.ts";

/** The particles of an aggregate as a view along the beam shows them: all but their depths. */
export interface ProjectedParticles {
  readonly count: number;
  /** [count] places across the beam, y upwards [nm]. */
  readonly xNm: Float64Array;
  readonly yNm: Float64Array;
  /** [count] [nm] */
  readonly radiiNm: Float64Array;
  /** [count], 0 for the first material, 1 for the second. */
  readonly materialIndices: Uint8Array;
  /** Standard error of a distance between two of them across the beam, radii and all [nm]; 0 where they are known exactly. */
  readonly errorNm: number;
}

/** A further view of the same aggregate. */
export interface TiltedView {
  readonly particles: ProjectedParticles;
  /** Turn of the holder about the x axis from the first view to this one [degrees]. */
  readonly tiltDeg: number;
}

/** The particles of an aggregate as it lies under the beam, known exactly. */
export function projectAggregate({
  particleCount,
  centersNm,
  radiiNm,
  materialIndices,
}: Aggregate): ProjectedParticles {
  const along = (axis: number) =>
    Float64Array.from({ length: particleCount }, (_, i) => centersNm[3 * i + axis]);
  return { count: particleCount, xNm: along(0), yNm: along(1), radiiNm, materialIndices, errorNm: 0 };
}
