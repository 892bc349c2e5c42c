import type { ValidationResult } from "../inverse/index.ts";
import { shortNumber, textTable } from "../report/index.ts";

/** Scores of held-out images as text columns. */
export function scoreTable(scores: ValidationResult["scores"]): string {
  return textTable(scores, [
    { heading: "parameter", cell: (s) => (s.unit === "" ? s.name : `${s.name} [${s.unit}]`) },
    { heading: "R2", cell: (s) => s.r2OnScale.toFixed(2), isNumber: true },
    { heading: "classical", cell: (s) => s.classicalR2OnScale.toFixed(2), isNumber: true },
    { heading: "RMSE", cell: (s) => shortNumber(s.rmse), isNumber: true },
    { heading: "constant", cell: (s) => shortNumber(s.baselineRmse), isNumber: true },
    { heading: "CRPS", cell: (s) => shortNumber(s.crps), isNumber: true },
    { heading: "best without", cell: (s) => shortNumber(s.baselineCrps), isNumber: true },
    { heading: "68 % covers", cell: (s) => `${Math.round(100 * s.coverage["0.68"])} %`, isNumber: true },
    { heading: "95 % covers", cell: (s) => `${Math.round(100 * s.coverage["0.95"])} %`, isNumber: true },
    { heading: "SBC p", cell: (s) => s.sbcP.toFixed(2), isNumber: true },
    { heading: "width p", cell: (s) => s.sbcWidthP.toFixed(2), isNumber: true },
  ]);
}

/** How well materials of marked particles are identified, in words. */
export function identificationText(identification: NonNullable<ValidationResult["identification"]>): string {
  const { particleCount, thresholdError, thresholdPerNm, countMapError, adjacencyR2, adjacencyR2Fitted } =
    identification;
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const network =
    countMapError === null ? "the network counts nothing" : `${percent(countMapError)} by the count maps`;
  return [
    `material of ${particleCount} marked particles, wrong: ${network}, ${percent(thresholdError)} by the best threshold on ` +
      (thresholdPerNm === null
        ? "grey levels, which without absolute intensities means little"
        : "R = -ln(1 - I)/t"),
    `hetero-coordination number from that threshold and touching circles: R2 ${adjacencyR2.toFixed(2)}, ` +
      `after the best straight line ${adjacencyR2Fitted.toFixed(2)}`,
  ].join("\n");
}
