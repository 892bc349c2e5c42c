import { counted, failureText, usageError } from "../core/index.ts";
import { imageFiles } from "../micrograph/index.ts";
import type { SourceImage } from "../inverse/index.ts";
import { openSources, type OpenedSources, type SourceRequest } from "./open-sources.ts";
import { planViews } from "./tilts.ts";

/** Views of one aggregate, in the order of their tilts. */
export interface OpenedViews {
  readonly files: readonly SourceImage[];
  /** One a file [degrees]. */
  readonly tiltsDeg: readonly number[];
}

/** What a call says of its views. */
interface ViewWords {
  readonly tilts: readonly number[];
  readonly pick: readonly number[] | undefined;
}

/**
 * Reads the images of a call whose images are views of one aggregate: files, or frames of a tilt series.
 *
 * @param paths as they are named
 * @param source how images are read
 * @param words angles
 * @throws UsageError where angles and images do not fit
 * @throws RangeError where a view cannot be read: answers of the others would be of other angles than were asked for
 */
export async function openViews(
  paths: readonly string[],
  source: SourceRequest,
  { tilts, pick }: ViewWords,
): Promise<OpenedViews> {
  const { action } = source;
  const names = paths.flatMap(imageFiles);
  const plan = planViews(names, tilts, { action, request: source.request, picked: pick });
  const { files, unread }: OpenedSources = await openSources(names, { ...source, request: plan.request });
  if (unread.length > 0) {
    const [{ path, reason }] = unread;
    throw new RangeError(failureText({ action, where: path }, "every view must be readable", reason));
  }
  if (plan.frameCount !== null && files.length !== plan.frameCount) {
    const got = `${plan.frameCount} for ${counted(files.length, "frame")}`;
    throw usageError({ action, where: names[0] }, "--tilts must have one angle a frame", got);
  }
  const chosen = plan.frames === null ? files : plan.frames.map((frame) => files[frame]);
  return { files: chosen, tiltsDeg: plan.tiltsDeg };
}
