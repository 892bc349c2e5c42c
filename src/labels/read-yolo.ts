import { boxRing, labelError } from "./annotation.ts";
import type { ImageAnnotation } from "./annotation.ts";

/** What a YOLO file does not say itself. */
export interface YoloContext {
  readonly imageName: string;
  /** Size of the image [px]; the file has shares of it. */
  readonly width: number;
  readonly height: number;
  /** Names by class number; missing ones become "class 0", ... */
  readonly classNames?: readonly string[];
}

/**
 * Reads YOLO labels of one image: lines "class xc yc w h" (boxes) or "class x1 y1 x2 y2 ..." (polygons) in shares of the
 * image's sides.
 *
 * @throws RangeError naming the line
 * @example
 * import { readYolo } from "../src/labels/read-yolo.ts";
 * import { expect } from "vitest";
 * const context = { imageName: "a.jpg", width: 100, height: 50, classNames: ["particle"] };
 * const { shapes } = readYolo("0 0.5 0.5 0.2 0.4", "a.txt", context);
 * expect(shapes).toEqual([{ className: "particle", rings: [[40, 15, 60, 15, 60, 35, 40, 35]] }]);
 */
export function readYolo(text: string, fileName: string, context: YoloContext): ImageAnnotation {
  const { imageName, width, height, classNames = [] } = context;
  const lines = text.split(/\r?\n/).map((line, index) => ({ words: line.trim().split(/\s+/), index }));
  const shapes = lines
    .filter(({ words }) => words[0] !== "")
    .map(({ words, index }) => {
      const [classId, ...shares] = words.map(Number);
      const isBox = shares.length === 4 || shares.length === 5; // a fifth number is the confidence
      const isPolygon = shares.length >= 6 && shares.length % 2 === 0;
      if (
        !Number.isInteger(classId) ||
        classId < 0 ||
        !shares.every(Number.isFinite) ||
        !(isBox || isPolygon)
      ) {
        const wanted = `line ${index + 1} must be a class and 4 numbers of a box or 6 and more of a polygon`;
        throw labelError(fileName, wanted, `"${words.join(" ").slice(0, 80)}"`);
      }
      const [xc, yc, w, h] = shares;
      const ring = isBox
        ? boxRing((xc - w / 2) * width, (yc - h / 2) * height, w * width, h * height)
        : shares.map((share, i) => share * (i % 2 === 0 ? width : height));
      return { className: classNames[classId] ?? `class ${classId}`, rings: [ring.map(roundSixth)] };
    });
  return { imageName, size: { width, height }, shapes };
}

/** Shares have about six digits; a millionth of a pixel hides their rounding. */
const roundSixth = (value: number) => Math.round(value * 1e6) / 1e6;
