import { setImmediate as nextTurn } from "node:timers/promises";
import {
  mean,
  openRandomStream,
  standardDeviation,
  type GrayImage,
  type RandomStream,
  type StartStage,
} from "../../core/index.ts";
import {
  decodeTarget,
  drawCodes,
  IMAGE_MEASURES,
  measureImage,
  toInputScale,
  type InversionModel,
  type NetworkOutput,
  type ConditioningValues,
} from "../../posterior/index.ts";
import { drawMicroscopeSettings, simulateHaadf, type MicroscopeSettings } from "../../stem-sim/index.ts";
import { drawAggregateParameters, growAggregate, type AggregateParameters } from "../../stochastic/index.ts";
import { grayImageOf, type DataSet } from "../data/data-set.ts";
import type { InvertedImage } from "./inverted-image.ts";
import type { Inversion } from "./open-inversion.ts";
import { predictDataSet } from "../fit/predict.ts";
import type { InversionPlan } from "../data/plan-inversion.ts";

/** An image beside what its posterior would have looked like in the microscope. */
export interface Rerendering {
  /** Which image, in words. */
  readonly name: string;
  readonly observed: GrayImage;
  /** One of the re-rendered images. */
  readonly example: GrayImage;
  /** Mean over the re-rendered images, centred on their signal as the observed one is. */
  readonly mean: GrayImage;
  /** (observed - mean) / spread of the re-rendered images, pixel by pixel, [height, width]. */
  readonly residuals: Float32Array;
  /** Share of pixels more than two spreads away; 0.05 for an image that the posterior explains. */
  readonly strangeShare: number;
  /** Share of the re-rendered images below the observed one, by classical measure. */
  readonly ranks: Readonly<Record<string, number>>;
  readonly drawCount: number;
}

/** Structures drawn from the posterior of an image. */
const DRAW_COUNT = 32;

/**
 * Posterior-predictive check: draws parameters from the posterior of an image, grows structures, and images them under
 * the conditions of the image itself.
 *
 * No structure is the observed one, so images are compared centred on their signal, pixel by pixel against the spread
 * over the draws, and by the classical measures.
 */
export async function rerenderPosteriors(
  plan: InversionPlan,
  inversion: Inversion,
  data: DataSet,
  startStage: StartStage,
): Promise<Rerendering[]> {
  const stage = startStage("Re-rendering posteriors", data.count);
  const { outputs } = await predictDataSet(inversion.network, data, inversion.model);
  const results: Rerendering[] = [];
  for (let i = 0; i < data.count; i++) {
    const { sampleIndex, microscope, parameters } = data.labels[i];
    const images = drawImages(plan, inversion.model, {
      output: outputs[i],
      rng: openRandomStream(plan.seed, "re-rendering", sampleIndex),
      conditions: () => ({ settings: microscope, parameters }),
    });
    if (images.length > 1) results.push(compareImages(`image ${sampleIndex}`, grayImageOf(data, i), images));
    stage.update(i + 1);
    await nextTurn();
  }
  stage.finish(`${results.length} images, up to ${DRAW_COUNT} draws each`);
  return results;
}

/** What the check needs of an answer. */
type AnsweredImage = Pick<InvertedImage, "file" | "image" | "output" | "conditioning">;

/**
 * The same check for an image of which little is known: the dose is the one the network was given, for its posterior holds under
 * that dose only; film and whatever else the recipe leaves open are drawn from the recipe for every structure.
 *
 * @param plan of the recipe that the network was trained by
 * @param model the network's record
 * @param answer what was read off the image, the image as the network saw it, and the conditioning inputs it was given
 * @returns the check, or null where no structure of the posterior can be realised
 */
export function rerenderAnswer(
  plan: InversionPlan,
  model: InversionModel,
  answer: AnsweredImage,
): Rerendering | null {
  const { prior, prepared } = plan.samples;
  const images = drawImages(plan, model, {
    output: answer.output,
    rng: openRandomStream(plan.seed, "re-rendering", answer.file),
    conditions: (rng) => ({
      settings: settingsUnder(
        answer.conditioning,
        drawMicroscopeSettings(rng.fork("microscope"), prepared.microscope),
      ),
      parameters: drawAggregateParameters(rng.fork("parameters"), prior),
    }),
  });
  return images.length > 1 ? compareImages(answer.file, answer.image, images) : null;
}

