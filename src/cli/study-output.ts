import { studyReport, studyResults, type PoolScore, type InversionStudy } from "../inverse/index.ts";
import { scoreTable } from "./score-table.ts";
import { writeFiles } from "./write-files.ts";
import { shortNumber, textTable } from "../report/index.ts";

/** Writes what a study leaves: model.onnx, results.json and report.html. */
export function writeStudy(folder: string, study: InversionStudy): void {
  const [results, report] = [studyResults(study), studyReport(study)];
  writeFiles(folder, { "model.onnx": study.onnx, "results.json": results, "report.html": report });
}

/** A study's figures for a terminal. */
export function studyText(
  { validation, structures, pools, realAnswers }: InversionStudy,
  report: string,
): string {
  const descriptors = textTable(structures.descriptors, [
    {
      heading: "descriptor of structures",
      cell: (s) => (s.unit === "" ? s.label : `${s.label} [${s.unit}]`),
    },
    { heading: "R2", cell: (s) => s.r2.toFixed(2), isNumber: true },
    { heading: "RMSE", cell: (s) => shortNumber(s.rmse), isNumber: true },
    { heading: "floor", cell: (s) => shortNumber(s.floorRmse), isNumber: true },
  ]);
  const real = realAnswers.map((answer) => `${answer.file}: ${answer.verdict}, ${answer.explanation}`);
  const pooled = pools.length === 0 ? [] : [poolTable(pools), ""];
  return [
    "",
    scoreTable(validation.scores),
    "",
    ...pooled,
    descriptors,
    "",
    ...real,
    "",
    `Report: ${report}`,
  ].join("\n");
}

function poolTable(pools: readonly PoolScore[]): string {
  const keys = [...new Set(pools.map(({ key }) => key))];
  const sizes = [...new Set(pools.map(({ imageCount }) => imageCount))];
  const scoreOf = (key: string, size: number) =>
    pools.find((score) => score.key === key && score.imageCount === size);
  const columns = sizes.flatMap((size) => [
    {
      heading: `R2 of ${size}`,
      cell: (key: string) => (scoreOf(key, size)?.r2OnScale ?? NaN).toFixed(2),
      isNumber: true,
    },
    {
      heading: "68 % width",
      cell: (key: string) => shortNumber(scoreOf(key, size)?.sharpness ?? NaN),
      isNumber: true,
    },
  ]);
  return textTable(keys, [{ heading: "pooled images", cell: (key) => key }, ...columns]);
}
