import { readDelimited } from "../core/index.ts";
import { annotatedImage, labelError } from "./annotation.ts";
import type { ImageAnnotation } from "./annotation.ts";

/**
 * Reads the polygon table of the Aachen-Heerlen annotated steel data set [iren2021]: semicolons between the columns
 * image_url, point and polygon (any capitals), polygons as Python lists of tuples, one polygon a row.
 *
 * @param text the whole file
 * @param fileName for error texts
 * @param className class of all polygons; the table does not name one
 * @returns one annotation an image, in the order of first appearance; names without folders
 * @throws RangeError naming the line
 * @example
 * import { readPolygonCsv } from "../src/labels/index.ts";
 * import { expect } from "vitest";
 * const text = "image_url;point;polygon\nIMG_00004.png;(4, 5);[(1, 2), (3, 4), (5, 6)]\n";
 * const [annotation] = readPolygonCsv(text, "poly.csv");
 * expect(annotation.imageName).toBe("IMG_00004.png");
 * expect(annotation.shapes[0].rings).toEqual([[1, 2, 3, 4, 5, 6]]);
 */
export function readPolygonCsv(text: string, fileName: string, className = "island"): ImageAnnotation[] {
  const columns = ["image_url", "polygon"] as const;
  const { lines } = readDelimited(text, { fileName, action: "read labels", columns });
  const byImage = new Map<string, number[][]>();
  for (const { line, cells } of lines) {
    const [image, polygon] = columns.map((column) => cells.get(column) ?? "");
    const ring = parsePythonPoints(polygon);
    if (image === "" || ring === null) {
      const wanted = `line ${line} must have an image and a list of three or more (x, y)`;
      throw labelError(fileName, wanted, JSON.stringify(`${image};${polygon}`.slice(0, 80)));
    }
    const imageName = annotatedImage(image, fileName);
    const rings = byImage.get(imageName) ?? [];
    rings.push(ring);
    byImage.set(imageName, rings);
  }
  return [...byImage].map(([imageName, rings]) => ({
    imageName,
    size: null,
    shapes: rings.map((ring) => ({ className, rings: [ring] })),
  }));
}

/** "[(1, 2), (3.5, 4)]" to flat numbers; null where it is anything else or has fewer than three points. */
function parsePythonPoints(cell: string): number[] | null {
  // no two parts in a row take the same character: cells have any length
  const number = String.raw`[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?`;
  const point = String.raw`[([]\s*${number}\s*,\s*${number}\s*[)\]]`;
  const isList = new RegExp(String.raw`^\s*[[(]\s*${point}(?:\s*,\s*${point})*\s*(?:,\s*)?[\])]\s*$`);
  if (!isList.test(cell)) return null;
  const values = [...cell.matchAll(new RegExp(number, "g"))].map(([text]) => Number(text));
  return values.length >= 6 ? values : null;
}
