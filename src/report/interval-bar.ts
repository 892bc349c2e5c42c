import { html, type Html } from "./html.ts";

/** An answer on the range of what is possible. */
export interface IntervalBar {
  /** Ends of the bar, in the quantity's unit. */
  readonly range: readonly [number, number];
  readonly scale: "linear" | "log";
  readonly median: number;
  /** The narrow and the wide interval. */
  readonly intervals: readonly [readonly [number, number], readonly [number, number]];
  /** Where the truth lies, where it is known. */
  readonly truth?: number;
}

const [WIDTH_PX, HEIGHT_PX] = [220, 18];
/** Room for half a mark at each end [px]. */
const MARGIN_PX = 5;

/**
 * Draws an answer as a bar: the track is what is possible, the bands are the intervals, the line is the median, the diamond
 * the truth. What lies outside the track is drawn at its end.
 *
 * @param bar range, scale, median, intervals and truth
 * @returns an SVG element 220 px wide
 */
export function intervalBarHtml({ range, scale, median, intervals, truth }: IntervalBar): Html {
  const onScale = scale === "log" ? Math.log : (value: number) => value;
  const [low, high] = range.map(onScale);
  const placeOf = (value: number) => {
    const share = Math.min(1, Math.max(0, (onScale(value) - low) / (high - low)));
    return MARGIN_PX + share * (WIDTH_PX - 2 * MARGIN_PX);
  };
  const band = ([from, to]: readonly [number, number], colour: string, height: number) => {
    const [left, right] = [placeOf(from), placeOf(to)];
    return html`<rect
      x="${left.toFixed(1)}"
      y="${(HEIGHT_PX - height) / 2}"
      width="${(right - left).toFixed(1)}"
      height="${height}"
      fill="${colour}"
    />`;
  };
  const [narrow, wide] = intervals;
  return html`<svg width="${WIDTH_PX}" height="${HEIGHT_PX}" aria-hidden="true">
    ${band(range, "#ececec", 6)} ${band(wide, "#a9cfe4", 10)} ${band(narrow, "#3b8fc0", 10)}
    <rect x="${(placeOf(median) - 1).toFixed(1)}" y="2" width="2" height="14" fill="#10344a" />
    ${truth === undefined || !Number.isFinite(truth) ? html`` : diamond(placeOf(truth))}
  </svg>`;
}

function diamond(x: number): Html {
  const [left, right] = [x - 5, x + 5].map((place) => place.toFixed(1));
  return html`<path
    d="M${left} 9L${x.toFixed(1)} 4L${right} 9L${x.toFixed(1)} 14Z"
    fill="#d55e00"
    stroke="#fff"
  />`;
}
