import { rangeError, readDelimited } from "../../core/index.ts";
import { PARTICLE_CLASSES, type ParticleClass } from "../classify/particle-class.ts";

/** A person's word on what the particle under a point shows. */
export interface ClassMark {
  /** Pixel of the image as it is stored. */
  readonly xPx: number;
  readonly yPx: number;
  readonly shows: ParticleClass;
}

const COLUMNS = ["image", "x [px]", "y [px]", "class"] as const;

/**
 * Reads classes of particles from CSV: the columns image, x [px], y [px] and class of the table that `hrtem apply` writes, so that
 * a corrected table serves as labels. Other columns are not read.
 *
 * @throws RangeError naming file and line: a missing column, a place that is no number, an unknown class
 * @example
 * import { readClassMarks } from "../src/hrtem/labelled/class-marks.ts";
 * import { expect } from "vitest";
 * const marks = readClassMarks("image,x [px],y [px],class\na.png,10,20,fault\n", "classes.csv");
 * expect(marks.get("a.png")).toEqual([{ xPx: 10, yPx: 20, shows: "fault" }]);
 */
export function readClassMarks(text: string, fileName: string): Map<string, ClassMark[]> {
  const { lines } = readDelimited(text, { fileName, action: "read classes", columns: COLUMNS });
  const marks = new Map<string, ClassMark[]>();
  for (const { line, cells } of lines) {
    const [image, x, y, shows] = COLUMNS.map((column) => cells.get(column) ?? "");
    const mark = { xPx: Number(x), yPx: Number(y), shows: shows as ParticleClass };
    const [where, at] = [`${fileName}, line ${line}`, `${x}, ${y}`];
    if (x === "" || y === "" || !Number.isFinite(mark.xPx + mark.yPx)) {
      throw wrong(where, "x [px] and y [px] must be numbers", at);
    }
    if (!PARTICLE_CLASSES.includes(mark.shows)) {
      throw wrong(where, `class must be one of ${PARTICLE_CLASSES.join(", ")}`, shows);
    }
    marks.set(image, [...(marks.get(image) ?? []), mark]);
  }
  return marks;
}

function wrong(where: string, wanted: string, got: string): RangeError {
  return rangeError({ action: "read classes", where }, wanted, got);
}
