import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { unreadableInput, usageError } from "../core/index.ts";

/** Endings of the files that can be read as images. */
const IMAGE_ENDING = /\.(png|jpe?g|tiff?|dm[34]|ser|mrc|emd|hspy|h5|hdf5|npy)$/i;

/** Whether a file in a folder is an image, by its name. */
export const isImageName = (name: string): boolean => IMAGE_ENDING.test(name) && !name.startsWith(".");

/** The images that a path names: itself, or those in the folder, by name; hidden files (._a.png of macOS) are passed over. */
export function imageFiles(path: string): string[] {
  const action = "read images";
  if (!isFolder(path, action)) return [path];
  const files = readdirSync(path, { withFileTypes: true })
    // a pipe would be waited for
    .filter((entry) => isImageName(entry.name) && !entry.isFIFO() && !entry.isSocket())
    .map(({ name }) => name)
    .sort();
  if (files.length === 0) {
    throw usageError({ action, where: path }, "folder must hold images", "none");
  }
  return files.map((name) => join(path, name));
}

function isFolder(path: string, action: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (cause) {
    throw unreadableInput({ action, where: path }, "wanted an image or a folder", cause);
  }
}
