/**
 * A cluster while it grows: rigid, about its centre of volume, never changed after it was made.
 *
 * Volumes are in units of 4/3 pi, so a sphere's volume is r^3. Overlapping volume at necks is counted for both
 * spheres, as the scaling law's authors do [moran2019].
 */
export interface Cluster {
  readonly particleCount: number;
  /** [particleCount, 3] about the centre of volume [nm]. */
  readonly positionsNm: Float64Array;
  /** [particleCount] [nm]. */
  readonly radiiNm: Float64Array;
  /** [particleCount], distance from the centre of volume [nm]. */
  readonly distancesNm: Float64Array;
  readonly materialIndices: Uint8Array;
  /** Sum of r^3 [nm3]. */
  readonly volumeNm3: number;
  /** Volume-weighted, with each sphere's own 3/5 r^2 [nm2]. */
  readonly gyrationSquaredNm2: number;
  /** Sum of ln r, for the geometric mean radius. */
  readonly logRadiusSum: number;
  /** Largest distance + radius [nm]. */
  readonly reachNm: number;
}

/** Radii of the particles of one homo-cluster. */
export interface ClusterRadii {
  readonly materialIndex: number;
  readonly radiiNm: Float64Array;
}

/** A cluster of one particle. */
export function singleParticle(radiusNm: number, materialIndex: number): Cluster {
  return {
    particleCount: 1,
    positionsNm: new Float64Array(3),
    radiiNm: Float64Array.of(radiusNm),
    distancesNm: new Float64Array(1),
    materialIndices: Uint8Array.of(materialIndex),
    volumeNm3: radiusNm ** 3,
    gyrationSquaredNm2: 0.6 * radiusNm ** 2,
    logRadiusSum: Math.log(radiusNm),
    reachNm: radiusNm,
  };
}

/**
 * A cluster of spheres that stand where they are to stand, moved so that the centre of volume is the origin.
 *
 * @param positionsNm [particleCount, 3] [nm]; copied
 * @param radiiNm [particleCount] [nm]
 * @param materialIndices [particleCount]
 */
export function clusterOfSpheres(
  positionsNm: Float64Array,
  radiiNm: Float64Array,
  materialIndices: Uint8Array,
): Cluster {
  const centeredNm = positionsNm.slice();
  const volumeNm3 = radiiNm.reduce((sum, radius) => sum + radius ** 3, 0);
  centerInPlace(centeredNm, radiiNm, volumeNm3);
  return {
    particleCount: radiiNm.length,
    positionsNm: centeredNm,
    radiiNm,
    materialIndices,
    volumeNm3,
    logRadiusSum: radiiNm.reduce((sum, radius) => sum + Math.log(radius), 0),
    ...extent(centeredNm, radiiNm, volumeNm3),
  };
}

/**
 * Joins a fixed cluster and one docked to it into a new cluster about their common centre of volume.
 *
 * @param dockedPositionsNm its positions in the frame of the fixed cluster, [particleCount, 3] [nm]
 */
export function joinClusters(fixed: Cluster, docked: Cluster, dockedPositionsNm: Float64Array): Cluster {
  const particleCount = fixed.particleCount + docked.particleCount;
  const positionsNm = new Float64Array(3 * particleCount);
  positionsNm.set(fixed.positionsNm);
  positionsNm.set(dockedPositionsNm, 3 * fixed.particleCount);
  const radiiNm = new Float64Array(particleCount);
  radiiNm.set(fixed.radiiNm);
  radiiNm.set(docked.radiiNm, fixed.particleCount);
  const materialIndices = new Uint8Array(particleCount);
  materialIndices.set(fixed.materialIndices);
  materialIndices.set(docked.materialIndices, fixed.particleCount);
  const volumeNm3 = fixed.volumeNm3 + docked.volumeNm3;
  centerInPlace(positionsNm, radiiNm, volumeNm3);
  return {
    particleCount,
    positionsNm,
    radiiNm,
    materialIndices,
    volumeNm3,
    logRadiusSum: fixed.logRadiusSum + docked.logRadiusSum,
    ...extent(positionsNm, radiiNm, volumeNm3),
  };
}

/** Geometric mean radius of a cluster's particles [nm]. */
export function geometricMeanRadiusNm(cluster: Cluster): number {
  return Math.exp(cluster.logRadiusSum / cluster.particleCount);
}

function centerInPlace(positionsNm: Float64Array, radiiNm: Float64Array, volumeNm3: number): void {
  for (let axis = 0; axis < 3; axis++) {
    let moment = 0;
    for (let i = 0; i < radiiNm.length; i++) moment += radiiNm[i] ** 3 * positionsNm[3 * i + axis];
    const center = moment / volumeNm3;
    for (let i = 0; i < radiiNm.length; i++) positionsNm[3 * i + axis] -= center;
  }
}

/** Rg^2 = (1/m) sum m_i (R_i^2 + 3/5 r_i^2) [moran2019 eq. 3], distances and reach in the same pass. */
function extent(
  positionsNm: Float64Array,
  radiiNm: Float64Array,
  volumeNm3: number,
): Pick<Cluster, "distancesNm" | "gyrationSquaredNm2" | "reachNm"> {
  const distancesNm = new Float64Array(radiiNm.length);
  let moment = 0;
  let reachNm = 0;
  for (let i = 0; i < radiiNm.length; i++) {
    const r = radiiNm[i];
    const x = positionsNm[3 * i];
    const y = positionsNm[3 * i + 1];
    const z = positionsNm[3 * i + 2];
    const squared = x * x + y * y + z * z;
    distancesNm[i] = Math.sqrt(squared);
    moment += r * r * r * (squared + 0.6 * r * r);
    if (distancesNm[i] + r > reachNm) reachNm = distancesNm[i] + r;
  }
  return { distancesNm, reachNm, gyrationSquaredNm2: moment / volumeNm3 };
}
