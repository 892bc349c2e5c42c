import {
  AGGREGATE_DESCRIPTORS,
  AGGREGATE_PARAMETERS,
  type AggregateDescriptors,
  type AggregateParameters,
} from "../stochastic/index.ts";
import type { MicroscopeSettings } from "../stem-sim/index.ts";
import type { CorpusRow } from "./corpus-row.ts";
import { MICROSCOPE_SETTINGS } from "./microscope-columns.ts";
import type { ColumnShape, StoredImage } from "./parquet-file.ts";
import type { SampleLabels } from "./sample.ts";

/** A column of a corpus: what it holds, in which unit, and how a row's value is found. */
export interface CorpusColumn extends ColumnShape {
  /** "" for a pure number. */
  readonly unit: string;
  readonly description: string;
  /** Whether tables and histograms show it: parameters, descriptors, and settings of the microscope. */
  readonly group: "sample" | "parameter" | "descriptor" | "microscope" | "sphere";
  readonly valueOf: (row: CorpusRow, seed: number) => unknown;
}

/** The name of the picture of a sample. */
export function imageName(sampleIndex: number): string {
  return `${String(sampleIndex).padStart(6, "0")}.png`;
}

const SAMPLE_COLUMNS: readonly CorpusColumn[] = [
  {
    name: "image",
    type: "image",
    unit: "16-bit grey",
    description: "PNG; intensity = intensityOffset + intensityScale x grey; pixel size and scale stand in it",
    group: "sample",
    valueOf: ({ png, labels }): StoredImage => ({ bytes: png, path: imageName(labels.sampleIndex) }),
  },
  {
    name: "sampleIndex",
    type: "int32",
    unit: "",
    description: "number of the sample in the corpus",
    group: "sample",
    valueOf: ({ labels }) => labels.sampleIndex,
  },
  {
    name: "seed",
    type: "int64",
    unit: "",
    description: "seed of the corpus; seed and sampleIndex name every random stream of a sample",
    group: "sample",
    valueOf: (_, seed) => BigInt(seed),
  },
  {
    name: "rejectedDraws",
    type: "int32",
    unit: "",
    description: "draws from the prior, before this one, that no aggregate could meet",
    group: "sample",
    valueOf: ({ labels }) => labels.rejectedDraws,
  },
  {
    name: "intensityOffset",
    type: "float64",
    unit: "intensityUnit",
    description: "intensity of grey 0",
    group: "sample",
    valueOf: (row) => row.intensityOffset,
  },
  {
    name: "intensityScale",
    type: "float64",
    unit: "intensityUnit",
    description: "intensity of one grey step",
    group: "sample",
    valueOf: (row) => row.intensityScale,
  },
  {
    name: "intensityUnit",
    type: "string",
    unit: "",
    description: "what the intensities are",
    group: "sample",
    valueOf: (row) => row.intensityUnit,
  },
];

const PARAMETER_COLUMNS: readonly CorpusColumn[] = AGGREGATE_PARAMETERS.map(
  ({ key, unit, description, integer }) => ({
    name: `parameter_${key}`,
    type: integer ? "int32" : "float64",
    unit,
    description,
    group: "parameter",
    valueOf: ({ labels }) => labels.parameters[key],
  }),
);

const DESCRIPTOR_COLUMNS: readonly CorpusColumn[] = AGGREGATE_DESCRIPTORS.map(
  ({ key, unit, description }) => ({
    name: `descriptor_${key}`,
    type: "float64",
    unit,
    description,
    group: "descriptor",
    valueOf: ({ labels }) => labels.descriptors[key],
  }),
);

const SETTING_KEYS = Object.keys(MICROSCOPE_SETTINGS) as (keyof MicroscopeSettings)[];

const MICROSCOPE_COLUMNS: readonly CorpusColumn[] = SETTING_KEYS.map((key) => {
  const [unit, description] = MICROSCOPE_SETTINGS[key];
  return {
    name: `microscope_${key}`,
    type: "float64",
    unit,
    description,
    group: "microscope",
    valueOf: ({ labels }) => labels.microscope[key],
  };
});

const SPHERE_COLUMNS: readonly CorpusColumn[] = [
  ...["X", "Y", "Z"].map((axis, offset): CorpusColumn => ({
    name: `sphere${axis}Nm`,
    type: "float64List",
    unit: "nm",
    description: `${axis.toLowerCase()} of the particles' centres; the centre of volume is the origin`,
    group: "sphere",
    valueOf: ({ aggregate }) => Array.from(aggregate.radiiNm, (_, i) => aggregate.centersNm[3 * i + offset]),
  })),
  {
    name: "sphereRadiusNm",
    type: "float64List",
    unit: "nm",
    description: "radii of the particles",
    group: "sphere",
    valueOf: ({ aggregate }) => [...aggregate.radiiNm],
  },
  {
    name: "sphereMaterial",
    type: "int32List",
    unit: "",
    description: "0 for the first material, 1 for the second",
    group: "sphere",
    valueOf: ({ aggregate }) => [...aggregate.materialIndices],
  },
];

