import { existsSync, readFileSync } from "node:fs";
import { usageError } from "../core/index.ts";
import type { ImageRequest } from "../micrograph/index.ts";
import type { FlagRecord } from "./command.ts";

/** Most turn of a holder between two views, and least [degrees]. */
const [MOST_TILT_DEG, LEAST_TILT_DEG] = [80, 5];
/** How far the angle of a frame may be from one that is asked for [degrees]. */
const NEAREST_DEG = 3;

/**
 * Reads the angles of `--tilts`: numbers with commas, or a file of one angle a line, as IMOD writes it (.tlt, .rawtlt).
 *
 * @param text of the flag
 * @returns angles in degrees, in the images' order
 * @throws RangeError for what are no angles of a holder
 */
export function parseTilts(text: string): number[] {
  const isFile = existsSync(text);
  const parts = isFile ? readFileSync(text, "utf8").trim().split(/\s+/) : text.split(",");
  const tilts = parts.map((part) => (part.trim() === "" ? NaN : Number(part)));
  if (tilts.every((tilt) => Math.abs(tilt) <= MOST_TILT_DEG)) return tilts;
  const got = isFile ? `${parts.find((_, i) => !(Math.abs(tilts[i]) <= MOST_TILT_DEG))} in ${text}` : text;
  throw new RangeError(
    `wanted angles from -${MOST_TILT_DEG} to ${MOST_TILT_DEG} such as -30,0,30, or a file of them, one a line, got ${got}`,
  );
}

/** The flags of several views of one aggregate. */
export const VIEW_FLAGS = {
  tilts: {
    value: "A,B,..",
    help: "tilt of the holder in each image, or in each frame of a tilt series, about the horizontal axis [degrees]; or a .tlt file",
    parse: parseTilts,
  },
  pick: {
    value: "A,B,..",
    help: "frames of a tilt series by their angles, as -30,0,30 (default: all)",
    parse: parseTilts,
  },
} satisfies FlagRecord;

/** The views of a call: which frames of which files, and their angles. */
export interface ViewPlan {
  /** Angles of the views, the first view's first [degrees]. */
  readonly tiltsDeg: readonly number[];
  /** How files are read: all frames of a tilt series. */
  readonly request: ImageRequest;
  /** Frames of the one file in the order of the views; null where each file is a view. */
  readonly frames: readonly number[] | null;
  /** Frames that the one file must have; null where each file is a view. */
  readonly frameCount: number | null;
}

/**
 * Plans the views of a call: a file a view, or frames of one file that holds a tilt series.
 *
 * @param files that are named
 * @param tilts angles as stated; one an image, or one a frame of the only file
 * @param options how files are read, and angles that are picked of a series
 * @throws UsageError where angles and images do not fit, or the views hardly differ
 */
export function planViews(
  files: readonly string[],
  tilts: readonly number[] | undefined,
  {
    action,
    request,
    picked,
  }: {
    /** What the command does, for errors. */
    readonly action: string;
    readonly request: ImageRequest;
    readonly picked: readonly number[] | undefined;
  },
): ViewPlan {
  const doing = { action };
  if (tilts === undefined) {
    if (files.length !== 1) {
      const wanted = "several images must have their tilts, as by --tilts";
      throw usageError(doing, wanted, `${files.length} images`);
    }
    return { tiltsDeg: [0], request, frames: null, frameCount: null };
  }
  const isSeries = files.length === 1 && tilts.length > 1;
  if (!isSeries && tilts.length !== files.length)
    throw usageError(doing, "--tilts must have one angle an image", `${tilts.length} for ${files.length}`);
  if (!isSeries) {
    if (picked !== undefined)
      throw usageError(doing, "--pick chooses among the frames of one file", `${files.length} files`);
    return { tiltsDeg: apart(tilts, doing), request, frames: null, frameCount: null };
  }
  const frames =
    picked === undefined ? [...tilts.keys()] : picked.map((angle) => nearestFrame(tilts, angle, doing));
  const tiltsDeg = apart(
    frames.map((frame) => tilts[frame]),
    doing,
  );
  return { tiltsDeg, request: { ...request, frame: "all" }, frames, frameCount: tilts.length };
}

interface Doing {
  readonly action: string;
}

function nearestFrame(tilts: readonly number[], angle: number, doing: Doing): number {
  const frame = tilts.reduce(
    (best, tilt, i) => (Math.abs(tilt - angle) < Math.abs(tilts[best] - angle) ? i : best),
    0,
  );
  if (Math.abs(tilts[frame] - angle) <= NEAREST_DEG) return frame;
  throw usageError(
    doing,
    `--pick must name angles within ${NEAREST_DEG} degrees of a frame's`,
    `${angle}, the nearest frame is at ${tilts[frame]}`,
  );
}

function apart(tilts: readonly number[], doing: Doing): readonly number[] {
  const near = tilts.slice(1).find((tilt) => Math.abs(tilt - tilts[0]) < LEAST_TILT_DEG);
  if (near === undefined) return tilts;
  throw usageError(
    doing,
    `further views must differ from the first by ${LEAST_TILT_DEG} degrees at least`,
    `${tilts[0]} and ${near}; --pick -30,0,30 chooses some frames of a tilt series`,
  );
}
