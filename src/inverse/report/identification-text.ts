import { percent, shortNumber } from "../../report/index.ts";
import type { ValidationResult } from "../fit/validate-inversion.ts";

/** How well the materials of marked particles are found, by the network and by a threshold, in two sentences. */
export function identificationText(identification: NonNullable<ValidationResult["identification"]>): string {
  const { particleCount, countMapError, thresholdError, thresholdPerNm, adjacencyR2, adjacencyR2Fitted } =
    identification;
  const network = countMapError === null ? "" : `by the network's count maps ${percent(countMapError)}, `;
  const threshold =
    thresholdPerNm === null
      ? "by a threshold on grey levels, which without absolute intensities means little"
      : `by a threshold on R = -ln(1 - I)/t (I: fraction of the beam, t: chord of the sphere), at the value that errs least on these very particles (${shortNumber(1000 * thresholdPerNm)} per µm)`;
  return (
    `Material of ${particleCount} marked particles (their true circles given to both methods), wrong: ` +
    `${network}${threshold}, ${percent(thresholdError)}. ` +
    "Hetero-contacts counted where circles of different material touch give the hetero-coordination number with " +
    `R² ${adjacencyR2.toFixed(2)}, after the best straight line ${adjacencyR2Fitted.toFixed(2)}.`
  );
}
