import { neighboursOf, type ContactGraph, type Neighbours } from "./contact-graph.ts";

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
 * Particles that all searches together visit, at most: some ten seconds, and more where they lie far apart in memory. Up to 20,000
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
  const search: Search = {
    neighbours: neighboursOf(graph),
    steps: new Int32Array(graph.particleCount),
    queue: new Int32Array(graph.particleCount),
  };
  const membersOf = (wanted: number) =>
    Int32Array.from(materialIndices.keys()).filter((i) => materialIndices[i] === wanted);
  const [first, second] = [membersOf(0), membersOf(1)];
  const searched = everyNth(first, MOST_VISITS / graph.particleCount);
  // a path is as long from its other end: where all pairs are counted, from the rarer material; none without a partner
  const isFromSecond = second.length < first.length && searched.length === first.length;
  const [sources, targets] = isFromSecond ? [second, first] : [searched, second];
  const between = targets.length === 0 ? [] : sources;
  return {
    pathLengthFirstToSecond: meanOf([tally(searchInPlace(search, second), first)]),
    pathLengthSecondToFirst: meanOf([tally(searchInPlace(search, first), second)]),
    pathLengthBetween: meanOf(
      Array.from(between, (source) => tally(searchInPlace(search, [source]), targets)),
    ),
  };
}

/** At most so many of a list, in even steps from its beginning. */
function everyNth(list: Int32Array, most: number): Int32Array {
  const step = Math.max(1, Math.ceil(list.length / most));
  return list.filter((_, i) => i % step === 0);
}

/** What the searches of one graph share. */
interface Search {
  readonly neighbours: Neighbours;
  /** Of every particle. */
  readonly steps: Int32Array;
  readonly queue: Int32Array;
}

/** Contacts from the nearest source to every particle; -1 where no path leads. They hold until the next search. */
function searchInPlace(
  { neighbours: { starts, list }, steps, queue }: Search,
  sources: ArrayLike<number>,
): Int32Array {
  steps.fill(-1);
  queue.set(sources);
  let end = sources.length;
  for (let head = 0; head < end; head++) steps[queue[head]] = 0;
  // the queue grows while it is walked
  for (let head = 0; head < end; head++) {
    const here = queue[head];
    for (let k = starts[here]; k < starts[here + 1]; k++) {
      const next = list[k];
      if (steps[next] >= 0) continue;
      steps[next] = steps[here] + 1;
      queue[end++] = next;
    }
  }
  return steps;
}

interface Tally {
  readonly total: number;
  readonly count: number;
}

function tally(steps: Int32Array, targets: Int32Array): Tally {
  let [total, count] = [0, 0];
  for (const target of targets) {
    if (steps[target] < 0) continue;
    total += steps[target];
    count++;
  }
  return { total, count };
}

function meanOf(tallies: readonly Tally[]): number {
  const total = tallies.reduce((sum, part) => sum + part.total, 0);
  return total / tallies.reduce((sum, part) => sum + part.count, 0);
}
