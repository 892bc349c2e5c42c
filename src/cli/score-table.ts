import type { ValidationResult } from "../study/index.ts";
import { shortNumber, textTable } from "./text-table.ts";

/**
 * Scores of held-out images as text columns.
 *
 * @param scores one per target
 * @returns lines for a terminal; "best without" is the lowest CRPS of prior, classical estimate and neighbours
 */
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
  ]);
}
