import {
  bootstrapInterval,
  groupedBy,
  mean,
  type BootstrapInterval,
  type RandomStream,
} from "../../core/index.ts";
import { PARTICLE_CLASSES, type ParticleClass } from "./particle-class.ts";

/** True and found class of one particle, and the image it came from. */
export interface ClassPair {
  readonly truth: ParticleClass;
  readonly predicted: ParticleClass;
  readonly image: number;
}

/** How well particles are told apart. */
export interface ClassScores {
  /** Share of right answers: every class counts by its share, as the paper's 0.864 does. */
  readonly accuracy: BootstrapInterval;
  /** Mean over the classes of the share of right answers within each. */
  readonly macroAccuracy: BootstrapInterval;
  /** [true class][found class], particles. */
  readonly confusion: readonly (readonly number[])[];
  readonly count: number;
}

/** Scores classes on held-out particles, with intervals by images. */
export function scoreClasses(rng: RandomStream, pairs: readonly ClassPair[]): ClassScores {
  const groups = groupedBy(pairs, ({ image }) => image);
  return {
    accuracy: bootstrapInterval(rng.fork("accuracy"), groups, accuracyOf),
    macroAccuracy: bootstrapInterval(rng.fork("macro"), groups, macroAccuracyOf),
    confusion: PARTICLE_CLASSES.map((truth) =>
      PARTICLE_CLASSES.map(
        (predicted) => pairs.filter((pair) => pair.truth === truth && pair.predicted === predicted).length,
      ),
    ),
    count: pairs.length,
  };
}

function accuracyOf(pairs: readonly ClassPair[]): number {
  return pairs.filter(({ truth, predicted }) => truth === predicted).length / pairs.length;
}

/** Classes that do not occur do not count. */
function macroAccuracyOf(pairs: readonly ClassPair[]): number {
  const shares = PARTICLE_CLASSES.map((truth) => pairs.filter((pair) => pair.truth === truth))
    .filter((members) => members.length > 0)
    .map(accuracyOf);
  return mean(shares);
}
