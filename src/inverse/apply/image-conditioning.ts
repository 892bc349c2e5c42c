import { definedPart } from "../../core/index.ts";
import {
  CONDITIONING_KEYS,
  CONDITIONING_LABELS,
  varyingInputs,
  type ConditioningInput,
  type ConditioningKey,
  type ConditioningValues,
} from "../../posterior/index.ts";

/** Metadata of an image file, flattened to text keys. */
type FileMetadata = Readonly<Record<string, string | number | boolean>>;

/** The end of a key that states a quantity, and what its number is multiplied by. */
interface StatingKey {
  readonly ends: RegExp;
  readonly factor: number;
}

/** Keys of Velox (SI units), Digital Micrograph, HyperSpy, JEOL and FEI files, the most exact first. */
const BEAM_ENERGY_KEV: readonly StatingKey[] = [
  { ends: /\bTEM\.beam_energy$/, factor: 1 },
  { ends: /\b(Optics|JEOL)\.AccelerationVoltage$/, factor: 1e-3 },
  { ends: /\bMicroscope Info\.Voltage$/, factor: 1e-3 },
  { ends: /\bBeam\.HV$/, factor: 1e-3 },
];
const DWELL_S: readonly StatingKey[] = [
  { ends: /\bScan\.Dwell[Tt]ime$/, factor: 1 },
  { ends: /\bDigiScan\.Sample Time$/, factor: 1e-6 },
  { ends: /\bSTEM\.dwell_time$|\bTEM\.dwell_time$/, factor: 1 },
];
const CURRENT_A: readonly StatingKey[] = [
  { ends: /\bMicroscope Info\.Probe Current \(nA\)$/, factor: 1e-9 },
  { ends: /\bTEM\.beam_current$/, factor: 1e-9 },
  { ends: /\bOptics\.LastMeasuredScreenCurrent$/, factor: 1 },
];
const INNER_MRAD: readonly StatingKey[] = [{ ends: /\bCollectionAngleRange\.begin$/, factor: 1e3 }];
const OUTER_MRAD: readonly StatingKey[] = [{ ends: /\bCollectionAngleRange\.end$/, factor: 1e3 }];

/** Elementary charge [C] [codata2018]. */
const ELEMENTARY_CHARGE = 1.602176634e-19;

/**
 * What a file's metadata state of how its image was taken.
 *
 * The dose is beam current times dwell time over the elementary charge. A file with several detectors does not say which of
 * them took the image, so their angles are not taken then.
 */
export function conditioningOfFile(metadata: FileMetadata): ConditioningValues {
  const [dwell, current] = [only(metadata, DWELL_S), only(metadata, CURRENT_A)];
  const dose =
    dwell === undefined || current === undefined ? undefined : (dwell * current) / ELEMENTARY_CHARGE;
  return definedPart({
    electronsPerPixel: dose,
    beamEnergyKeV: only(metadata, BEAM_ENERGY_KEV),
    innerMrad: only(metadata, INNER_MRAD),
    outerMrad: only(metadata, OUTER_MRAD),
  });
}

/** The number behind the first of the keys that the file has exactly once, with a value above 0. */
function only(metadata: FileMetadata, keys: readonly StatingKey[]): number | undefined {
  for (const { ends, factor } of keys) {
    const found = Object.entries(metadata).filter(([key]) => ends.test(key));
    const value = found.length === 1 ? Number(found[0][1]) * factor : 0;
    if (value > 0 && Number.isFinite(value)) return value;
  }
  return undefined;
}

/** What is stated of an image, in electrons per pixel of the file. */
export interface ImageStatement {
  readonly byHand: ConditioningValues;
  readonly byFile: ConditioningValues;
  readonly pixelSizeNm: number;
}

/** What a network is given of an image, and in words what was used and what was missing. */
export interface ImageConditioning {
  readonly values: ConditioningValues;
  readonly notes: readonly string[];
}

/** Share by which a stated value may differ from the only one that was trained with. */
const FIXED_TOLERANCE = 0.02;

/**
 * Matches what is stated of an image with what a network was trained on.
 *
 * A dose is brought to the network's pixels: resampling adds up the electrons of small ones.
 */
export function conditioningFor(
  model: { readonly conditions: readonly ConditioningInput[]; readonly pixelSizeNm: number },
  { byHand, byFile, pixelSizeNm }: ImageStatement,
): ImageConditioning {
  const given: ConditioningValues = { pixelSizeNm, ...byFile, ...byHand };
  const { electronsPerPixel } = given;
  const scale = (model.pixelSizeNm / pixelSizeNm) ** 2;
  const values =
    electronsPerPixel === undefined ? given : { ...given, electronsPerPixel: electronsPerPixel * scale };
  const used = new Set(varyingInputs(model.conditions).map(({ key }) => key));
  const notes = model.conditions.flatMap((condition) => {
    const { key } = condition;
    const source = byHand[key] === undefined ? "in the file" : "given by hand";
    return used.has(key)
      ? [noteOfGiven(condition, values[key], source)]
      : noteOfFixed(condition, values[key]);
  });
  return { values, notes: [...notes, ...notesOfUnused(byHand, model.conditions)] };
}

function noteOfGiven(
  { key, low, high }: ConditioningInput,
  value: number | undefined,
  source: string,
): string {
  const [label] = CONDITIONING_LABELS[key];
  if (value === undefined) return `${label} missing: answered without it`;
  const used = `${label} of ${withUnit(key, value)}, ${source}, given to the network`;
  if (value >= low && value <= high) return used;
  return `${used} as ${withUnit(key, Math.min(high, Math.max(low, value)))}, the end of what it was trained on`;
}

/** Resampling sets the pixel size right; anything else that differs from the training is worth a word. */
function noteOfFixed({ key, low }: ConditioningInput, value: number | undefined): string[] {
  if (key === "pixelSizeNm" || value === undefined) return [];
  if (Math.abs(value / low - 1) <= FIXED_TOLERANCE) return [];
  const [label] = CONDITIONING_LABELS[key];
  return [`${label} of ${withUnit(key, value)}, but the network knows ${withUnit(key, low)} only`];
}

/** What somebody took the trouble to state must not vanish without a word. */
function notesOfUnused(byHand: ConditioningValues, conditions: readonly ConditioningInput[]): string[] {
  const known = new Set(conditions.map(({ key }) => key));
  return CONDITIONING_KEYS.filter((key) => byHand[key] !== undefined && !known.has(key)).map(
    (key) => `${CONDITIONING_LABELS[key][0]} given by hand, but not used: the network was trained without`,
  );
}

function withUnit(key: ConditioningKey, value: number): string {
  const text =
    value >= 1000 ? String(Math.round(Number(value.toPrecision(3)))) : String(Number(value.toPrecision(3)));
  return `${text} ${CONDITIONING_LABELS[key][1]}`;
}
