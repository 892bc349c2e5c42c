import {
  accuracyTable,
  calibrationTable,
  descriptorTable,
  poolTable,
  structureTable,
  studyReport,
  studyResults,
  type InversionStudy,
} from "../inverse/index.ts";
import { framedAggregates } from "./framed-aggregates.ts";
import { writeFiles } from "./write-files.ts";
import { tableText } from "../report/index.ts";

/** Writes what a study leaves: model.onnx, results.json and report.html, the same bytes for the same study; seconds.json apart. */
export function writeStudy(folder: string, study: InversionStudy): void {
  const shown = study.gallery.map(({ labels, ...sample }) => ({ ...sample, view: labels.microscope }));
  const viewer = framedAggregates("Held-out aggregates", shown);
  const [results, report] = [studyResults(study), studyReport(study, viewer)];
  const seconds: Record<string, number> = {};
  // a stage such as reading the corpus may come twice
  for (const row of study.seconds) {
    seconds[row.stage] = Number(((seconds[row.stage] ?? 0) + row.seconds).toFixed(2));
  }
  const files = { "model.onnx": study.onnx, "results.json": results, "report.html": report };
  writeFiles(folder, { ...files, "seconds.json": seconds });
}

/** A study's figures for a terminal. */
export function studyText(
  { validation, structures, answerStructures, pools, realAnswers, refusedImages }: InversionStudy,
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
    tableText(structureTable(answerStructures.descriptors)),
    "",
    ...real,
    ...refusedImages.map(({ reason }) => reason),
    "",
    `Report: ${report}`,
  ].join("\n");
}
