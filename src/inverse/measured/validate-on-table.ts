import { rangeError, type StartStage } from "../../core/index.ts";
import { encodeTarget, type MeasuredImages } from "../../posterior/index.ts";
import type { Inversion } from "../apply/open-inversion.ts";
import { validateInversion, type ValidationResult } from "../fit/validate-inversion.ts";
import { loadMeasured, surveyImages, type TableFolder } from "./load-measured.ts";
import type { MeasuredTable } from "./measured-table.ts";

/** How well a network does on a table, and how many of its images it was made with. */
export interface TableValidation extends ValidationResult {
  /** Images of the table that the network was trained, chosen or calibrated with. */
  readonly knownCount: number;
}

/** Fewest images that scores can be made of: each is compared with 30 others. */
const FEWEST_IMAGES = 32;

/**
 * Scores a network of measured images on a table that it has not seen.
 *
 * @param inversion network and record
 * @param table the quantities of the network, in its order, and rows
 * @param place folder of the images, and progress
 * @returns scores, beside prior, classical estimate and nearest neighbours
 * @throws RangeError where there are too few images, one cannot be read or used, or a number has no place on the network's scale
 */
export async function validateOnTable(
  inversion: Inversion,
  table: MeasuredTable,
  place: TableFolder & { readonly startStage: StartStage },
): Promise<TableValidation> {
  const { model } = inversion;
  const { rows, fileName: where } = table;
  if (rows.length < FEWEST_IMAGES) {
    throw rangeError(
      { action: "validate", where },
      `there must be at least ${FEWEST_IMAGES} images`,
      String(rows.length),
    );
  }
  checkPossible(inversion, table);
  const measured = measuredOf(inversion, where);
  const known = new Set(measured.imageKeys);
  const survey = await surveyImages(table, place);
  const knownCount = survey.filter(({ key }) => known.has(key)).length;
  const data = await loadMeasured(table, rows, { ...model, measured }, place);
  return { ...(await validateInversion(inversion, data, place.startStage)), knownCount };
}

/** What a network of measured images keeps of them. */
function measuredOf({ model: { measured } }: Inversion, where: string): MeasuredImages {
  if (measured !== null) return measured;
  throw rangeError(
    { action: "validate", where },
    "a network of simulated images is scored on a corpus",
    "a table; heterostem generate makes a corpus",
  );
}

function checkPossible({ model: { targets } }: Inversion, { rows, fileName }: MeasuredTable): void {
  for (const { line, values } of rows) {
    targets.forEach((target, t) => {
      if (Number.isFinite(encodeTarget(target, values[t]))) return;
      const where = `${fileName} line ${line}, column ${target.key}`;
      const possible = "must be possible by what the network was trained on";
      throw rangeError({ action: "validate", where }, `${target.label} ${possible}`, String(values[t]));
    });
  }
}
