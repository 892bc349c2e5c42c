import { mean, priorRange, quantileOfSorted, standardDeviation, type Prior } from "../../core/index.ts";
import type { MicroscopeSettings } from "../../stem-sim/index.ts";
import { RECORDED_SETTINGS } from "./recorded-settings.ts";

/** A simulated image: how it was recorded, and what that looks like. */
export interface SimulatedRecording {
  readonly settings: MicroscopeSettings;
  /** As measureRecording gives them. */
  readonly measures: Float64Array;
}

/** Range of a setting under which simulated images look recorded as the real ones. */
export interface SettingRange {
  readonly label: string;
  readonly unit: string;
  /** Tried. */
  readonly widest: Prior;
  readonly range: Prior;
}

/** Simulated images that are nearest to an image: their settings make the ranges. */
const NEAREST = 40;
/** Share of those settings that is left out at each end, and by how much of their width the range is then widened. */
const [TRIMMED, WIDENED] = [0.05, 0.1];

/**
 * Narrows what is known of a recording to what images look like: of simulated recordings those nearest to each image are kept, by standardised
 * measures (rejection, approximate Bayesian computation [beaumont2002]).
 *
 * @param recordings simulated under the widest ranges, hundreds of them
 * @param images measures of the real images
 * @param pixelSizeNm of the simulated images
 * @returns a range a setting, in the order of RECORDED_SETTINGS
 */
export function narrowRecording(
  recordings: readonly SimulatedRecording[],
  images: readonly ArrayLike<number>[],
  pixelSizeNm: number,
): SettingRange[] {
  const kept = new Set(images.flatMap((image) => nearestTo(image, recordings)));
  return RECORDED_SETTINGS.map(({ label, unit, read, widest }) => {
    const wide = widest(pixelSizeNm);
    const values = Float64Array.from(kept, ({ settings }) => read(settings));
    return { label, unit, widest: wide, range: rangeOf(values, wide) };
  });
}

function nearestTo(
  image: ArrayLike<number>,
  recordings: readonly SimulatedRecording[],
): SimulatedRecording[] {
  const columns = Array.from(image, (_, m) => recordings.map(({ measures }) => measures[m]));
  const scales = columns.map((column) => ({
    center: mean(column),
    deviation: standardDeviation(column) || 1,
  }));
  const distances = recordings.map(({ measures }) =>
    scales.reduce((sum, { deviation }, m) => sum + ((measures[m] - image[m]) / deviation) ** 2, 0),
  );
  return recordings
    .map((recording, i) => ({ recording, distance: distances[i] }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, NEAREST)
    .map(({ recording }) => recording);
}

/** The middle of the values, widened, inside what was tried, and drawn by the same law. */
function rangeOf(values: Float64Array, widest: Prior): Prior {
  const isLog = typeof widest === "object" && "logUniform" in widest;
  const [forth, back] = isLog ? [Math.log, Math.exp] : [(x: number) => x, (x: number) => x];
  const sorted = values.map(forth).sort();
  const [from, to] = [quantileOfSorted(sorted, TRIMMED), quantileOfSorted(sorted, 1 - TRIMMED)];
  const margin = WIDENED * (to - from);
  const [least, most] = priorRange(widest);
  const three = (value: number) => Number(value.toPrecision(3));
  const low = three(Math.max(least, back(from - margin)));
  const high = three(Math.min(most, back(to + margin)));
  if (low >= high) return low;
  return isLog ? { logUniform: [low, high] } : { uniform: [low, high] };
}
