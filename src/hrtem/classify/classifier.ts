import { rangeError } from "../../core/index.ts";
import {
  featureTable,
  likeliestClasses,
  predictForest,
  trainForest,
  type Forest,
} from "../../forest/index.ts";
import type { Feature } from "../../features/index.ts";
import { PARTICLE_CLASSES, type ParticleClass } from "./particle-class.ts";

/** A particle's features with its true class. */
export interface LabelledParticle {
  readonly features: readonly Feature[];
  readonly truth: ParticleClass;
}

/** Trees of the paper's forest. */
const TREE_COUNT = 500;

/**
 * Grows the forest of five classes, 500 trees as in [groschner2021].
 *
 * @throws RangeError when there are too few particles or only one class
 */
export async function trainClassifier(
  particles: readonly LabelledParticle[],
  options: { readonly seed: number; readonly workers: number },
): Promise<Forest> {
  const seen = new Set(particles.map(({ truth }) => truth));
  if (seen.size < 2) {
    const got = `${particles.length} particles of ${seen.size === 0 ? "no class" : [...seen].join(", ")}`;
    const wanted = "training particles must show at least two classes";
    throw rangeError({ action: "train particle classes" }, wanted, got);
  }
  const target = {
    kind: "classification",
    labels: particles.map(({ truth }) => PARTICLE_CLASSES.indexOf(truth)),
    classNames: PARTICLE_CLASSES,
  } as const;
  const table = tableOf(particles.map(({ features }) => features));
  return trainForest(table, target, { treeCount: TREE_COUNT, ...options });
}

/** What the forest says of a particle. */
export interface ClassAnswer {
  readonly predicted: ParticleClass;
  /** Share of the trees' votes for each class, in the order of PARTICLE_CLASSES. */
  readonly probabilities: readonly number[];
}

/** Classifies particles. */
export function classifyParticles(forest: Forest, features: readonly (readonly Feature[])[]): ClassAnswer[] {
  if (features.length === 0) return [];
  const votes = predictForest(forest, tableOf(features));
  const count = PARTICLE_CLASSES.length;
  return Array.from(likeliestClasses(votes, count), (label, row) => ({
    predicted: PARTICLE_CLASSES[label],
    probabilities: [...votes.subarray(row * count, (row + 1) * count)],
  }));
}

function tableOf(features: readonly (readonly Feature[])[]) {
  return featureTable(
    features[0].map(({ name }) => name),
    features.map((row) => row.map(({ value }) => value)),
  );
}
