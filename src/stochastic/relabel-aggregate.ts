import { checkNumber } from "../core/index.ts";
import type { RandomStream } from "../core/index.ts";
import type { Aggregate } from "./aggregate.ts";
import { findContacts } from "./contact-graph.ts";
import { CONTACT_TOLERANCE } from "./describe-aggregate.ts";

/**
 * Exchanges the materials of particles at fixed geometry and composition: Kawasaki dynamics on the contact graph.
 *
 * Labels follow exp(J x number of homo-contacts): J = 0 gives random labels, J > 0 drives the materials apart, J < 0
 * alternates them. Trials exchange the materials of any two unlike particles and are accepted by the
 * Metropolis rule [kawasaki1966]. Moves the hetero-contact fraction without touching anything else.
 *
 * @throws RangeError for a coupling outside its range
 * @example
 * import { relabelAggregate } from "../src/stochastic/relabel-aggregate.ts";
 * import { sphereAggregate } from "../src/stochastic/aggregate.ts";
 * import { openRandomStream } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * const chain = sphereAggregate(
 *   [0, 0, 1, 1].map((materialIndex, k) => ({ x: 2 * k, y: 0, z: 0, radiusNm: 1, materialIndex })),
 * );
 * const ordered = relabelAggregate(openRandomStream(1), chain, { coupling: -20 });
 * // one of the two ways to alternate
 * expect(ordered.materialIndices[0]).not.toBe(ordered.materialIndices[1]);
 */
export function relabelAggregate(
  rng: RandomStream,
  aggregate: Aggregate,
  options: { readonly coupling: number; readonly sweeps?: number; readonly contactTolerance?: number },
): Aggregate {
  const { coupling, sweeps = 200, contactTolerance = CONTACT_TOLERANCE } = options;
  checkNumber("coupling", coupling, { min: -20, max: 20, action: "relabel aggregate" });
  const neighbours = neighboursOf(aggregate, contactTolerance);
  const labels = aggregate.materialIndices.slice();
  const members = [0, 1].map((wanted) => Array.from(labels.keys()).filter((i) => labels[i] === wanted));
  if (members[0].length === 0 || members[1].length === 0) return aggregate;
  for (let trial = 0; trial < sweeps * aggregate.particleCount; trial++) {
    const a = rng.integerBelow(members[0].length);
    const b = rng.integerBelow(members[1].length);
    const [i, j] = [members[0][a], members[1][b]];
    const gain = homoGain(neighbours, labels, i, j);
    if (gain * coupling < 0 && rng.uniform() >= Math.exp(gain * coupling)) continue;
    labels[i] = 1;
    labels[j] = 0;
    members[0][a] = j;
    members[1][b] = i;
  }
  return { ...aggregate, materialIndices: labels };
}

function neighboursOf(aggregate: Aggregate, contactTolerance: number): readonly number[][] {
  const graph = findContacts(aggregate, contactTolerance);
  const neighbours = Array.from({ length: aggregate.particleCount }, (): number[] => []);
  for (let k = 0; k < graph.contactCount; k++) {
    neighbours[graph.first[k]].push(graph.second[k]);
    neighbours[graph.second[k]].push(graph.first[k]);
  }
  return neighbours;
}

/** Homo-contacts won by exchanging the unlike particles i and j; their own contact stays hetero. */
function homoGain(neighbours: readonly number[][], labels: Uint8Array, i: number, j: number): number {
  let gain = 0;
  for (const k of neighbours[i]) if (k !== j) gain += labels[k] === labels[i] ? -1 : 1;
  for (const k of neighbours[j]) if (k !== i) gain += labels[k] === labels[j] ? -1 : 1;
  return gain;
}
