import * as Plot from "@observablehq/plot";
import { COLORS } from "./figures.ts";
import { plotFigure, type Figure } from "./plot-figure.ts";
import { tableOf } from "./table.ts";

/** Two samples of one quantity. */
export interface DistributionData {
  readonly title: string;
  readonly unit: string;
  /** The first is drawn filled, the second as an outline over it. */
  readonly samples: readonly [NamedSample, NamedSample];
  /** Printed under the title, such as "distance 4 %". */
  readonly note: string;
}

/** Values and what they are called. */
export interface NamedSample {
  readonly name: string;
  readonly values: readonly number[];
}

/**
 * Draws two distributions over each other.
 *
 * @param data two samples with title, unit and note
 * @returns a small figure, 300 px wide
 */
export function distributionFigure({ title, unit, samples, note }: DistributionData): Figure {
  const [first, second] = samples;
  const label = unit === "" ? null : `[${unit}]`;
  const bins = { thresholds: 24, domain: rangeOf([...first.values, ...second.values]) };
  const share = { y: "proportion" } as const;
  return plotFigure(
    {
      width: 300,
      height: 236,
      marginLeft: 48,
      marginBottom: 38,
      marginTop: 62,
      x: { label, labelAnchor: "center", labelArrow: "none", ticks: 5 },
      y: { label: "share [%]", labelAnchor: "center", labelArrow: "none", ticks: 4, percent: true },
      marks: [
        Plot.rectY(first.values, {
          ...Plot.binX(share, { ...bins, x: (value: number) => value }),
          fill: COLORS.first,
          fillOpacity: 0.4,
          inset: 0,
        }),
        Plot.rectY(second.values, {
          ...Plot.binX(share, { ...bins, x: (value: number) => value }),
          fill: "none",
          stroke: COLORS.second,
          strokeWidth: 1.5,
          inset: 0,
        }),
        Plot.ruleY([0], { stroke: COLORS.line }),
        Plot.text([title], { frameAnchor: "top-left", dy: -56, dx: -40, fontWeight: "bold", fontSize: 12 }),
        Plot.text([note], { frameAnchor: "top-left", dy: -41, dx: -40, fill: COLORS.line }),
        Plot.text([`\u25a0 ${first.name}`], {
          frameAnchor: "top-left",
          dy: -24,
          dx: -40,
          fill: COLORS.first,
        }),
        Plot.text([`\u25a1 ${second.name}`], { frameAnchor: "top-right", dy: -24, fill: COLORS.second }),
      ],
    },
    {
      caption: `${title}: distribution of ${first.values.length} values ${first.name} (filled) and ${second.values.length} ${second.name} (outline), percent. ${note}`,
      data: tableOf(
        samples.flatMap(({ name, values }) => values.map((value) => ({ name, value }))),
        [
          { heading: "sample", text: ({ name }) => name },
          { heading: title, unit, number: ({ value }) => value },
        ],
      ),
    },
  );
}

function rangeOf(values: readonly number[]): [number, number] {
  return [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
}
