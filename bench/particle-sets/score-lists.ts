import { isAsked } from "../../src/benchmark/index.ts";
import { bootstrapInterval, openRandomStream } from "../../src/core/index.ts";
import type { BootstrapInterval } from "../../src/core/index.ts";
import { detectionScores, discOverlap, matchDiscs } from "../../src/particles/index.ts";
import type { Disc, Matching } from "../../src/particles/index.ts";
import type { TrueParticleDisc } from "../../src/benchmark/true-particles.ts";

/** A matching of discs with the found ones that were counted. */
export interface ListMatching<Found> {
  readonly matching: Matching;
  readonly asked: readonly TrueParticleDisc[];
  readonly counted: readonly Found[];
}

/** Matches a list to the particles that an image shows; what lies on one that is not asked for counts neither way. */
export function matchList<Found extends Disc>(
  particles: readonly TrueParticleDisc[],
  found: readonly Found[],
): ListMatching<Found> {
  const [asked, others] = [particles.filter(isAsked), particles.filter((disc) => !isAsked(disc))];
  const counted = found.filter((disc) => !others.some((other) => discOverlap(other, disc) >= 0.5));
  const matching = matchDiscs(asked.length, counted.length, (t, f) => discOverlap(asked[t], counted[f]));
  return { matching, asked, counted };
}

/** F1 of one set of matchings less that of another of the same aggregates, with its interval over aggregates. */
export function f1Lost(own: readonly Matching[], other: readonly Matching[]): BootstrapInterval {
  const pairs = own.map((matching, i) => [[matching, other[i]] as const]);
  return bootstrapInterval(openRandomStream(1, "F1 lost"), pairs, (drawn) => {
    const [a, b] = [0, 1].map((side) => detectionScores(drawn.map((pair) => pair[side])).f1);
    return a - b;
  });
}
