import { fixed, html, pageText, tableHtml, tableOf, type Html } from "../report/index.ts";
import { exampleTiles } from "./example-tiles.ts";
import { learningHtml } from "./learning-section.ts";
import { MICROSTRUCTURE_NAMES } from "./microstructure.ts";
import type { UcsStudyResult } from "./run-ucs-study.ts";
import { importanceHtml, nameOf, settingsHtml, summaryHtml, trustHtml } from "./setting-report.ts";

/** What is asked, whatever the images. */
export const SETTING_PROBLEM = html`<p>
  A micrograph's grey values come from the specimen and from the microscope's settings. How much of a
  prediction hangs on the latter, and which normalisation, or which descriptors, take it out? After Zhong et
  al., npj Comput. Mater. 7 (2021) 161.
</p>`;

/**
 * The report of a robustness study under six headings: problem, data, models, training, evaluation, use.
 *
 * @param study result of runUcsStudy
 * @returns a self-contained page
 */
export function ucsReport(study: UcsStudyResult): string {
  const { config, comparison, learning } = study;
  return pageText({
    title: `Strength from micrographs: which pipeline to trust (${config.name})`,
    lead: html`${summaryHtml(comparison, "MPa")}
      <p>
        All micrographs are generated and the strength law is known; nothing here says how well real strengths
        are predicted.
      </p>`,
    sections: [
      { heading: "Problem", body: SETTING_PROBLEM },
      { heading: "Data", body: data(study) },
      { heading: "Models", body: importanceHtml(comparison) },
      { heading: "Training", body: training(study) },
      {
        heading: "Evaluation",
        body: html`${limitsHtml(study)}${settingsHtml(comparison, "MPa")}${learningHtml(learning, "MPa")}`,
      },
      { heading: "Use", body: trustHtml(comparison, "MPa") },
    ],
  });
}

function data({ budget, comparison, config }: UcsStudyResult): Html {
  const { specimenCount, recordedCount } = comparison;
  return html`<p>
      ${budget.lots} lots, ${specimenCount} specimens, ${budget.imagesPerSpecimen} images of
      ${config.imageSize} px each at the setting trained at; the ${recordedCount} specimens of one lot in
      ${budget.shiftedEvery} at all settings: the same content, recorded again. Strength: grains, pores and
      cracks by a known law that does not see the binder, with a scatter of ${config.strengthNoiseMPa} MPa as
      of tests.
    </p>
    ${exampleTiles(comparison)}`;
}

function training({ config, comparison, budget }: UcsStudyResult): Html {
  return html`<p>
    ${config.foldCount} folds, lots held out whole. Trained at the setting “${comparison.settings[0]}” only.
    The network of the learning curve: four levels of convolutions on squares of 64 px, ${budget.networkSteps}
    steps of sixteen, weights kept where they do best on a fifth of its lots. Settings of forest and network
    are their defaults, not searched for.
  </p>`;
}

function limitsHtml({ limits, comparison: { pipelines } }: UcsStudyResult): Html {
  const best = pipelines.reduce((a, b) => (b.asTrained.r2.value > a.asTrained.r2.value ? b : a));
  const rows = [
    { name: "the law itself, from the true microstructure", r2: limits.ofLaw },
    { name: "a forest given the true microstructure", r2: limits.ofForestOnTruth },
    { name: `best pipeline: ${nameOf(best)}`, r2: best.asTrained.r2.value },
  ];
  const recovered = MICROSTRUCTURE_NAMES.map((name) => ({ name, r2: limits.recovered[name] }));
  return html`<p>
      All specimens at the setting trained at: R² of strength, from what the tests' scatter allows down to the
      descriptors; and R² with which forests find the generator's own parameters from the descriptors of
      structure. What is low there is what keeps the strength from being found.
    </p>
    <div class="grid">
      ${tableHtml(
        tableOf(rows, [
          { heading: "strength from", text: ({ name }) => name },
          { heading: "R²", number: ({ r2 }) => r2, show: fixed(3) },
        ]),
      )}
      ${tableHtml(
        tableOf(recovered, [
          { heading: "parameter", text: ({ name }) => name },
          { heading: "R²", number: ({ r2 }) => r2, show: fixed(3) },
        ]),
      )}
    </div>`;
}
