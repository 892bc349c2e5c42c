import * as Plot from "@observablehq/plot";
import { plotFigure, type Figure } from "./plot-figure.ts";
import { tableOf } from "./table.ts";
import { nameWithUnit } from "./value-text.ts";

/** Colour-blind safe pair and greys (Okabe and Ito's palette). */
export const COLORS = {
  first: "#0072B2",
  second: "#D55E00",
  third: "#009E73",
  line: "#444444",
  faint: "#bbbbbb",
} as const;

/** Values found against values that should have been found. */
export interface AgreementData {
  readonly title: string;
  readonly unit: string;
  readonly truth: readonly number[];
  readonly predicted: readonly number[];
  readonly scale: "linear" | "log";
  /** Words for the axes, such as ["true", "predicted"]. */
  readonly axes: readonly [string, string];
  /** Short figures printed into the corner, such as "R² 0.91". */
  readonly note: string;
}

/**
 * Draws predicted against true with the line of perfect agreement.
 *
 * @param data pairs, unit and words
 * @returns a square figure, 300 px wide
 */
export function agreementFigure(data: AgreementData): Figure {
  const { title, unit, truth, predicted, scale, axes, note } = data;
  const points = truth.map((x, i) => ({ x, y: predicted[i] }));
  const low = Math.min(...truth, ...predicted);
  const high = Math.max(...truth, ...predicted);
  const axis = {
    type: scale,
    domain: [low, high],
    nice: scale === "linear",
    grid: true,
    ticks: 5,
    labelArrow: "none",
  } as const;
  return plotFigure(
    {
      width: 300,
      height: 302,
      marginLeft: 48,
      marginBottom: 38,
      marginTop: 46,
      x: { ...axis, label: nameWithUnit(axes[0], unit), labelAnchor: "center", ...logTicks(scale) },
      y: { ...axis, label: nameWithUnit(axes[1], unit), labelAnchor: "center", ...logTicks(scale) },
      marks: [
        Plot.line(
          [
            { x: low, y: low },
            { x: high, y: high },
          ],
          { x: "x", y: "y", stroke: COLORS.line, strokeDasharray: "4,3" },
        ),
        Plot.dot(points, { x: "x", y: "y", r: 2, fill: COLORS.first, fillOpacity: 0.5 }),
        Plot.text([title], { frameAnchor: "top-left", dy: -40, dx: -40, fontWeight: "bold", fontSize: 12 }),
        Plot.text([note], { frameAnchor: "top-left", dy: -25, dx: -40, fill: COLORS.line }),
      ],
    },
    {
      caption: `${title}: ${axes[1]} against ${nameWithUnit(axes[0], unit)}, ${points.length} images; dashed: perfect agreement. ${note}`,
      data: tableOf(points, [
        { heading: axes[0], unit, number: ({ x }) => x },
        { heading: axes[1], unit, number: ({ y }) => y },
      ]),
    },
  );
}

function logTicks(scale: "linear" | "log"): object {
  return scale === "log" ? { tickFormat: "~g" } : {};
}

/** One point of a training run. */
export interface LossPoint {
  readonly step: number;
  readonly loss: number;
  readonly set: "training" | "validation";
}

/**
 * Draws the learning curve of a training run, training and validation loss against steps.
 *
 * @param points losses on one scale
 * @param lossLabel what the loss is, such as "mean squared error of standardised targets"
 * @returns a figure, 900 px wide, with its legend inside
 */
export function learningCurveFigure(points: readonly LossPoint[], lossLabel: string): Figure {
  const color = (point: LossPoint) => (point.set === "training" ? COLORS.first : COLORS.second);
  return plotFigure(
    {
      width: 900,
      height: 320,
      marginRight: 110,
      marginLeft: 50,
      x: { label: "training step", labelAnchor: "center", labelArrow: "none" },
      y: { label: lossLabel, grid: true, zero: true, ticks: 5, labelArrow: "none" },
      marks: [
        Plot.line(points, { x: "step", y: "loss", z: "set", stroke: color, strokeWidth: 1.5 }),
        ...(["training", "validation"] as const).map((set, row) =>
          Plot.text([legendText(points, set)], {
            frameAnchor: "top-right",
            dx: 100,
            dy: 4 + 16 * row,
            fill: set === "training" ? COLORS.first : COLORS.second,
            fontWeight: "bold",
          }),
        ),
      ],
    },
    {
      caption: `Learning curve: ${lossLabel} against training step, training and validation set.`,
      data: tableOf(points, [
        { heading: "training step", number: ({ step }) => step },
        { heading: "set", text: ({ set }) => set },
        { heading: lossLabel, number: ({ loss }) => loss },
      ]),
    },
  );
}

function legendText(points: readonly LossPoint[], set: LossPoint["set"]): string {
  const last = points.findLast((point) => point.set === set);
  return last === undefined ? "" : `${set} ${last.loss.toFixed(3)}`;
}
