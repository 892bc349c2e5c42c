import { fixed, html, pageText, tableHtml, tableOf } from "../../report/index.ts";
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
        body: tableHtml(
          tableOf(scores.images, [
            { heading: "image", text: ({ name }) => name },
            { heading: "particles", unit: "px", number: ({ truePixels }) => truePixels },
            ...methods.map((method, m) => ({
              heading: method,
              number: (image: HrtemScores["images"][number]) => image.methods[m].dice,
              show: fixed(3),
            })),
          ]),
        ),
      },
      { heading: "Population", body: populationSection(scores) },
    ],
  });
}
