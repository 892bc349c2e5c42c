import { UsageError } from "../core/index.ts";
import { openImageStack } from "./image-file.ts";
import type { ImageStack } from "./image-record.ts";
import type { ImageRequest } from "./image-request.ts";

/** A file, or a frame of one, that could not be used, and why. */
export interface FailedImage {
  readonly path: string;
  readonly reason: string;
}

/** Failures of a batch in their order, with the errors behind them. */
type Failures = (FailedImage & { readonly cause: Error })[];

/**
 * Does something with every frame that is asked for of every file. What cannot be read or used is told at the end; the others go on.
 *
 * @param paths of the files
 * @param requestOf what is asked of a file
 * @param use what is done with a frame; a RangeError, SyntaxError or UsageError of it is that frame's failure, any other ends all
 * @returns the failures, in the order of the files
 * @throws the failure itself where there is no other frame, and a list of all where none could be used
 */
export async function eachFrame(
  paths: readonly string[],
  requestOf: (path: string) => ImageRequest,
  use: (stack: ImageStack, frame: number) => Promise<void> | void,
): Promise<FailedImage[]> {
  const failures: Failures = [];
  let doneCount = 0;
  for (const path of paths) {
    await attempt(failures, path, async () => {
      const stack = await openImageStack(path, requestOf(path));
      for (const frame of stack.frames) {
        const name = stack.frames.length === 1 ? path : `${path} frame ${frame}`;
        await attempt(failures, name, async () => {
          await use(stack, frame);
          doneCount++;
        });
      }
    });
  }
  return failuresOf(failures, doneCount);
}

/**
 * Does something with each of several images or other files; as `eachFrame`, for those that are read already or otherwise.
 *
 * @param images with their paths
 * @param use what is done with one
 * @returns the failures, in the order of the images
 * @throws as `eachFrame`
 */
export async function eachImage<Image extends { readonly path: string }>(
  images: readonly Image[],
  use: (image: Image) => Promise<void>,
): Promise<FailedImage[]> {
  const failures: Failures = [];
  for (const image of images) await attempt(failures, image.path, () => use(image));
  return failuresOf(failures, images.length - failures.length);
}

async function attempt(failures: Failures, path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    if (!isOfTheFile(cause)) throw cause;
    const { message } = cause;
    failures.push({ path, reason: message.includes(path) ? message : `${path}: ${message}`, cause });
  }
}

function isOfTheFile(error: unknown): error is Error {
  return error instanceof RangeError || error instanceof SyntaxError || error instanceof UsageError;
}

function failuresOf(failures: Failures, doneCount: number): FailedImage[] {
  if (doneCount === 0 && failures.length === 1) throw failures[0].cause;
  if (doneCount === 0 && failures.length > 1) {
    const list = failures.map(({ reason }) => `\n  ${reason}`).join("");
    throw new RangeError(`Cannot use files: wanted one at least, got none of ${failures.length}:${list}`);
  }
  return failures.map(({ path, reason }) => ({ path, reason }));
}

/**
 * Notes of several images: a sentence that several share stands once.
 *
 * @param images names and notes
 * @returns sentences with the name, or the number, of their images, in their order
 * @example
 * import { sharedNotes } from "../src/micrograph/index.ts";
 * import { expect } from "vitest";
 * const images = [{ name: "a.tif", notes: ["turned"] }, { name: "b.tif", notes: ["turned", "cropped"] }];
 * expect(sharedNotes(images)).toEqual(["turned (2 images, a.tif the first)", "b.tif: cropped"]);
 */
export function sharedNotes(
  images: readonly { readonly name: string; readonly notes: readonly string[] }[],
): string[] {
  const names = new Map<string, string[]>();
  for (const { name, notes } of images) {
    for (const note of new Set(notes)) names.set(note, [...(names.get(note) ?? []), name]);
  }
  return [...names].map(([note, [first, ...others]]) =>
    others.length === 0 ? `${first}: ${note}` : `${note} (${others.length + 1} images, ${first} the first)`,
  );
}
