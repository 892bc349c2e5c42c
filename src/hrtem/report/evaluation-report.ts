import { html, pageText, tableHtml } from "../../report/index.ts";
import type { HrtemScores } from "../score-hrtem.ts";
import { populationSection } from "./population-section.ts";
import { scoreTables } from "./score-tables.ts";
import { exampleTiles, scoreLead } from "./training-report.ts";

/**
 * The report of `hrtem evaluate`: scores beside Otsu and Bragg filtering, every image, the population.
 *
 * @param scores of scoreHrtem
 * @param texts what was scored on what
 * @returns a self-contained page
 */
export function evaluationReport(
  scores: HrtemScores,
  { model, data }: { readonly model: string; readonly data: string },
): string {
  const methods = scores.all.regions.map(({ method }) => method);
  return pageText({
    title: "HRTEM: a model on held-out images",
    lead: html`${scoreLead(scores)}
      <p>Model ${model} on ${data}.</p>`,
    sections: [
      { heading: "Scores", body: scoreTables(scores) },
      { heading: "Examples", body: exampleTiles(scores) },
      {
        heading: "Every image",
        body: tableHtml(scores.images, [
          { heading: "image", cell: ({ name }) => name },
          { heading: "particle pixels", cell: ({ truePixels }) => String(truePixels), isNumber: true },
          ...methods.map((method, m) => ({
            heading: method,
            cell: (image: HrtemScores["images"][number]) => image.methods[m].dice.toFixed(3),
            isNumber: true,
          })),
        ]),
      },
      { heading: "Population", body: populationSection(scores) },
    ],
  });
}
