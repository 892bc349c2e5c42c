import { AGGREGATE_DESCRIPTORS, AGGREGATE_PARAMETERS } from "../../stochastic/index.ts";

/** Flags of the command line, and what the page has in their place. */
const IN_PAGE: readonly (readonly [RegExp, string])[] = [
  [/give it with --pixel-size/g, "type it under Pixel size, or draw along a scale bar"],
  [/--pixel-size/g, "Pixel size"],
  [/--beam-levels/g, "the beam levels"],
  [/named with --materials/g, "chosen under Material"],
  [/name them with --materials/g, "choose them under Material"],
  [/choose one with --frame N|--frame all takes all/g, "choose one under Frame"],
  [/; --keep-bar [^;.]*/g, ""],
  [/--max-memory GB allows more/g, "the command line with --max-memory GB allows more"],
];

/** A sentence of the command line as it reads in the page. */
export function inPageWords(text: string): string {
  return IN_PAGE.reduce((words, [flag, page]) => words.replace(flag, page), text);
}

const MEANINGS = new Map<string, string>(
  [...AGGREGATE_PARAMETERS, ...AGGREGATE_DESCRIPTORS].map(({ key, description }) => [key, description]),
);

/** What a quantity means, for who rests on its name; "" where nobody says. */
export const meaningOf = (key: string): string => MEANINGS.get(key) ?? "";

/** Where a pixel size is from. */
export const SOURCE_WORDS = {
  "by hand": "by hand",
  file: "metadata of the file",
  "scale bar": "scale bar read off the picture",
} as const;

/** A time as people say it. */
export const seconds = (ms: number): string => `${(ms / 1000).toFixed(ms < 9950 ? 1 : 0)} s`;
