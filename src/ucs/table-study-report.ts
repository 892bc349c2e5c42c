import { html, pageText } from "../report/index.ts";
import { exampleTiles } from "./example-tiles.ts";
import { importanceHtml, settingsHtml, summaryHtml, trustHtml } from "./setting-report.ts";
import type { TableStudyResult } from "./table-study.ts";
import { SETTING_PROBLEM } from "./ucs-report.ts";

/**
 * The report of a robustness study on a user's images, under six headings.
 *
 * @param study result of runTableStudy
 * @returns a self-contained page
 */
export function tableStudyReport(study: TableStudyResult): string {
  const { table, target, foldCount, lotCount, isRecorded, comparison } = study;
  const unit = study.unit ?? target;
  const how = isRecorded
    ? "as the table's column setting names them"
    : "simulated: grey from 0 to 1 multiplied about 0.5, added to or raised to a power, each a little (0.02) otherwise from image to image, and cut at 0 and 1";
  return pageText({
    title: `${target} from micrographs: which pipeline to trust (${table})`,
    lead: summaryHtml(comparison, unit),
    sections: [
      { heading: "Problem", body: SETTING_PROBLEM },
      {
        heading: "Data",
        body: html`<p>
            ${table}: ${comparison.specimenCount} specimens of ${lotCount} lots, ${comparison.recordedCount}
            of them at all of ${comparison.settings.length} settings (${comparison.settings.join(", ")}),
            ${how}.
          </p>
          ${exampleTiles(comparison)}`,
      },
      { heading: "Models", body: importanceHtml(comparison) },
      {
        heading: "Training",
        body: html`<p>
          ${foldCount} folds, lots held out whole. Trained at the setting “${comparison.settings[0]}” only.
        </p>`,
      },
      { heading: "Evaluation", body: settingsHtml(comparison, unit) },
      { heading: "Use", body: trustHtml(comparison, unit) },
    ],
  });
}
