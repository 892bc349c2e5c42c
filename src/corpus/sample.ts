import { openRandomStream, type GrayImage } from "../core/index.ts";
import { drawMicroscopeSettings, simulateHaadf } from "../stem-sim/index.ts";
import type { MicroscopeSettings, PreparedMicroscope } from "../stem-sim/index.ts";
import { describeAggregate, drawAggregate } from "../stochastic/index.ts";
import type {
  Aggregate,
  AggregateDescriptors,
  AggregateParameters,
  AggregatePrior,
} from "../stochastic/index.ts";

/** All that a sample depends on besides its index; plain data, sent to every worker. */
export interface SampleRecipe {
  readonly seed: number;
  readonly prior: AggregatePrior;
  readonly prepared: PreparedMicroscope;
}

/** What is known of a sample: one line of the label table. Keys carry their units. */
export interface SampleLabels {
  readonly sampleIndex: number;
  /** What the aggregate was grown from. */
  readonly parameters: AggregateParameters;
  /** What grew. */
  readonly descriptors: AggregateDescriptors;
  /** What was drawn for this image. */
  readonly microscope: MicroscopeSettings;
  /** Draws from the prior, before this one, that no aggregate could meet. */
  readonly rejectedDraws: number;
}

/** A virtual aggregate, its image and its labels. */
export interface Sample {
  readonly labels: SampleLabels;
  readonly aggregate: Aggregate;
  readonly image: GrayImage;
}

/**
 * Draws the sample of an index: parameters from the prior, an aggregate from the parameters, an image of it.
 *
 * Every stream is named by seed, index and purpose, so a sample does not depend on the others.
 *
 * @param recipe prior, prepared microscope and seed
 * @param sampleIndex 0 or more
 * @returns the sample
 */
export function drawSample({ seed, prior, prepared }: SampleRecipe, sampleIndex: number): Sample {
  const rng = openRandomStream(seed, "sample", sampleIndex);
  const { aggregate, parameters, rejected } = drawAggregate(rng.fork("aggregate"), prior);
  const settings = drawMicroscopeSettings(rng.fork("microscope"), prepared.microscope);
  const image = simulateHaadf(rng.fork("image"), aggregate, { prepared, settings });
  const descriptors = describeAggregate(aggregate);
  const labels = {
    sampleIndex,
    parameters,
    descriptors,
    microscope: settings,
    rejectedDraws: rejected.length,
  };
  return { labels, aggregate, image };
}