const COMBINATION = "combination";

/** Of the choices of a sample; only corpora whose recipe lets samples choose have them. */
const COMBINATION_COLUMNS: readonly CorpusColumn[] = [
  ...(["First", "Second"] as const).flatMap((order, i): CorpusColumn[] => [
    {
      name: `${COMBINATION}_material${order}`,
      type: "string",
      unit: "",
      description: `the ${order.toLowerCase()} material; the first scatters less`,
      group: "sample",
      valueOf: ({ labels }) => labels.combination?.materials[i] ?? "",
    },
    {
      name: `${COMBINATION}_strength${order}PerNm`,
      type: "float64",
      unit: "1/nm",
      description: `share of the beam on the detector per nanometre of the ${order.toLowerCase()} material, thin limit`,
      group: "microscope",
      valueOf: ({ labels }) => labels.combination?.strengthsPerNm[i] ?? NaN,
    },
  ]),
  ...(
    [
      ["beamEnergyKeV", "keV", "kinetic energy of the electrons"],
      ["semiAngleMrad", "mrad", "convergence semi-angle of the probe"],
      ["innerMrad", "mrad", "inner semi-angle of the detector; NaN for a sensitivity curve"],
      ["outerMrad", "mrad", "outer semi-angle of the detector; NaN for a sensitivity curve"],
    ] as const
  ).map(([key, unit, description]): CorpusColumn => ({
    name: `${COMBINATION}_${key}`,
    type: "float64",
    unit,
    description,
    group: "microscope",
    valueOf: ({ labels }) => labels.combination?.[key] ?? NaN,
  })),
];

/**
 * The columns of a corpus, in order.
 *
 * @param leavesChoice whether its recipe lets samples choose materials and microscope
 * @returns those that all corpora have, and those of the choice
 */
export function corpusColumns(leavesChoice: boolean): readonly CorpusColumn[] {
  return leavesChoice ? [...CORPUS_COLUMNS, ...COMBINATION_COLUMNS] : CORPUS_COLUMNS;
}

/** Every column that all corpora have, in order. */
export const CORPUS_COLUMNS: readonly CorpusColumn[] = [
  ...SAMPLE_COLUMNS,
  ...PARAMETER_COLUMNS,
  ...DESCRIPTOR_COLUMNS,
  ...MICROSCOPE_COLUMNS,
  ...SPHERE_COLUMNS,
];

/** Names of the columns with the spheres. */
export const SPHERE_COLUMN_NAMES = SPHERE_COLUMNS.map(({ name }) => name);

/** Names of the columns that labelsOfRow needs; corpora that leave no choice lack those of the combination. */
export const LABEL_COLUMN_NAMES: readonly string[] = [
  "sampleIndex",
  "rejectedDraws",
  ...[...PARAMETER_COLUMNS, ...DESCRIPTOR_COLUMNS, ...MICROSCOPE_COLUMNS, ...COMBINATION_COLUMNS].map(
    ({ name }) => name,
  ),
];

/** Names of the columns with a sample's materials, in order; corpora that leave no choice lack them. */
export const MATERIAL_COLUMN_NAMES = [
  `${COMBINATION}_materialFirst`,
  `${COMBINATION}_materialSecond`,
] as const;

/** What was chosen for a sample; nothing where its corpus leaves no choice. */
function combinationOfRow(row: Readonly<Record<string, unknown>>): Pick<SampleLabels, "combination"> {
  const of = <Value>(key: string) => row[`${COMBINATION}_${key}`] as Value;
  if (of("materialFirst") === undefined) return {};
  return {
    combination: {
      materials: [of("materialFirst"), of("materialSecond")],
      strengthsPerNm: [of("strengthFirstPerNm"), of("strengthSecondPerNm")],
      beamEnergyKeV: of("beamEnergyKeV"),
      semiAngleMrad: of("semiAngleMrad"),
      innerMrad: of("innerMrad"),
      outerMrad: of("outerMrad"),
    },
  };
}

/** The labels of a sample from its row. */
export function labelsOfRow(row: Readonly<Record<string, unknown>>): SampleLabels {
  const group = <Values>(prefix: string, keys: readonly string[]): Values =>
    Object.fromEntries(keys.map((key) => [key, row[`${prefix}_${key}`]])) as Values;
  return {
    sampleIndex: row["sampleIndex"] as number,
    rejectedDraws: row["rejectedDraws"] as number,
    parameters: group<AggregateParameters>(
      "parameter",
      AGGREGATE_PARAMETERS.map(({ key }) => key),
    ),
    descriptors: group<AggregateDescriptors>(
      "descriptor",
      AGGREGATE_DESCRIPTORS.map(({ key }) => key),
    ),
    // older corpora lack settings that came later: nothing of the kind was varied
    microscope: Object.fromEntries(
      SETTING_KEYS.map((key) => [key, row[`microscope_${key}`] ?? 0]),
    ) as unknown as MicroscopeSettings,
    ...combinationOfRow(row),
  };
}
