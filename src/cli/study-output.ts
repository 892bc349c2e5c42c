import {
  accuracyTable,
  calibrationTable,
  descriptorTable,
  poolTable,
  studyReport,
  studyResults,
  type InversionStudy,
} from "../inverse/index.ts";
import { writeFiles } from "./write-files.ts";
import { tableText } from "../report/index.ts";

/** Writes what a study leaves: model.onnx, results.json and report.html. */
export function writeStudy(folder: string, study: InversionStudy): void {
  const [results, report] = [studyResults(study), studyReport(study)];
  writeFiles(folder, { "model.onnx": study.onnx, "results.json": results, "report.html": report });
}

/** A study's figures for a terminal. */
export function studyText(
  { validation, structures, pools, realAnswers, refusedImages }: InversionStudy,
  report: string,
): string {
  const real = realAnswers.map((answer) => `${answer.file}: ${answer.verdict}, ${answer.explanation}`);
  const pooled = pools.length === 0 ? [] : [tableText(poolTable(validation.scores, pools)), ""];
  return [
    "",
    tableText(accuracyTable(validation.scores)),
    "",
    tableText(calibrationTable(validation.scores)),
    "",
    ...pooled,
    tableText(descriptorTable(structures.descriptors)),
    "",
    ...real,
    ...refusedImages.map(({ reason }) => reason),
    "",
    `Report: ${report}`,
  ].join("\n");
}
