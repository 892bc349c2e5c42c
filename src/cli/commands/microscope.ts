import { findMaterial, type Material, priorRange, usageError } from "../../core/index.ts";
import { estimateFieldLoss, fieldLossWarning } from "../../corpus/index.ts";
import { curvesFigure, shortNumber, tableOf, tableText } from "../../report/index.ts";
import {
  atomDensitiesPerNm3,
  depthOfFieldNm,
  detectedCrossSectionNm2,
  detectedShareAt,
  detectorDiscs,
  differentialCrossSections,
  electronWavelengthNm,
  microscopeAdvice,
  prepareMicroscope,
  tableRangeNm,
} from "../../stem-sim/index.ts";
import type { Microscope, PreparedMicroscope } from "../../stem-sim/index.ts";
import { materialsOfPrior } from "../../stochastic/index.ts";
import { defineCommand } from "../command.ts";
import { knownMaterials, MATERIAL_FLAGS, type StatedMaterials } from "../material-flags.ts";
import { DETECTOR_CURVE_FLAG, readMicroscope, type MicroscopeFile } from "../read-microscope.ts";
import { checkResultFile, writeResultFile } from "../result-file.ts";

/** Thicknesses of the printed intensity curves [nm]. */
const THICKNESSES_NM = [1, 2, 5, 10, 20, 50, 100, 200, 500];

/** `heterostem microscope`: what a microscope will see of two materials, before any image is simulated. */
export const microscopeCommand = defineCommand({
  name: "microscope",
  summary: "Print what a microscope sees of two materials: intensities, cross sections, dose",
  arguments: {
    file: { help: "microscope as YAML, or a recipe that has one (default: all defaults)", isOptional: true },
  },
  flags: {
    ...MATERIAL_FLAGS,
    detectorCurve: DETECTOR_CURVE_FLAG,
    figure: { value: "SVG", help: "draw the intensity curves into this file" },
  },
  example: "microscope configs/tio2-wo3.yaml --materials TiO2-anatase,WO3",
  run({ arguments: { file }, flags }, context) {
    if (flags.figure !== undefined)
      checkResultFile(flags.figure, [file, flags.materialsFile, flags.detectorCurve]);
    const read = readMicroscope({ file, ...flags }, context);
    const stated = knownMaterials(flags, context);
    const materials = pairOf(stated, read);
    const prepared = prepareMicroscope(read.microscope, materials, stated.ownMaterials);
    const facts = { ...factsOf(prepared, materials), warnings: warningsOf(prepared, read) };
    if (flags.figure !== undefined) writeFigure(flags.figure, prepared);
    return Promise.resolve({ text: factsText(facts), json: facts });
  },
});

type Pair = readonly [Material, Material];

/** The materials that are named, else the two of one's own file, else the recipe's, else titania and tungsta. */
function pairOf({ materials, ownMaterials: own }: StatedMaterials, { aggregate }: MicroscopeFile): Pair {
  const [first, second, ...others] = materials ?? own;
  if (first === undefined) {
    return aggregate === undefined
      ? [findMaterial("TiO2-anatase"), findMaterial("WO3")]
      : materialsOfPrior(aggregate);
  }
  if (second !== undefined && others.length === 0) return [first, second];
  const got = (materials ?? own).map(({ name }) => name).join(", ");
  throw usageError({ action: "compare materials" }, "two must be named with --materials A,B", got);
}

/** What is doubtful about the settings, and about the field of view for the recipe's aggregates. */
function warningsOf(prepared: PreparedMicroscope, { microscope, aggregate, seed }: MicroscopeFile): string[] {
  const loss = aggregate === undefined ? null : estimateFieldLoss({ seed, aggregate, microscope });
  const field = loss === null ? null : fieldLossWarning(loss, microscope);
  return [...microscopeAdvice(prepared), ...(field === null ? [] : [field])];
}

