import type { ContactGraph } from "./contact-graph.ts";

/** Contacts on the shortest ways between the materials; NaN where a material is missing or nothing is joined. */
export interface PathLengths {
  /** Mean over first-material particles of the contacts to the nearest second-material particle. */
  readonly pathLengthFirstToSecond: number;
  /** The same from the second material to the first. */
  readonly pathLengthSecondToFirst: number;
  /** Mean over all pairs of one particle of each material; of large aggregates over the pairs of some of the first material. */
  readonly pathLengthBetween: number;
}

/**
 * Particles that all searches together visit, at most: half a minute, and more where they lie far apart in memory. Up to 20,000
 * particles of which half are of the first material every search is made; of a million, 200 are, in even steps through the list.
 */
const MOST_VISITS = 2e8;

/**
 * Shortest path lengths on the contact graph between the two materials, by breadth-first search [newman2003review].
 *
 * Particles and pairs that no path joins are left out.
 *
 * @param materialIndices [particleCount], 0 or 1
 */
export function pathLengths(graph: ContactGraph, materialIndices: Uint8Array): PathLengths {
  const neighbours = neighbourLists(graph);
  const membersOf = (wanted: number) =>
    Array.from(materialIndices.keys()).filter((i) => materialIndices[i] === wanted);
  const [first, second] = [membersOf(0), membersOf(1)];
  const between = everyNth(first, MOST_VISITS / graph.particleCount).map((source) =>
    tally(stepsFrom([source], neighbours), second),
  );
  return {
    pathLengthFirstToSecond: meanOf([tally(stepsFrom(second, neighbours), first)]),
    pathLengthSecondToFirst: meanOf([tally(stepsFrom(first, neighbours), second)]),
    pathLengthBetween: meanOf(between),
  };
}

/** At most so many of a list, in even steps from its beginning. */
function everyNth(list: readonly number[], most: number): number[] {
  const step = Math.max(1, Math.ceil(list.length / most));
  return list.filter((_, i) => i % step === 0);
}

/** Neighbours of every particle. */
function neighbourLists({ particleCount, contactCount, first, second }: ContactGraph): number[][] {
  const lists: number[][] = Array.from({ length: particleCount }, () => []);
  for (let k = 0; k < contactCount; k++) {
    lists[first[k]].push(second[k]);
    lists[second[k]].push(first[k]);
  }
  return lists;
}

/** Contacts from the nearest source to every particle; -1 where no path leads. */
function stepsFrom(sources: readonly number[], neighbours: readonly (readonly number[])[]): Int32Array {
  const steps = new Int32Array(neighbours.length).fill(-1);
  const queue = [...sources];
  for (const source of sources) steps[source] = 0;
  // the queue grows while it is walked
  for (let head = 0; head < queue.length; head++) {
    const here = queue[head];
    for (const next of neighbours[here]) {
      if (steps[next] >= 0) continue;
      steps[next] = steps[here] + 1;
      queue.push(next);
    }
  }
  return steps;
}

interface Tally {
  readonly total: number;
  readonly count: number;
}

function tally(steps: Int32Array, targets: readonly number[]): Tally {
  const reached = targets.filter((target) => steps[target] >= 0);
  return { total: reached.reduce((sum, target) => sum + steps[target], 0), count: reached.length };
}

function meanOf(tallies: readonly Tally[]): number {
  const total = tallies.reduce((sum, part) => sum + part.total, 0);
  return total / tallies.reduce((sum, part) => sum + part.count, 0);
}
