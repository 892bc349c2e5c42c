import { openRandomStream, type GrayImage, type Material, type RandomStream } from "../core/index.ts";
import {
  drawMicroscopeSettings,
  openPreparer,
  openRenderer,
  simulateBatch,
  simulateHaadf,
} from "../stem-sim/index.ts";
import type {
  ImageRequest,
  Imaging,
  MicroscopeSettings,
  PreparedMicroscope,
  Preparer,
} from "../stem-sim/index.ts";
import {
  drawCombination,
  labelsOfCombination,
  lightFirst,
  type Choices,
  type CombinationLabels,
} from "./combinations.ts";
import { drawPixelScene } from "./pixel-scene.ts";
import { inView, viewCountOf, type ViewSeries } from "./view-series.ts";
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
  /** Tables of the recipe's microscope; of its first combination where samples choose. */
  readonly prepared: PreparedMicroscope;
  /** What each sample draws its materials and its microscope from; those of `prepared` for all where absent. */
  readonly choices?: Choices;
  /** Views of each aggregate, one sample after the other; one where absent. */
  readonly views?: ViewSeries;
  /** Where lengths are counted in pixels: radii, probe, scan faults and offsets. */
  readonly lengths?: "pixels";
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
  /** What was chosen, where the recipe lets samples choose. */
  readonly combination?: CombinationLabels;
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
  return drawnSample(recipe, sampleIndex, preparerOf(recipe));
}

function drawnSample(recipe: SampleRecipe, sampleIndex: number, prepare: Preparer): Sample {
  const scene = drawScene(recipe, sampleIndex, prepare);
  const { rng, aggregate, imaging, exposure } = scene.request;
  return sampleOf(scene, simulateHaadf(rng, aggregate, imaging, exposure));
}

/** Draws the samples of some indices, in their order. */
export type SampleDrawer = (sampleIndices: readonly number[]) => Promise<Sample[]>;

/**
 * Opens what draws the samples of a recipe with the recipe's renderer: one after the other on a CPU, images in batches on a
 * GPU. Tables of the combinations that samples choose are made when they are first drawn, and kept.
 *
 * @param recipe prior, prepared microscope, seed and renderer
 * @returns the drawer
 * @throws Error where the renderer is not there
 */
export async function openSampleDrawer(recipe: SampleRecipe): Promise<SampleDrawer> {
  const prepare = preparerOf(recipe);
  if (recipe.renderer === undefined)
    return async (indices) => indices.map((index) => drawnSample(recipe, index, prepare));
  const renderer = await openRenderer(recipe.renderer);
  return async (indices) => {
    const scenes = indices.map((index) => drawScene(recipe, index, prepare));
    const samples: Sample[] = [];
    // a batch shares one prepared microscope
    for (const batch of runsOf(scenes)) {
      const images = await simulateBatch(
        renderer,
        batch.map(({ request }) => request),
      );
      batch.forEach((scene, i) => samples.push(sampleOf(scene, images[i])));
    }
    return samples;
  };
}

/** Scenes in runs of neighbours that share a prepared microscope. */
function runsOf(scenes: readonly Scene[]): Scene[][] {
  const runs: Scene[][] = [];
  for (const scene of scenes) {
    const last = runs.at(-1);
    const isSame = last?.[0].request.imaging.prepared === scene.request.imaging.prepared;
    if (last !== undefined && isSame) last.push(scene);
    else runs.push([scene]);
  }
  return runs;
}

function preparerOf({ choices, prepared }: SampleRecipe): Preparer {
  return choices === undefined ? () => prepared : openPreparer(choices.materials.flat());
}

/** A sample before its image. */
interface Scene extends Pick<SampleLabels, "sampleIndex" | "parameters" | "rejectedDraws" | "combination"> {
  /** What is asked for; the request may hold a neighbour too. */
  readonly aggregate: Aggregate;
  readonly request: ImageRequest;
}

function drawScene(recipe: SampleRecipe, sampleIndex: number, prepare: Preparer): Scene {
  const { views } = recipe;
  const rng = openRandomStream(recipe.seed, "sample", Math.floor(sampleIndex / viewCountOf(views)));
  const { prepared, materials, combination } = chosen(rng, recipe, prepare);
  const drawn = drawMicroscopeSettings(rng.fork("microscope"), prepared.microscope);
  const grown = growScene(rng, { ...recipe, prepared, materials, drawn });
  const { aggregate, parameters, rejectedDraws, settings, prior } = grown;
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
  const image = { rng: rng.fork("image"), aggregate: imaged };
  const request =
    views === undefined
      ? { ...image, imaging: { prepared, settings } }
      : { ...image, ...viewOf(rng, views, { prepared, settings }, sampleIndex) };
  return { sampleIndex, parameters, rejectedDraws, aggregate, request, ...combination };
}

/** One view of an aggregate: how it lies, and which exposure it is. */
function viewOf(rng: RandomStream, views: ViewSeries, { prepared, settings }: Imaging, sampleIndex: number) {
  const exposure = sampleIndex % viewCountOf(views);
  const seen = inView(rng.fork("view", exposure), views, settings, exposure);
  return { imaging: { prepared, settings: seen }, exposure };
}

/** Materials and prepared microscope of a sample, and what is recorded of the choice. */
function chosen(rng: RandomStream, { choices, prepared }: SampleRecipe, prepare: Preparer) {
  if (choices === undefined) return { prepared, materials: null, combination: {} };
  const drawn = drawCombination(rng.fork("combination"), choices);
  const { microscope, materials } = lightFirst(drawn, prepare(drawn.microscope, drawn.materials));
  const own = prepare(microscope, materials);
  return { prepared: own, materials, combination: { combination: labelsOfCombination(own) } };
}

interface GrowthPlan extends SampleRecipe {
  readonly materials: Aggregate["materials"] | null;
  readonly drawn: MicroscopeSettings;
}

function growScene(rng: RandomStream, { prior, prepared, materials, drawn, lengths }: GrowthPlan) {
  const own = materials === null ? prior : { ...prior, materials: [...materials] as [Material, Material] };
  if (lengths === "pixels" && materials !== null) {
    return drawPixelScene(rng, { prior, materials, prepared, drawn });
  }
  const { aggregate, parameters, rejected } = drawAggregate(rng.fork("aggregate"), own);
  return { aggregate, parameters, rejectedDraws: rejected.length, settings: drawn, prior: own };
}

function sampleOf(
  { sampleIndex, parameters, rejectedDraws, aggregate, request, combination }: Scene,
  image: GrayImage,
): Sample {
  const { imaging } = request;
  const descriptors = describeAggregate(aggregate);
  const labels = { sampleIndex, parameters, descriptors, microscope: imaging.settings, rejectedDraws };
  return { labels: combination === undefined ? labels : { ...labels, combination }, aggregate, image };
}
