import {
  curvesFigure,
  figureHtml,
  histogramFigure,
  html,
  tableHtml,
  type Column,
  type Html,
} from "../../report/index.ts";
import type { ClassPopulation, ParticleRow, Population } from "../population.ts";
import { intervalText } from "./interval-text.ts";

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
    figureHtml(histogramFigure({ title, unit, values }));
  return html`${classTable(population, truePopulation)} ${faultTable(population, truePopulation)}
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

interface ClassPair {
  readonly one: ClassPopulation;
  readonly truth: ClassPopulation | undefined;
}

function classTable(found: Population, truth: Population | null): Html {
  const rows = found.classes.map((one, i): ClassPair => ({ one, truth: truth?.classes[i] }));
  const number = (heading: string, cell: (row: ClassPair) => string): Column<ClassPair> => ({
    heading,
    cell,
    isNumber: true,
  });
  const trueColumn = (heading: string, cell: (truth: ClassPopulation) => string) =>
    truth === null ? [] : [number(heading, (row) => (row.truth === undefined ? "–" : cell(row.truth)))];
  return tableHtml(rows, [
    { heading: "class", cell: ({ one }) => one.name },
    number("found", ({ one }) => String(one.count)),
    ...trueColumn("true", ({ count }) => String(count)),
    number("share", ({ one }) => intervalText(one.share)),
    number("mean diameter [nm]", ({ one }) => intervalText(one.meanDiameterNm)),
    ...trueColumn("true mean [nm]", ({ meanDiameterNm }) => intervalText(meanDiameterNm)),
    number("median [nm]", ({ one }) => intervalText(one.medianDiameterNm)),
    number("circularity", ({ one }) => intervalText(one.meanCircularity)),
    number("aspect ratio", ({ one }) => intervalText(one.meanAspectRatio)),
  ]);
}

function faultTable(found: Population, truth: Population | null): Html {
  const rows = [
    { name: "faults among particles with fringes", of: (p: Population) => p.faultFraction },
    { name: "correlation of diameter and fault", of: (p: Population) => p.sizeFaultCorrelation },
  ];
  return tableHtml(rows, [
    { heading: "statistic", cell: ({ name }) => name },
    { heading: "found", cell: ({ of }) => intervalText(of(found)), isNumber: true },
    ...(truth === null
      ? []
      : [
          {
            heading: "from true classes",
            cell: ({ of }: (typeof rows)[number]) => intervalText(of(truth)),
            isNumber: true,
          },
        ]),
  ]);
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
    return { x: mid, y: slice.filter(({ predicted }) => predicted === "fault").length / slice.length };
  });
  return figureHtml(
    curvesFigure({
      curves: [{ name: "faults", points }],
      axes: ["diameter [nm], quarters of the particles", "share with a fault"],
      caption:
        "Share of particles with a visible fault against their diameter, by quarters of the particles with fringes.",
    }),
  );
}
