import type { BootstrapInterval } from "../../core/index.ts";
import { tableOf, type Column, type Table } from "../../report/index.ts";
import { PARTICLE_CLASSES } from "../classify/particle-class.ts";
import type { ClassPopulation, ParticleRow, Population } from "../population.ts";

/** All particles; a person may correct the classes, and train on image, x [px], y [px] and class. */
export function particleTable(rows: readonly ParticleRow[]): Table {
  return tableOf(rows, [
    { heading: "image", text: ({ imageName }) => imageName },
    { heading: "x", unit: "px", number: ({ xPx }) => xPx },
    { heading: "y", unit: "px", number: ({ yPx }) => yPx },
    { heading: "area", unit: "px", number: ({ areaPx }) => areaPx },
    { heading: "area", unit: "nm2", number: ({ areaNm2 }) => areaNm2 },
    { heading: "equivalent diameter", unit: "nm", number: (row) => row.equivalentDiameterNm },
    { heading: "circularity", number: ({ circularity }) => circularity },
    { heading: "aspect ratio", number: ({ aspectRatio }) => aspectRatio },
    { heading: "class", text: ({ predicted }) => predicted },
    { heading: "votes for class", number: ({ confidence }) => confidence },
    { heading: "votes for fault", number: ({ faultVotes }) => faultVotes },
    { heading: "true class", text: ({ truth }) => truth ?? "" },
  ]);
}

/** Size, shape and share of the classes, beside those of the true classes where they are known. */
export function classTable(found: Population, truth: Population | null): Table {
  const rows = found.classes.map((one, i) => ({ one, truth: truth?.classes[i] ?? null }));
  type Row = (typeof rows)[number];
  const column = (heading: string, of: (one: ClassPopulation) => BootstrapInterval, unit = "") => ({
    heading,
    unit,
    interval: ({ one }: Row) => of(one),
  });
  const ifTrue = (own: Column<Row>) => (truth === null ? [] : [own]);
  return tableOf(rows, [
    { heading: "class", text: ({ one }) => one.name },
    { heading: "found", number: ({ one }) => one.count },
    ...ifTrue({ heading: "true", number: (row) => row.truth?.count ?? null }),
    column("share", ({ share }) => share),
    column("mean diameter", ({ meanDiameterNm }) => meanDiameterNm, "nm"),
    ...ifTrue({ heading: "true mean", unit: "nm", interval: (row) => row.truth?.meanDiameterNm ?? null }),
    column("median", ({ medianDiameterNm }) => medianDiameterNm, "nm"),
    column("circularity", ({ meanCircularity }) => meanCircularity),
    column("aspect ratio", ({ meanAspectRatio }) => meanAspectRatio),
  ]);
}

const FAULT_STATISTICS = [
  { name: "share with a fault", of: (population: Population) => population.faultFraction },
  {
    name: "correlation of diameter and fault",
    of: (population: Population) => population.sizeFaultCorrelation,
  },
] as const;

/** Faults among particles with fringes, and how they go with size. */
export function faultTable(found: Population, truth: Population | null): Table {
  const columns: Column<(typeof FAULT_STATISTICS)[number]>[] = [
    { heading: "of particles with fringes", text: ({ name }) => name },
    { heading: "found", interval: ({ of }) => of(found) },
  ];
  if (truth !== null) columns.push({ heading: "from true classes", interval: ({ of }) => of(truth) });
  return tableOf(FAULT_STATISTICS, columns);
}

/** The statistics of a population, one number a row with its unit and 95 % interval. */
export function statisticsTable(population: Population): Table {
  const { classes } = population;
  const seen = classes.filter(({ name }) => name === "fault" || name === "no fault");
  const rows = [
    ...classes.flatMap(({ name, count, ...one }) => [
      { name, count, statistic: "share", unit: "1", value: one.share },
      { name, count, statistic: "mean diameter", unit: "nm", value: one.meanDiameterNm },
      { name, count, statistic: "median diameter", unit: "nm", value: one.medianDiameterNm },
      { name, count, statistic: "mean circularity", unit: "1", value: one.meanCircularity },
      { name, count, statistic: "mean aspect ratio", unit: "1", value: one.meanAspectRatio },
    ]),
    ...FAULT_STATISTICS.map(({ name: statistic, of }) => {
      const count = seen.reduce((sum, one) => sum + one.count, 0);
      return { name: "with fringes", count, statistic, unit: "1", value: of(population) };
    }),
  ];
  return tableOf(rows, [
    { heading: "class", text: ({ name }) => name },
    { heading: "particles", number: ({ count }) => count },
    { heading: "statistic", text: ({ statistic }) => statistic },
    { heading: "unit", text: ({ unit }) => unit },
    { heading: "value", interval: ({ value }) => value },
  ]);
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

/** Histograms of size and form by class, in steps of 0.5 nm and 0.05; steps without a particle are left out. */
export function histogramTable(rows: readonly ParticleRow[]): Table {
  const steps = HISTOGRAMS.flatMap(({ quantity, unit, step, of }) =>
    PARTICLE_CLASSES.flatMap((name) => {
      const counts = new Map<number, number>();
      for (const row of rows.filter(({ predicted }) => predicted === name)) {
        const bin = Math.floor(of(row) / step);
        counts.set(bin, (counts.get(bin) ?? 0) + 1);
      }
      const edge = (bin: number) => Number((bin * step).toFixed(2));
      return [...counts]
        .sort(([a], [b]) => a - b)
        .map(([bin, count]) => ({ quantity, unit, name, from: edge(bin), to: edge(bin + 1), count }));
    }),
  );
  return tableOf(steps, [
    { heading: "quantity", text: ({ quantity }) => quantity },
    { heading: "unit", text: ({ unit }) => unit },
    { heading: "class", text: ({ name }) => name },
    { heading: "from", number: ({ from }) => from },
    { heading: "to", number: ({ to }) => to },
    { heading: "particles", number: ({ count }) => count },
  ]);
}
