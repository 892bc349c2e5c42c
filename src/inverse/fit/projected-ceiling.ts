import { coefficientOfDetermination } from "../../core/index.ts";
import { featureTable, predictForest, trainForest } from "../../forest/index.ts";
import { toScaleCode, type Target } from "../../posterior/index.ts";
import type { Sample, SampleLabels } from "../../corpus/index.ts";
import { cutToField, viewAggregate, type PreparedMicroscope } from "../../stem-sim/index.ts";
import { truthsOf } from "../data/data-set.ts";
import { LIST_FEATURES, projectedListFeatures } from "./projected-list.ts";

/** What is true of an aggregate, and what the list of its particles in projection tells. */
export interface ListedAggregate {
  readonly labels: Pick<SampleLabels, "parameters" | "descriptors">;
  /** By LIST_FEATURES. */
  readonly features: Float64Array;
}

/** The list of those particles that the image of a sample shows, known exactly but for their depths. */
export function listOfSample(
  { aggregate, labels }: Pick<Sample, "aggregate" | "labels">,
  prepared: PreparedMicroscope,
): ListedAggregate {
  const { microscope: settings } = labels;
  const seen = cutToField(aggregate, { prepared, settings });
  return { labels, features: projectedListFeatures(viewAggregate(seen, settings)) };
}

/** Trees, and least rows of a leaf: quantities scatter about what a list tells of them. */
const FOREST = { treeCount: 100, minLeaf: 3 } as const;

/**
 * What a forest that has learned to read lists of particles in projection says of others.
 *
 * @param fitted lists that the forest is grown on, and what it is to say of them
 * @param others lists that it is asked about
 * @returns [others.length] answers
 */
export async function readLists(
  fitted: readonly { readonly features: Float64Array; readonly value: number }[],
  others: readonly { readonly features: Float64Array }[],
): Promise<Float64Array> {
  const [known, asked] = [fitted, others].map((rows) =>
    featureTable(
      LIST_FEATURES,
      rows.map(({ features }) => features),
    ),
  );
  const forest = await trainForest(
    known,
    { kind: "regression", values: fitted.map(({ value }) => value) },
    FOREST,
  );
  return predictForest(forest, asked);
}

/**
 * How well each target is known from the list of the particles of one view, by a forest: what an image tells at best to somebody who finds every particle in it, and reads
 * lists as well as a forest does.
 *
 * @param targets of the network
 * @param fitted aggregates that forests are grown on
 * @param heldOut aggregates that they are scored on
 * @param onTarget called before each target with how many are done
 * @returns R2 on the scale of the prior, by key; none for quantities that fewer than two of the aggregates have
 */
export async function projectedCeilings(
  targets: readonly Target[],
  fitted: readonly ListedAggregate[],
  heldOut: readonly ListedAggregate[],
  onTarget: (done: number) => void = () => {},
): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const [t, target] of targets.entries()) {
    onTarget(t);
    const [known, asked] = [fitted, heldOut].map((rows) =>
      rows
        .map(({ labels, features }) => ({
          features,
          value: toScaleCode(target, truthsOf(labels)[target.key]),
        }))
        .filter(({ value }) => Number.isFinite(value)),
    );
    if (Math.min(known.length, asked.length) < 2) continue;
    const truths = asked.map(({ value }) => value);
    found[target.key] = coefficientOfDetermination(await readLists(known, asked), truths);
  }
  return found;
}
