import { openRandomStream, type GrayImage } from "../core/index.ts";
import { drawMicroscopeSettings, openRenderer, simulateBatch, simulateHaadf } from "../stem-sim/index.ts";
import type { ImageRequest, MicroscopeSettings, PreparedMicroscope } from "../stem-sim/index.ts";
import { withNeighbour } from "./with-neighbour.ts";
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
  /** Computes the images where it is not the CPU. */
  readonly renderer?: "webgpu";
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
 * Draws the sample of an index: parameters from the prior, an aggregate from the parameters, an image of it by the CPU.
 *
 * Every stream is named by seed, index and purpose, so a sample does not depend on the others.
 *
 * @param recipe prior, prepared microscope and seed
 * @param sampleIndex 0 or more
 * @returns the sample
 */
export function drawSample(recipe: SampleRecipe, sampleIndex: number): Sample {
  const scene = drawScene(recipe, sampleIndex);
  const { rng, aggregate, imaging } = scene.request;
  return sampleOf(scene, simulateHaadf(rng, aggregate, imaging));
}

/** Draws the samples of some indices, in their order. */
export type SampleDrawer = (sampleIndices: readonly number[]) => Promise<Sample[]>;

/**
 * Opens what draws the samples of a recipe with the recipe's renderer: one after the other on a CPU, images in batches on a
 * GPU.
 *
 * @param recipe prior, prepared microscope, seed and renderer
 * @returns the drawer
 * @throws Error where the renderer is not there
 */
export async function openSampleDrawer(recipe: SampleRecipe): Promise<SampleDrawer> {
  if (recipe.renderer === undefined)
    return async (indices) => indices.map((index) => drawSample(recipe, index));
  const renderer = await openRenderer(recipe.renderer);
  return async (indices) => {
    const scenes = indices.map((index) => drawScene(recipe, index));
    const images = await simulateBatch(
      renderer,
      scenes.map(({ request }) => request),
    );
    return scenes.map((scene, i) => sampleOf(scene, images[i]));
  };
}

/** A sample before its image. */
interface Scene extends Pick<SampleLabels, "sampleIndex" | "parameters" | "rejectedDraws"> {
  /** What is asked for; the request may hold a neighbour too. */
  readonly aggregate: Aggregate;
  readonly request: ImageRequest;
}

function drawScene({ seed, prior, prepared }: SampleRecipe, sampleIndex: number): Scene {
  const rng = openRandomStream(seed, "sample", sampleIndex);
  const { aggregate, parameters, rejected } = drawAggregate(rng.fork("aggregate"), prior);
  const settings = drawMicroscopeSettings(rng.fork("microscope"), prepared.microscope);
  const imaging = { prepared, settings };
  const imaged =
    settings.neighbourCount === 0
      ? aggregate
      : withNeighbour(
          rng.fork("neighbour"),
          aggregate,
          prior,
          settings,
          prepared.microscope.widthPx * settings.pixelSizeNm,
        );
  const request = { rng: rng.fork("image"), aggregate: imaged, imaging };
  return { sampleIndex, parameters, rejectedDraws: rejected.length, aggregate, request };
}

function sampleOf(
  { sampleIndex, parameters, rejectedDraws, aggregate, request }: Scene,
  image: GrayImage,
): Sample {
  const { imaging } = request;
  const descriptors = describeAggregate(aggregate);
  const labels = { sampleIndex, parameters, descriptors, microscope: imaging.settings, rejectedDraws };
  return { labels, aggregate, image };
}