/** Beam energy and detector are the recipe's, and the image was brought to its pixels: only the dose differs from image to image. */
function settingsUnder(given: ConditioningValues, drawn: MicroscopeSettings): MicroscopeSettings {
  return { ...drawn, electronsPerPixel: given.electronsPerPixel ?? drawn.electronsPerPixel };
}

/** What structures are drawn from, and under which conditions they are imaged. */
interface DrawPlan {
  readonly output: NetworkOutput;
  readonly rng: RandomStream;
  /** Settings of a draw's image, and the parameters that the network says nothing of. */
  readonly conditions: (rng: RandomStream) => {
    readonly settings: MicroscopeSettings;
    readonly parameters: AggregateParameters;
  };
}

function drawImages(
  { samples: { prior, prepared }, materials }: InversionPlan,
  model: InversionModel,
  { output, rng, conditions }: DrawPlan,
): GrayImage[] {
  const draws = drawCodes(output, model.calibration.network);
  return Array.from({ length: DRAW_COUNT }, (_, draw) => {
    const own = rng.fork(draw);
    const codes = draws[own.integerBelow(draws.length)];
    const drawn = model.targets.flatMap((target, t) =>
      target.quantity === "descriptor" ? [] : [[target.key, decodeTarget(target, codes[t])] as const],
    );
    const { settings, parameters: known } = conditions(own);
    const values = { ...known, ...Object.fromEntries(drawn) };
    const parameters: AggregateParameters = { ...values, particleCount: Math.round(values.particleCount) };
    const growth = growAggregate(own.fork("aggregate"), parameters, materials, prior);
    if (growth.kind !== "grown") return null;
    const image = simulateHaadf(own.fork("image"), growth.aggregate, { prepared, settings });
    return toInputScale(image, model.input.scale);
  }).filter((image) => image !== null);
}

function compareImages(name: string, observed: GrayImage, images: readonly GrayImage[]): Rerendering {
  const centred = images.map(centreOnSignal);
  const target = centreOnSignal(observed);
  const size = target.data.length;
  const center = new Float32Array(size);
  const residuals = new Float32Array(size);
  for (let p = 0; p < size; p++) {
    const values = centred.map(({ data }) => data[p]);
    center[p] = mean(values);
    residuals[p] = (target.data[p] - center[p]) / (standardDeviation(values) || 1);
  }
  const measured = measureImage(observed, observed.pixelSizeNm ?? 1);
  const drawn = images.map((image) => measureImage(image, image.pixelSizeNm ?? 1));
  const ranks = IMAGE_MEASURES.map((measure, m) => {
    // a tie counts half: measures such as a share of pixels are often exactly 0
    const below = drawn.filter((measures) => measures[m] < measured[m]).length;
    const tied = drawn.filter((measures) => measures[m] === measured[m]).length;
    return [measure, (below + tied / 2) / drawn.length] as const;
  });
  return {
    name,
    observed: target,
    example: centred[0],
    mean: { ...target, data: center },
    residuals,
    strangeShare: residuals.filter((value) => Math.abs(value) > 2).length / size,
    ranks: Object.fromEntries(ranks),
    drawCount: images.length,
  };
}

/** Shifts an image by whole pixels so that its signal's centre is the middle; what leaves one side enters the other. */
function centreOnSignal(image: GrayImage): GrayImage {
  const { width, height, data } = image;
  const background = Float32Array.from(data).sort()[Math.floor(data.length / 20)];
  const sums = { signal: 0, x: 0, y: 0 };
  for (let i = 0; i < data.length; i++) {
    const signal = Math.max(0, data[i] - background);
    sums.signal += signal;
    sums.x += signal * (i % width);
    sums.y += signal * Math.floor(i / width);
  }
  if (sums.signal === 0) return image;
  const [dx, dy] = [
    Math.round(width / 2 - sums.x / sums.signal),
    Math.round(height / 2 - sums.y / sums.signal),
  ];
  const shifted = Float32Array.from(data, (_, i) => {
    const x = ((i % width) - dx + width) % width;
    const y = (Math.floor(i / width) - dy + height) % height;
    return data[y * width + x];
  });
  return { ...image, data: shifted };
}
