import { wilsonInterval } from "../../core/index.ts";
import { curvesFigure, figureHtml, histogramFigure, html, tableHtml, type Html } from "../../report/index.ts";
import type { ParticleRow, Population } from "../population.ts";
import { classTable, faultTable } from "./population-tables.ts";

/** Particles with their statistics, and those of the true classes where they are known. */
export interface PopulationData {
  readonly rows: readonly ParticleRow[];
  readonly population: Population;
  readonly truePopulation: Population | null;
}

/** Classes whose sizes get a histogram. */
const SIZED_CLASSES = ["no fault", "fault", "no fringe"] as const;
/** With fewer particles a quarter of them says nothing. */
const LEAST_FOR_CURVE = 12;

/** Size, shape and faults by class with intervals, how faults go with size, histograms. */
export function populationSection({ rows, population, truePopulation }: PopulationData): Html {
  const of = (name: string, quantity: (row: ParticleRow) => number) =>
    rows.filter(({ predicted }) => predicted === name).map(quantity);
  const seen = SIZED_CLASSES.filter((name) => of(name, () => 1).length > 0);
  const histogram = (title: string, unit: string, values: readonly number[]) =>
    figureHtml(histogramFigure({ title, unit, values, counted: "particles" }));
  return html`${tableHtml(classTable(population, truePopulation))}
    ${tableHtml(faultTable(population, truePopulation))}
    <div class="grid">
      ${seen.map((name) =>
        histogram(
          `diameter, ${name}`,
          "nm",
          of(name, (row) => row.equivalentDiameterNm),
        ),
      )}
    </div>
    <div class="grid">
      ${seen.map((name) =>
        histogram(
          `circularity, ${name}`,
          "",
          of(name, (row) => row.circularity),
        ),
      )}
    </div>
    ${faultCurve(rows)}`;
}

/** Share of faults in quarters of the diameters. */
function faultCurve(rows: readonly ParticleRow[]): Html {
  const seen = rows
    .filter(({ predicted }) => predicted === "fault" || predicted === "no fault")
    .sort((a, b) => a.equivalentDiameterNm - b.equivalentDiameterNm);
  if (seen.length < LEAST_FOR_CURVE) return html``;
  const points = [0, 1, 2, 3].map((part) => {
    const slice = seen.slice((part * seen.length) / 4, ((part + 1) * seen.length) / 4);
    const mid = slice[Math.floor(slice.length / 2)].equivalentDiameterNm;
    const faultCount = slice.filter(({ predicted }) => predicted === "fault").length;
    const interval = wilsonInterval(faultCount, slice.length);
    return { x: mid, y: faultCount / slice.length, interval };
  });
  return figureHtml(
    curvesFigure({
      curves: [{ name: "faults", points }],
      axes: ["diameter [nm], quarters of the particles", "share with a fault"],
      caption:
        "Share of particles with a visible fault against their diameter, by quarters of the particles with fringes; 95 % intervals.",
    }),
  );
}
