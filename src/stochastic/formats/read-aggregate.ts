import { usageError } from "../../core/index.ts";
import { splitFrames } from "./particle-frames.ts";
import { readFrame, type ReadFrame, type ReadFrameOptions } from "./read-frame.ts";

/** What a reader may be told beside the text. */
export interface ReadAggregateOptions extends ReadFrameOptions {
  /** Frame of a file that holds several, 0 first; the first by default, with a note. */
  readonly frame?: number | "all" | undefined;
}

/** An aggregate from a file that may hold several. */
export interface ReadAggregate extends ReadFrame {
  readonly frameIndex: number;
  readonly frameCount: number;
}

/**
 * Reads aggregates from text: XYZ, extended XYZ, or a table with commas, semicolons, tabs or blanks, as other programs write them.
 *
 * Columns are found by extended XYZ's Properties, by a heading, by a comment that names them, or by their number; units stand behind
 * names ("x [um]", "r/nm", "radius_nm"), in a row under them, in comments, in `units=`. Spheres that touch through the walls of a
 * periodic box (Lattice, pbc) are joined.
 *
 * @param text the file's text; lengths in nm where it states no unit
 * @param options name of the file; materials, unit and frame where the file does not tell or is to be overruled
 * @returns the frames that were asked for: aggregates about their centres of volume, notes on what was assumed, warnings of what is
 *   doubtful
 * @throws SyntaxError with file, line, wanted, got and remedy; UsageError for a frame that is not there
 * @example
 * import { readAggregates } from "../src/stochastic/index.ts";
 * import { expect } from "vitest";
 * const [one] = readAggregates("x [um],y [um],z [um],d [um],material\n1,2,3,0.01,WO3\n", { where: "one.csv" });
 * expect(one.aggregate.radiiNm[0]).toBe(5);
 */
export function readAggregates(text: string, options: ReadAggregateOptions): readonly ReadAggregate[] {
  const { frame: asked, where } = options;
  const frames = splitFrames(text, where);
  const frameCount = frames.length;
  const chosen = asked === "all" ? frames.map((_, k) => k) : [asked ?? 0];
  return chosen.map((frameIndex) => {
    if (frameIndex >= frameCount) {
      const wanted = `--frame must be from 0 to ${frameCount - 1}`;
      throw usageError({ action: "read aggregate", where }, wanted, String(frameIndex));
    }
    const read = readFrame(frames[frameIndex], options);
    const isUnasked = asked === undefined && frameCount > 1;
    const note = `frame 0 of ${frameCount}; others with --frame N, all with --frame all`;
    return { ...read, frameIndex, frameCount, notes: isUnasked ? [note, ...read.notes] : read.notes };
  });
}
