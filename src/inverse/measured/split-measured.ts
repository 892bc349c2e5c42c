import { counted, openRandomStream, rangeError, shuffled } from "../../core/index.ts";
import { checkNoCopies } from "../../image/index.ts";
import type { MeasuredTable } from "./measured-table.ts";

/** What an image is used for: weights, the choice of the best of them, or intervals and the trust in them. */
export type MeasuredSide = "training" | "validation" | "calibration";

/** Fewest images a side: 39 errors are the fewest that 95 % intervals can be made of. */
const FEWEST: Readonly<Record<MeasuredSide, number>> = { training: 60, validation: 20, calibration: 40 };
/** Share of the images that choose the weights, and that calibrate. */
const [VALIDATION_SHARE, CALIBRATION_SHARE] = [0.15, 0.15];

/** Images that a table must have. */
export const FEWEST_IMAGES = FEWEST.training + FEWEST.validation + FEWEST.calibration;

/**
 * Deals the images of a table out into training, validation and calibration, whole groups each.
 *
 * Groups come in a random order; calibration takes them until it has its share, then validation, and the rest is trained on.
 *
 * @param table rows with their groups
 * @param seed of the order
 * @returns the side of each row
 * @throws RangeError where there are too few images or groups
 */
export function splitMeasured({ rows, fileName, hasGroups }: MeasuredTable, seed: number): MeasuredSide[] {
  const context = { action: "train", where: fileName };
  if (rows.length < FEWEST_IMAGES) {
    const wanted =
      `there must be at least ${FEWEST_IMAGES} images (${FEWEST.training} to train on, ${FEWEST.validation} that choose the weights, ` +
      `${FEWEST.calibration} that calibrate)`;
    throw rangeError(context, wanted, String(rows.length));
  }
  const wantedOf = (side: MeasuredSide, share: number) =>
    Math.max(FEWEST[side], Math.round(share * rows.length));
  const wanted = {
    calibration: wantedOf("calibration", CALIBRATION_SHARE),
    validation: wantedOf("validation", VALIDATION_SHARE),
  };
  const sizes = new Map<string, number>();
  for (const { group } of rows) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  const filled = { calibration: 0, validation: 0, training: 0 };
  const sideOf = new Map<string, MeasuredSide>();
  for (const group of shuffled(openRandomStream(seed, "split"), sizes.keys())) {
    const side =
      (["calibration", "validation"] as const).find((one) => filled[one] < wanted[one]) ?? "training";
    sideOf.set(group, side);
    filled[side] += sizes.get(group) ?? 0;
  }
  if (filled.training < FEWEST.training) {
    const groups = hasGroups ? ` in ${counted(sizes.size, "group")}` : "";
    throw rangeError(
      context,
      `whole groups must leave ${FEWEST.training} images to train on beside ${wanted.validation} and ${wanted.calibration} that validate and calibrate`,
      `${filled.training} of ${rows.length}${groups}; more and smaller groups are needed`,
    );
  }
  return rows.map(({ group }) => sideOf.get(group) as MeasuredSide);
}

/**
 * Refuses a split with the same picture on two sides.
 *
 * @param keys content key of the image of each row
 * @throws RangeError naming the first two
 */
export function checkSides(
  { rows, fileName }: MeasuredTable,
  sides: readonly MeasuredSide[],
  keys: readonly string[],
): void {
  const images = rows.map(({ image, line }, i) => ({
    name: `${image}, line ${line}`,
    side: sides[i],
    key: keys[i],
  }));
  checkNoCopies(images, { action: "train", where: fileName }, "leave one out, or give both one group");
}
