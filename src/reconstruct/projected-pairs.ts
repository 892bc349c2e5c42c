import { CONTACT_TOLERANCE } from "../stochastic/index.ts";
import type { ProjectedParticles } from "./projected-particles.ts";

/** Pairs of particles that may touch as a view shows them, and what a contact of theirs is worth. */
export interface ProjectedPairs {
  readonly count: number;
  /** [count] particles, first < second. */
  readonly first: Int32Array;
  readonly second: Int32Array;
  /** [count] distance across the beam, squared [nm2]. */
  readonly squares: Float64Array;
  /** [count] least distance of the centres, (1 - necking)(r_i + r_j): that of a contact that carries the aggregate [nm]. */
  readonly contactNm: Float64Array;
  /** [count] difference of the depths at that distance [nm]; 0 where the pair lies farther apart across the beam. */
  readonly contactDepthNm: Float64Array;
  /** [count] difference of the depths at which the spheres just touch [nm]. */
  readonly touchingDepthNm: Float64Array;
  /** [count] ln of the density of such a contact over directions; -Infinity where the pair lies too far apart for one. */
  readonly logDensity: Float64Array;
  /** Pairs of a particle: from `starts[i]` up to `starts[i + 1]` of `ofParticle`. */
  readonly starts: Int32Array;
  readonly ofParticle: Int32Array;
}

/** Standard errors beyond which two particles do not touch. */
const REACH_ERRORS = 3;
/** What a gap that no particle of the list closes costs, ln: it is bridged where nothing else holds the aggregate together. */
const BRIDGE_COST = 12;

/**
 * Finds the pairs of particles that may touch.
 *
 * A contact whose direction is even over the sphere of radius D has, at a distance rho across the beam, the density
 *
 *   p = 1/(4 pi D |dz|),  |dz| = sqrt(D^2 - rho^2)
 *
 * for each sign of dz: what lies beside each other touches more often than what lies behind each other. An error e of the distance keeps |dz|
 * from vanishing, |dz|^2 >= 2 D e, and lets pairs touch that seem to lie as far apart.
 *
 * @param particles of a view
 * @param necking overlap of touching particles, as a share of the sum of their radii
 * @returns pairs that may touch in projection, and bridges between parts that do not
 */
export function projectedPairs(particles: ProjectedParticles, necking: number): ProjectedPairs {
  const { count: n, xNm, yNm, radiiNm } = particles;
  const found: PairDraft[] = [];
  const errorNm = Math.max(particles.errorNm, LEAST_ERROR_NM);
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const square = (xNm[i] - xNm[j]) ** 2 + (yNm[i] - yNm[j]) ** 2;
      const contact = (1 - necking) * (radiiNm[i] + radiiNm[j]);
      const carryingNm = contact + REACH_ERRORS * errorNm;
      const touchingNm = (radiiNm[i] + radiiNm[j]) * (1 + CONTACT_TOLERANCE);
      if (square >= Math.max(carryingNm, touchingNm) ** 2) continue;
      found.push({
        i,
        j,
        square,
        contact,
        touching: touchingNm,
        cost: square < carryingNm * carryingNm ? 0 : Infinity,
      });
    }
  }
  return pairsOf([...found, ...bridges(particles, found, necking)], n, errorNm);
}

/** Keeps densities finite where places are known exactly [nm]. */
const LEAST_ERROR_NM = 0.001;

interface PairDraft {
  readonly i: number;
  readonly j: number;
  readonly square: number;
  readonly contact: number;
  /** Distance at which spheres just touch [nm]. */
  readonly touching: number;
  readonly cost: number;
}

function pairsOf(drafts: readonly PairDraft[], particleCount: number, errorNm: number): ProjectedPairs {
  const starts = new Int32Array(particleCount + 1);
  for (const { i, j } of drafts) {
    starts[i + 1]++;
    starts[j + 1]++;
  }
  for (let i = 0; i < particleCount; i++) starts[i + 1] += starts[i];
  const next = starts.slice();
  const ofParticle = new Int32Array(2 * drafts.length);
  drafts.forEach(({ i, j }, k) => {
    ofParticle[next[i]++] = k;
    ofParticle[next[j]++] = k;
  });
  return {
    count: drafts.length,
    first: Int32Array.from(drafts, ({ i }) => i),
    second: Int32Array.from(drafts, ({ j }) => j),
    squares: Float64Array.from(drafts, ({ square }) => square),
    contactNm: Float64Array.from(drafts, ({ contact }) => contact),
    contactDepthNm: Float64Array.from(drafts, ({ square, contact }) =>
      Math.sqrt(Math.max(0, contact * contact - square)),
    ),
    touchingDepthNm: Float64Array.from(drafts, ({ square, touching }) =>
      Math.sqrt(Math.max(0, touching * touching - square)),
    ),
    logDensity: Float64Array.from(drafts, (draft) => logDensity(draft, errorNm)),
    starts,
    ofParticle,
  };
}

function logDensity({ square, contact, cost }: PairDraft, errorNm: number): number {
  const depth = Math.sqrt(Math.max(contact * contact - square, 2 * contact * errorNm));
  const beyond = Math.min(REACH_ERRORS, Math.max(0, Math.sqrt(square) - contact) / errorNm);
  return -Math.log(4 * Math.PI * contact * depth) - beyond ** 2 / 2 - cost;
}

/** The shortest gaps that join what pairs leave in parts, by Kruskal's rule [kruskal1956]. */
function bridges(
  { count: n, xNm, yNm, radiiNm }: ProjectedParticles,
  pairs: readonly PairDraft[],
  necking: number,
): PairDraft[] {
  const parent = Int32Array.from({ length: n }, (_, i) => i);
  const rootOf = (i: number): number => {
    let root = i;
    while (parent[root] !== root) root = parent[root] = parent[parent[root]];
    return root;
  };
  let parts = n;
  const join = ({ i, j }: { readonly i: number; readonly j: number }): boolean => {
    const [a, b] = [rootOf(i), rootOf(j)];
    if (a === b) return false;
    parent[b] = a;
    parts--;
    return true;
  };
  pairs.filter(({ cost }) => cost === 0).forEach(join);
  if (parts <= 1) return [];
  const gaps: PairDraft[] = [];
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      if (rootOf(i) === rootOf(j)) continue;
      const square = (xNm[i] - xNm[j]) ** 2 + (yNm[i] - yNm[j]) ** 2;
      const touching = radiiNm[i] + radiiNm[j];
      gaps.push({ i, j, square, contact: (1 - necking) * touching, touching, cost: BRIDGE_COST });
    }
  }
  const gapOf = ({ square, contact }: PairDraft) => Math.sqrt(square) - contact;
  return gaps.sort((a, b) => gapOf(a) - gapOf(b)).filter(join);
}
