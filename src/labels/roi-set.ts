import { plainFileName } from "../core/index.ts";
import type { LabelShape } from "./annotation.ts";
import { encodeImageJRoi } from "./encode-imagej-roi.ts";
import { readImageJRoi } from "./read-imagej-roi.ts";
import { encodeZip, readZip } from "./zip-archive.ts";

const ROI_ENDING = /\.roi$/i;
/** Number that keeps names of one class apart. */
const NUMBER = /-\d+$/;

/**
 * Reads the regions that ImageJ's ROI manager saves as RoiSet.zip.
 *
 * @param bytes the archive
 * @param classOf class of a region by its name there, without the ending; by default the name without a number at its end ("pore-0012")
 * @returns the regions in the manager's order
 * @throws RangeError on damaged archives and regions, and where there is no region
 * @example
 * import { encodeRoiSet, readRoiSet } from "../src/labels/index.ts";
 * import { expect } from "vitest";
 * const shapes = [{ className: "pore", rings: [[1, 1, 4, 1, 4, 3, 1, 3]] }];
 * expect(readRoiSet(encodeRoiSet(shapes))).toEqual(shapes);
 */
export function readRoiSet(
  bytes: Uint8Array,
  classOf: (roiName: string) => string = (roiName) => roiName.replace(NUMBER, ""),
): LabelShape[] {
  const regions = readZip(bytes).filter(({ name }) => ROI_ENDING.test(name));
  if (regions.length === 0) throw new RangeError("RoiSet.zip must hold .roi files, got none");
  return regions.map(({ name, bytes: region }) => {
    try {
      return readImageJRoi(region, classOf(name.replace(ROI_ENDING, "")));
    } catch (cause) {
      throw new RangeError(`${(cause as Error).message} (${name})`, { cause });
    }
  });
}

/**
 * Writes regions as a RoiSet.zip, which ImageJ's ROI manager opens.
 *
 * @param shapes regions; each is named by its class and a number, so that they come back with their classes;
 *   what no file can be named is written "_"
 * @returns the archive
 * @throws RangeError for coordinates beyond ImageJ's 16 bits
 */
export function encodeRoiSet(shapes: readonly LabelShape[]): Uint8Array {
  const digits = Math.max(4, String(shapes.length).length);
  return encodeZip(
    shapes.map((shape, i) => ({
      name: `${plainFileName(shape.className)}-${String(i + 1).padStart(digits, "0")}.roi`,
      bytes: encodeImageJRoi(shape),
    })),
  );
}
