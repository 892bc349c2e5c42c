import { writeFileSync } from "node:fs";
import { counted, mean, quantile } from "../../core/index.ts";
import {
  AGGREGATE_DESCRIPTORS,
  describeAggregate,
  describeMixing,
  describeMorphology,
  describeProjection,
  MIXING_DESCRIPTORS,
  MORPHOLOGY_DESCRIPTORS,
  projectedShareSecond,
  PROJECTED_SHARE_SECOND,
  projectMask,
  PROJECTION_DESCRIPTORS,
} from "../../stochastic/index.ts";
import type { Aggregate, DescriptorInfo } from "../../stochastic/index.ts";
import { defineCommand } from "../command.ts";
import { curvesCsv, descriptorCurves, type CurvePoint } from "../descriptor-curves.ts";
import { shareUpTo } from "../flags.ts";
import { AGGREGATE_COUNT_FLAG, AGGREGATES_ARGUMENT, openAggregates } from "../open-aggregates.ts";
import { shortNumber, textTable } from "../../report/index.ts";

/** All scalar descriptors, in the order of the table's columns. */
const DESCRIPTORS: readonly DescriptorInfo<string>[] = [
  ...AGGREGATE_DESCRIPTORS,
  ...MIXING_DESCRIPTORS,
  ...MORPHOLOGY_DESCRIPTORS,
  PROJECTED_SHARE_SECOND,
  ...PROJECTION_DESCRIPTORS,
];
/** Pixels along the longer side of the projection that 2D descriptors are taken from. */
const PROJECTION_PX = 400;

/** `heterostem describe`: aggregates to a table of descriptors. */
export const describeCommand = defineCommand({
  name: "describe",
  summary: "Describe aggregates in 3D and in projection: one row each, as CSV with units",
  arguments: { aggregates: AGGREGATES_ARGUMENT },
  flags: {
    out: { value: "FILE", help: "write the table there as CSV" },
    curves: {
      value: "FILE",
      help: "write covariances, chord lengths, pair densities, distributions there",
    },
    count: AGGREGATE_COUNT_FLAG,
    contactTolerance: {
      value: "SHARE",
      help: "gap that still counts as contact, as a share of the sum of radii",
      parse: shareUpTo(1),
      default: 0.001,
    },
  },
  example: "describe configs/tio2-wo3.yaml --count 20",
  run({ arguments: { aggregates: paths }, flags }, { startStage }) {
    const { out, count, contactTolerance } = flags;
    const stage = startStage("Describing aggregates", (count ?? 1) * paths.length);
    const rows: DescribedAggregate[] = [];
    const curves: (CurvePoint & { readonly aggregate: string })[] = [];
    for (const path of paths) {
      for (const { name, aggregate } of openAggregates(path, { first: 0, count })) {
        rows.push({ name, values: descriptorsOf(aggregate, contactTolerance) });
        if (flags.curves !== undefined) {
          const points = descriptorCurves(name, aggregate, contactTolerance);
          curves.push(...points.map((point) => ({ aggregate: name, ...point })));
        }
        stage.update(rows.length);
      }
    }
    stage.finish(counted(rows.length, "aggregate"));
    if (out !== undefined) writeFileSync(out, csvOf(rows));
    if (flags.curves !== undefined) writeFileSync(flags.curves, curvesCsv(curves));
    const head = `${counted(rows.length, "aggregate")}, contacts within ${contactTolerance} of the sum of radii`;
    const text = [out === undefined ? head : `${head}; table in ${out}`, "", summaryTable(rows)].join("\n");
    return Promise.resolve({ text, json: { contactTolerance, descriptors: DESCRIPTORS, aggregates: rows } });
  },
});

interface DescribedAggregate {
  readonly name: string;
  readonly values: Readonly<Record<string, number>>;
}

function descriptorsOf(aggregate: Aggregate, contactTolerance: number): Record<string, number> {
  const morphology = describeMorphology(aggregate);
  const pixelSizeNm = morphology.maximumLengthNm / PROJECTION_PX;
  return {
    ...describeAggregate(aggregate, { contactTolerance }),
    ...describeMixing(aggregate, { contactTolerance }),
    ...morphology,
    projectedShareSecond: projectedShareSecond(aggregate, pixelSizeNm),
    ...describeProjection(projectMask(aggregate, pixelSizeNm)),
  };
}

/** The column's name with its unit, unless the unit is part of the name already. */
function heading({ key, unit }: DescriptorInfo<string>): string {
  return unit === "" ? key : `${key} [${unit}]`;
}

function csvOf(rows: readonly DescribedAggregate[]): string {
  const head = ["aggregate", ...DESCRIPTORS.map(heading)].join(",");
  const cell = (value: number) => (Number.isFinite(value) ? String(value) : "");
  const lines = rows.map(({ name, values }) =>
    [name, ...DESCRIPTORS.map(({ key }) => cell(values[key]))].join(","),
  );
  return `${[head, ...lines].join("\n")}\n`;
}

function summaryTable(rows: readonly DescribedAggregate[]): string {
  const column = (key: string) => rows.map(({ values }) => values[key]).filter(Number.isFinite);
  const at = (probability: number) => (info: DescriptorInfo<string>) =>
    shortNumber(quantile(column(info.key), probability));
  return textTable(DESCRIPTORS, [
    { heading: "descriptor", cell: ({ label, unit }) => (unit === "" ? label : `${label} [${unit}]`) },
    { heading: "mean", cell: ({ key }) => shortNumber(mean(column(key))), isNumber: true },
    { heading: "5 %", cell: at(0.05), isNumber: true },
    { heading: "median", cell: at(0.5), isNumber: true },
    { heading: "95 %", cell: at(0.95), isNumber: true },
  ]);
}
