import { rangeError } from "../../core/index.ts";
import type { DescriptorPlan } from "../data/plan-targets.ts";
import type { NetworkPlan, TrainingPlan } from "../data/plan-inversion.ts";
import type { MeasuredField } from "./measured-field.ts";
import type { MeasuredQuantity } from "./measured-quantity.ts";
import type { MeasuredTable } from "./measured-table.ts";

/** How a network of measured images is trained, as far as somebody chooses. */
export interface MeasuredChoice {
  readonly seed: number;
  /** Passes over the training images; by default so many that 60,000 images are seen. */
  readonly epochs?: number | undefined;
  readonly learningRate?: number | undefined;
}

/** A network of measured images and its training, decided before any image is read into memory. */
export interface MeasuredPlan {
  readonly seed: number;
  readonly network: NetworkPlan;
  readonly training: TrainingPlan;
}

/** Images that are seen in all passes together, where nobody says how many passes; the fewest and the most passes then. */
const SEEN_IMAGES = 60_000;
const [FEWEST_EPOCHS, MOST_EPOCHS] = [4, 300];
/** Channels of each level of the network: those of the quick study. */
const WIDTHS = [16, 32, 64, 96];
const [PART_COUNT, LEARNING_RATE] = [2, 0.002];
/** Images of a training step. */
export const MEASURED_BATCH_SIZE = 8;

/**
 * Plans a network of measured images: a Gaussian head on the scale where every possible number has a place.
 *
 * @param table its quantities, and their values
 * @param field that images are brought to
 * @param choice seed, passes, step size
 * @param trainCount images that it is trained on
 * @throws RangeError for a quantity that is alike in all images
 */
export function planMeasured(
  table: MeasuredTable,
  field: MeasuredField,
  choice: MeasuredChoice,
  trainCount: number,
): MeasuredPlan {
  const descriptors = table.quantities.map((quantity, t) => {
    const values = table.rows.map((row) => row.values[t]);
    checkVaries(quantity, values, table.fileName);
    return planQuantity(quantity, values);
  });
  const usual = Math.round(SEEN_IMAGES / trainCount);
  const { seed, learningRate = LEARNING_RATE } = choice;
  const { epochs = Math.min(MOST_EPOCHS, Math.max(FEWEST_EPOCHS, usual)) } = choice;
  return {
    seed,
    network: {
      widthPx: field.edgePx,
      widths: WIDTHS,
      head: { kind: "gaussian" },
      memberCount: 1,
      hasCountMaps: false,
      embeddingUnits: "leaky",
      intensities: field.scale,
      lengths: "nm",
      inputs: [],
      targets: { parameters: [], descriptors },
    },
    training: {
      epochs,
      batchSize: MEASURED_BATCH_SIZE,
      partCount: PART_COUNT,
      learningRate,
      subject: JSON.stringify({ rows: table.rows, field, targets: descriptors }),
    },
  };
}

function checkVaries({ key }: MeasuredQuantity, values: readonly number[], where: string): void {
  if (values.some((value) => value !== values[0])) return;
  throw rangeError(
    { action: "train", where: `${where}, column ${key}` },
    "a quantity must differ from image to image",
    `${values[0]} in all ${values.length} lines`,
  );
}

/** Ratio of the largest to the smallest number from which on errors count as ratios. */
const LOG_RATIO = 10;
/** What lies so far beyond a bound, as a share of the range, is as far as the bound itself. */
const MARGIN_OF_RANGE = 0.01;
/** Words of what lies between nothing and all. */
const SHARE = /\b(fraction|share|ratio of area|coverage|porosity)\b/;

/**
 * What a quantity can be, by its name and its values: a share lies between 0 and 1, or 100 %; what is never negative is not answered below 0; what
 * spans a factor of ten or more counts by its logarithm.
 */
export function planQuantity(
  { key, label, unit }: MeasuredQuantity,
  values: readonly number[],
): DescriptorPlan {
  const [low, high] = [Math.min, Math.max].map((pick) => values.reduce((a, b) => pick(a, b)));
  const plan = { key, label, unit, isBounded: true, margin: MARGIN_OF_RANGE * (high - low) };
  const whole = unit === "%" ? 100 : 1;
  const isShare = (unit === "%" || (unit === "" && SHARE.test(label))) && low >= 0 && high <= whole;
  if (isShare) return { ...plan, scale: "linear", least: 0, most: whole };
  if (low > 0 && high >= LOG_RATIO * low) return { ...plan, scale: "log" };
  return low >= 0 ? { ...plan, scale: "linear", least: 0 } : { ...plan, scale: "linear" };
}
