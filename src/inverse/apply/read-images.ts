import { readFileSync } from "node:fs";
import type { GrayImage } from "../../core/index.ts";
import { frameImage, readMicrograph } from "../../micrograph/index.ts";
import type { StatedConditions } from "../../posterior/index.ts";
import { conditionsOfFile } from "./stated-conditions.ts";

/** An image file that was read. */
export interface ImageFile {
  readonly path: string;
  readonly image: GrayImage;
  /** What the file states of how it was taken; electrons per pixel of the file. */
  readonly stated?: StatedConditions;
  /** What was done to it since, for the person who has to believe the result. */
  readonly notes?: readonly string[];
}

/**
 * Reads image files.
 *
 * @param paths image files of any format that the suite reads
 * @returns the first frame of each, in order
 * @throws Error for the first file that is missing or is not an image
 */
export async function readImages(paths: readonly string[]): Promise<ImageFile[]> {
  const files: ImageFile[] = [];
  for (const path of paths) {
    const micrograph = await readMicrograph(readImageFile(path), path);
    files.push({ path, image: frameImage(micrograph), stated: conditionsOfFile(micrograph.metadata) });
  }
  return files;
}

function readImageFile(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const got = code === "ENOENT" ? "no such file" : String(code);
    throw new Error(`Cannot read image: wanted a micrograph, got ${got} (${path})`, { cause });
  }
}
