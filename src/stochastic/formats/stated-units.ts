import { lengthInNm } from "../../core/index.ts";

/** Nanometres in a unit of length as people spell it; null where it is none. */
export function nmPerUnit(unit: string): number | null {
  const text = unit.normalize("NFC").trim();
  // one letter means another unit in capitals, more letters do not
  return lengthInNm(1, text) ?? (text.length > 1 ? lengthInNm(1, text.toLowerCase()) : null);
}

/** "nm" of "[nm]" and "(nm)". */
export function bareUnit(text: string): string {
  return text.replaceAll(/^[[({]|[\])}]$/g, "").trim();
}

/** Units as error texts list them. */
export const KNOWN_UNITS = "nm, um, A, pm, mm, m";

/** A column's heading: its name, and the unit behind it, null without. */
export interface NamedColumn {
  readonly name: string;
  readonly unit: string | null;
}

/** Longest heading and comment that are searched for units [characters]: the search takes time by the square of their length. */
const LONGEST_HEADING = 100;
const LONGEST_COMMENT = 1000;

/** Splits "x [um]", "radius (nm)", "r/nm", "x_nm", "radius in nm" and "xNm" into name and unit. */
export function nameAndUnit(heading: string): NamedColumn {
  if (heading.length > LONGEST_HEADING) return { name: heading, unit: null };
  const bracketed =
    /^(.*?)\s*[[({<]([^\])}>]*)[\])}>]$/.exec(heading) ?? /^(.*?)\s*\/\s*([^/\d]+)$/.exec(heading);
  if (bracketed !== null) return { name: bracketed[1], unit: bracketed[2].trim() };
  const behind =
    /^(.+?)[\s_-]+(?:in[\s_]+)?([^\s_-]+)$/.exec(heading) ?? /^([a-z]\w*?)(Nm|Um)$/.exec(heading);
  if (behind === null || nmPerUnit(behind[2]) === null) return { name: heading, unit: null };
  return { name: behind[1], unit: behind[2] };
}

/** A line of a file, from 1. */
interface Comment {
  readonly lineNumber: number;
  readonly text: string;
}

/** A unit with the line that states it. */
export interface StatedUnit {
  readonly unit: string;
  readonly lineNumber: number;
}

/** `units="A"`, `length_unit: um`: what follows should be a unit of length. */
const KEYED = /\b(?:length_?)?units?\s*[=:]\s*["'[(]?\s*([^\s"'\])},;]+)/i;
/** "all lengths in nm", "units are um", "[nm]": a unit where it is one, else any other word. */
const LOOSE = /(?<=\b(?:in|are|is|units?)\s+)[^\s,;.)\]]+|(?<=[[(]\s*)[^\s\])]+(?=\s*[\])])/gi;

/** The unit that comments state for all lengths; null where none does. */
export function unitOfComments(comments: readonly Comment[]): StatedUnit | null {
  for (const { text, lineNumber } of comments) {
    const keyed = KEYED.exec(text.slice(0, LONGEST_COMMENT))?.[1];
    if (keyed !== undefined) return { unit: keyed, lineNumber };
  }
  for (const { text, lineNumber } of comments) {
    // "in" itself follows "are" and would be inches
    const unit = text
      .slice(0, LONGEST_COMMENT)
      .match(LOOSE)
      ?.find((word) => word !== "in" && nmPerUnit(word) !== null);
    if (unit !== undefined) return { unit, lineNumber };
  }
  return null;
}
