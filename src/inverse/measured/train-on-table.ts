import type { StartStage } from "../../core/index.ts";
import type { FittingOptions } from "../fit/fit-weights.ts";
import { loadMeasured, surveyImages } from "./load-measured.ts";
import { chooseField, fieldWords } from "./measured-field.ts";
import type { MeasuredTable } from "./measured-table.ts";
import { planMeasured, type MeasuredChoice } from "./plan-measured.ts";
import { checkSides, splitMeasured, type MeasuredSide } from "./split-measured.ts";
import { trainOnMeasured, type TrainedOnMeasured } from "./train-measured.ts";

/** What a table is trained with besides its rows. */
export interface TableTrainingOptions extends FittingOptions {
  /** Paths of the table begin here. */
  readonly folder: string;
  readonly heterostemVersion: string;
  /** Called with the field that the images are brought to, in words, before they are read into memory. */
  readonly onField?: (words: string) => void;
}

/** A network of a table, and how its images were used. */
export interface TrainedOnTable extends TrainedOnMeasured {
  /** Side of each row. */
  readonly sides: readonly MeasuredSide[];
  /** The field that images are brought to, in words. */
  readonly field: string;
}

/**
 * Trains a network on a table of images with measured numbers: splits it, chooses the field, reads the images, fits weights and calibrates.
 *
 * @param table quantities and rows
 * @param choice seed of split and training, passes, step size
 * @param options folder of the images, threads, progress, checkpoints
 * @returns the model file, scores on the calibration images, and the split
 * @throws RangeError where there are too few images or groups, one cannot be read or used, a picture stands on two sides, or a quantity is
 *   alike in all images
 */
export async function trainOnTable(
  table: MeasuredTable,
  choice: MeasuredChoice,
  { folder, heterostemVersion, onField = () => {}, ...options }: TableTrainingOptions,
): Promise<TrainedOnTable> {
  const { startStage } = options;
  const sides = splitMeasured(table, choice.seed);
  const images = await surveyImages(table, { folder, startStage });
  const imageKeys = images.map(({ key }) => key);
  checkSides(table, sides, imageKeys);
  const field = chooseField(images, table.fileName);
  const words = fieldWords(field, images.length);
  onField(words);
  const trainCount = sides.filter((side) => side === "training").length;
  const plan = planMeasured(table, field, choice, trainCount);
  const { edgePx, pixelSizeNm, hasPixelSize, scale } = field;
  const seen = {
    widthPx: edgePx,
    heightPx: edgePx,
    pixelSizeNm,
    input: { scale, center: 0, deviation: 1 },
    measured: { hasPixelSize, imageKeys },
  };
  const load = (side: MeasuredSide) => {
    const rows = table.rows.filter((_, i) => sides[i] === side);
    return loadMeasured(table, rows, seen, { folder, startStage: ofSide(startStage, side) });
  };
  const sets = {
    training: await load("training"),
    validation: await load("validation"),
    calibration: await load("calibration"),
  };
  const provenance = { table: table.fileName, heterostemVersion };
  const trained = await trainOnMeasured(plan, { field, sets, imageKeys, provenance }, options);
  return { ...trained, sides, field: words };
}

function ofSide(startStage: StartStage, side: MeasuredSide): StartStage {
  return (title, total) => startStage(`${title} for ${side}`, total);
}
