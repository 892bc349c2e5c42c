import type { RandomStream } from "../core/index.ts";
import type { MicroscopeSettings } from "../stem-sim/index.ts";

/** The same aggregate imaged several times, as when the holder is turned between exposures. */
export interface ViewSeries {
  /** Tilts of the holder about x, as the microscope states them [degrees]. */
  readonly tiltsDeg: readonly number[];
  /** Standard deviation of how far the holder is from the angle that is stated [degrees]. */
  readonly angleErrorDeg: number;
  /** Standard deviation of the shift between views, along x and along y [nm]. */
  readonly shiftNm: number;
}

/** Samples that show one aggregate. */
export function viewCountOf(views: ViewSeries | undefined): number {
  return views?.tiltsDeg.length ?? 1;
}

/** Standard deviations of the angle's error that a prepared microscope must allow for. */
const MOST_SIGMAS = 6;

/** Least and largest tilt that views can have [degrees]. */
export function tiltRangeOf({ tiltsDeg, angleErrorDeg }: ViewSeries): readonly [number, number] {
  const margin = MOST_SIGMAS * angleErrorDeg;
  return [Math.max(-80, Math.min(...tiltsDeg) - margin), Math.min(80, Math.max(...tiltsDeg) + margin)];
}

/**
 * The settings of one view: those of the aggregate's first, tilted and shifted.
 *
 * @param rng stream of the view
 * @param views what is the same for all aggregates
 * @param settings of the untilted image
 * @param view number of the view, from 0
 */
export function inView(
  rng: RandomStream,
  views: ViewSeries,
  settings: MicroscopeSettings,
  view: number,
): MicroscopeSettings {
  const { angleErrorDeg, shiftNm, tiltsDeg } = views;
  const [low, high] = tiltRangeOf(views);
  const tiltDeg = tiltsDeg[view] + angleErrorDeg * rng.normal();
  return {
    ...settings,
    tiltDeg: Math.min(high, Math.max(low, tiltDeg)),
    offsetXNm: settings.offsetXNm + shiftNm * rng.normal(),
    offsetYNm: settings.offsetYNm + shiftNm * rng.normal(),
  };
}