function factsOf(prepared: PreparedMicroscope, materials: Pair) {
  const { microscope } = prepared;
  const [lowDose, highDose] = doseRange(microscope);
  return {
    beamEnergyKeV: microscope.beamEnergyKeV,
    semiAngleMrad: microscope.semiAngleMrad,
    wavelengthPm: 1000 * electronWavelengthNm(microscope.beamEnergyKeV),
    depthOfFieldNm: depthOfFieldNm(microscope),
    electronsPerPixel: [lowDose, highDose],
    detectedPerMicrometre: materials.map(({ name }, i) => ({
      name,
      perUm: 1000 * prepared.detectedPerNm[i],
    })),
    crossSections: crossSections(microscope, materials),
    intensities: THICKNESSES_NM.map((thicknessNm) => ({
      thicknessNm,
      shares: sharesAt(prepared, thicknessNm),
    })),
    physics: prepared.fingerprint,
  };
}

function doseRange({ electronsPerPixel, beamCurrentPA, scan }: Microscope): readonly [number, number] {
  if (beamCurrentPA === undefined) return priorRange(electronsPerPixel ?? 3000);
  const [current, dwell] = [priorRange(beamCurrentPA), priorRange(scan.dwellUs)];
  // electrons in a picoampere and a microsecond: 1e-18 C over the elementary charge
  return [current[0] * dwell[0] * 6.241509, current[1] * dwell[1] * 6.241509];
}

/** Elastic cross section of each element into the detector, and the mean free path of each material. */
function crossSections({ beamEnergyKeV, semiAngleMrad, detector }: Microscope, materials: Pair) {
  const elements = [...new Set(materials.flatMap((material) => Object.keys(atomDensitiesPerNm3(material))))];
  const discs = detectorDiscs(detector);
  return differentialCrossSections(elements, beamEnergyKeV).map((table) => ({
    element: table.element,
    sigmaNm2: detectedCrossSectionNm2(table, discs, semiAngleMrad),
  }));
}

/** Detected share of each material alone, without a film; null beyond the table. */
function sharesAt({ intensity }: PreparedMicroscope, thicknessNm: number): readonly (number | null)[] {
  const range = tableRangeNm(intensity);
  return [0, 1].map((material) => {
    if (thicknessNm > range[material]) return null;
    return detectedShareAt(intensity, material === 0 ? thicknessNm : 0, material === 1 ? thicknessNm : 0, 0);
  });
}

function writeFigure(path: string, prepared: PreparedMicroscope): void {
  const { materialNames, intensity } = prepared;
  const range = tableRangeNm(intensity);
  const curves = materialNames.map((name, material) => ({
    name,
    points: Array.from({ length: 101 }, (_, k) => {
      const x = (Math.min(200, range[material]) * k) / 100;
      return { x, y: sharesAt(prepared, x)[material] ?? 0 };
    }),
  }));
  const axes = ["thickness [nm]", "detected share of the beam"] as const;
  writeResultFile(path, curvesFigure({ curves, axes, caption: "Intensity against thickness" }).svg);
}

type Facts = ReturnType<typeof factsOf> & { readonly warnings: readonly string[] };

function factsText(facts: Facts): string {
  const names = facts.detectedPerMicrometre.map(({ name }) => name);
  const [low, high] = facts.electronsPerPixel;
  return [
    `${facts.beamEnergyKeV} keV, wavelength ${facts.wavelengthPm.toFixed(3)} pm, semi-angle ${facts.semiAngleMrad} mrad, ` +
      `depth of field ${shortNumber(facts.depthOfFieldNm)} nm`,
    `${low === high ? shortNumber(low) : `${shortNumber(low)} to ${shortNumber(high)}`} electrons per pixel`,
    "",
    tableText(
      tableOf(facts.crossSections, [
        { heading: "element", text: ({ element }) => element },
        {
          heading: "elastic cross section into the detector",
          unit: "nm²",
          number: ({ sigmaNm2 }) => sigmaNm2,
          show: (value) => value.toExponential(3),
        },
      ]),
    ),
    "",
    tableText(
      tableOf(facts.intensities, [
        { heading: "thickness", unit: "nm", number: ({ thicknessNm }) => thicknessNm },
        { heading: names[0], number: ({ shares }) => shares[0] },
        { heading: names[1], number: ({ shares }) => shares[1] },
      ]),
    ),
    "",
    ...facts.detectedPerMicrometre.map(
      ({ name, perUm }) => `${name}: thin limit ${shortNumber(perUm)} of the beam per µm`,
    ),
    ...facts.warnings.map((warning) => `Warning: ${warning}`),
  ].join("\n");
}
