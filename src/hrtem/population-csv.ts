import type { BootstrapInterval } from "../core/index.ts";
import { PARTICLE_CLASSES } from "./classify/particle-class.ts";
import type { ParticleRow, Population } from "./population.ts";

/** Columns of the particle table, with units. */
const PARTICLE_COLUMNS =
  "image,x [px],y [px],area [px],area [nm2],equivalent diameter [nm],circularity,aspect ratio,class,votes for class,votes for fault,true class";

/**
 * The particle table as CSV, units in the header.
 *
 * @param rows particles
 * @returns text with a final newline
 */
export function populationCsv(rows: readonly ParticleRow[]): string {
  const lines = rows.map((row) =>
    [
      `"${row.imageName.replaceAll('"', '""')}"`,
      row.xPx.toFixed(1),
      row.yPx.toFixed(1),
      row.areaPx.toFixed(0),
      row.areaNm2.toFixed(3),
      row.equivalentDiameterNm.toFixed(3),
      row.circularity.toFixed(3),
      row.aspectRatio.toFixed(3),
      row.predicted,
      row.confidence.toFixed(3),
      row.faultVotes.toFixed(3),
      row.truth ?? "",
    ].join(","),
  );
  return `${[PARTICLE_COLUMNS, ...lines].join("\n")}\n`;
}

/**
 * The statistics of a population as CSV, one number a line with its 95 % interval; empty cells where there is no value.
 *
 * @param population of describePopulation
 * @returns text with a final newline
 */
export function statisticsCsv({ classes, faultFraction, sizeFaultCorrelation }: Population): string {
  const line = (of: string, count: number | "", statistic: string, unit: string, value: BootstrapInterval) =>
    [of, count, statistic, unit, ...[value.value, value.low, value.high].map(cellOf)].join(",");
  const lines = classes.flatMap((one) => [
    line(one.name, one.count, "share", "1", one.share),
    line(one.name, one.count, "mean diameter", "nm", one.meanDiameterNm),
    line(one.name, one.count, "median diameter", "nm", one.medianDiameterNm),
    line(one.name, one.count, "mean circularity", "1", one.meanCircularity),
    line(one.name, one.count, "mean aspect ratio", "1", one.meanAspectRatio),
  ]);
  const seen = classes.reduce(
    (sum, { name, count }) => sum + (name === "fault" || name === "no fault" ? count : 0),
    0,
  );
  return `${[
    "class,particles,statistic,unit,value,95 % from,95 % to",
    ...lines,
    line("with fringes", seen, "share with a fault", "1", faultFraction),
    line("with fringes", seen, "correlation of diameter and fault", "1", sizeFaultCorrelation),
  ].join("\n")}\n`;
}

function cellOf(value: number): string {
  return Number.isFinite(value) ? value.toFixed(4) : "";
}

/** What has a histogram, and its steps. */
const HISTOGRAMS = [
  {
    quantity: "equivalent diameter",
    unit: "nm",
    step: 0.5,
    of: (row: ParticleRow) => row.equivalentDiameterNm,
  },
  { quantity: "circularity", unit: "1", step: 0.05, of: (row: ParticleRow) => row.circularity },
] as const;

/**
 * Histograms of size and form by class as CSV, in steps of 0.5 nm and 0.05; steps without a particle are left out.
 *
 * @param rows particles
 * @returns text with a final newline
 */
export function histogramsCsv(rows: readonly ParticleRow[]): string {
  const lines = HISTOGRAMS.flatMap(({ quantity, unit, step, of }) =>
    PARTICLE_CLASSES.flatMap((name) => {
      const counts = new Map<number, number>();
      for (const row of rows.filter(({ predicted }) => predicted === name)) {
        const bin = Math.floor(of(row) / step);
        counts.set(bin, (counts.get(bin) ?? 0) + 1);
      }
      return [...counts]
        .sort(([a], [b]) => a - b)
        .map(([bin, count]) =>
          [quantity, unit, name, (bin * step).toFixed(2), ((bin + 1) * step).toFixed(2), count].join(","),
        );
    }),
  );
  return `${["quantity,unit,class,from,to,particles", ...lines].join("\n")}\n`;
}
