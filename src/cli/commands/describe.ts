import { resolve } from "node:path";
import { counted, mean, quantile, usageError } from "../../core/index.ts";
import {
  AGGREGATE_DESCRIPTORS,
  describeAggregate,
  describeMixing,
  describeMorphology,
  describeProjection,
  MIXING_DESCRIPTORS,
  MORPHOLOGY_DESCRIPTORS,
  nameMaterials,
  projectedShareSecond,
  PROJECTED_SHARE_SECOND,
  projectMask,
  PROJECTION_DESCRIPTORS,
} from "../../stochastic/index.ts";
import type { Aggregate, DescriptorInfo } from "../../stochastic/index.ts";
import { eachImage } from "../../micrograph/index.ts";
import { defineCommand } from "../command.ts";
import { curvesTable, descriptorCurves, type CurvePoint } from "../descriptor-curves.ts";
import { numberFrom } from "../flags.ts";
import {
  AGGREGATE_COUNT_FLAG,
  AGGREGATES_ARGUMENT,
  aggregateCount,
  openAggregates,
  remarkLines,
  type NamedAggregate,
  SPHERE_FILE_FLAGS,
} from "../open-aggregates.ts";
import { nameWithUnit, tableCsv, tableOf, tableText, type Column, type Table } from "../../report/index.ts";
import { checkResultFile, writeResultFile } from "../result-file.ts";

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
      parse: numberFrom(0, 1),
      default: 0.001,
    },
    ...SPHERE_FILE_FLAGS,
  },
  example: "describe configs/tio2-wo3.yaml --count 20",
  async run({ arguments: { aggregates: paths }, flags }, context) {
    const { out, contactTolerance } = flags;
    const inputs = [...paths, flags.materialsFile];
    for (const file of [out, flags.curves]) if (file !== undefined) checkResultFile(file, inputs);
    if (out !== undefined && flags.curves !== undefined && resolve(out) === resolve(flags.curves)) {
      throw usageError({ action: "describe aggregates" }, "--curves must be another file than --out", out);
    }
    const total = paths.reduce((sum, path) => sum + aggregateCount(path, flags, context), 0);
    const stage = context.startStage("Describing aggregates", total);
    const rows: DescribedAggregate[] = [];
    const curves: CurvePoint[] = [];
    const failed = await eachImage(
      paths.map((path) => ({ path })),
      async ({ path }) => {
        for await (const { aggregate, ...named } of openAggregates(path, flags, context)) {
          const { name } = named;
          const [first, second] = aggregate.materials;
          const materials = [first.name, second.name] as const;
          rows.push({ ...named, materials, values: descriptorsOf(aggregate, contactTolerance) });
          if (flags.curves !== undefined) {
            curves.push(...descriptorCurves(name, aggregate, contactTolerance));
          }
          stage.update(rows.length);
        }
      },
    );
    stage.finish(counted(rows.length, "aggregate"));
    if (out !== undefined) writeResultFile(out, tableCsv(aggregateTable(rows)));
    if (flags.curves !== undefined) writeResultFile(flags.curves, tableCsv(curvesTable(curves)));
    const head = `${counted(rows.length, "aggregate")}, contacts within ${contactTolerance} of the sum of radii`;
    const title = out === undefined ? head : `${head}; table in ${out}`;
    const text = [title, "", tableText(summaryTable(rows)), ...remarkLines(rows)].join("\n");
    return { text, json: { contactTolerance, descriptors: DESCRIPTORS, aggregates: rows, failed }, failed };
  },
});

interface DescribedAggregate extends Omit<NamedAggregate, "aggregate"> {
  readonly materials: readonly [string, string];
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

/** A row for each aggregate, a column for each descriptor. */
function aggregateTable(rows: readonly DescribedAggregate[]): Table {
  return tableOf(rows, [
    { heading: "aggregate", text: ({ name }) => name },
    ...namedDescriptors(rows).map(({ key, label, unit }): Column<DescribedAggregate> => ({
      heading: label,
      unit,
      number: ({ values }) => values[key],
    })),
  ]);
}

/** A row for each descriptor: what the aggregates have of it. */
function summaryTable(rows: readonly DescribedAggregate[]): Table {
  const named = namedDescriptors(rows).map(({ key, label, unit }) => {
    const values = rows.map((row) => row.values[key]).filter(Number.isFinite);
    return { name: nameWithUnit(label, unit), values };
  });
  return tableOf(named, [
    { heading: "descriptor", text: ({ name }) => name },
    { heading: "mean", number: ({ values }) => mean(values) },
    { heading: "5 %", number: ({ values }) => quantile(values, 0.05) },
    { heading: "median", number: ({ values }) => quantile(values, 0.5) },
    { heading: "95 %", number: ({ values }) => quantile(values, 0.95) },
  ]);
}

/** The descriptors, with the names of the materials where all aggregates are of the same two. */
function namedDescriptors(rows: readonly DescribedAggregate[]): readonly DescriptorInfo<string>[] {
  const pairs = new Map(rows.map(({ materials }) => [materials.join(" and "), materials]));
  const [pair] = pairs.values();
  if (pairs.size !== 1) return DESCRIPTORS;
  return DESCRIPTORS.map((info) => ({ ...info, label: nameMaterials(info.label, pair) }));
}
