import type { GrayImage } from "../core/index.ts";
import {
  agreementFigure,
  figureHtml,
  grayPicture,
  html,
  imageTileHtml,
  pageText,
  pngDataUri,
  tableHtml,
  type Html,
} from "../report/index.ts";
import { learningHtml } from "./learning-section.ts";
import { MICROSTRUCTURE_NAMES } from "./microstructure.ts";
import type { PipelineResult } from "./robustness.ts";
import { mostRobust, shiftedRmse, type UcsStudyResult } from "./run-ucs-study.ts";
import { intervalText } from "./score-text.ts";

/**
 * The report of a robustness study under six headings: problem, data, models, training, evaluation, use.
 *
 * @param study result of runUcsStudy
 * @returns a self-contained page
 */
export function ucsReport(study: UcsStudyResult): string {
  const { trusted, config, pipelines } = study;
  const plain = plainPipeline(study);
  const best = mostRobust(pipelines.filter(({ descriptors }) => descriptors === "all"));
  const dropText = ({ drop }: PipelineResult) => `${intervalText(drop, 2)} MPa`;
  return pageText({
    title: `Strength from micrographs: which pipeline to trust (${config.name})`,
    lead: html`<p>
        Smallest error at microscope settings not trained at: <b>${nameOf(trusted)}</b>, RMSE
        ${shiftedRmse(trusted).toFixed(2)} MPa, ${dropText(trusted)} more than as trained.
      </p>
      <p>
        All descriptors: without normalisation the RMSE grows by ${dropText(plain)} at settings not trained
        at, with the best normalisation (${best.normalization}) by ${dropText(best)}. All micrographs are
        generated and the strength law is known; nothing here says how well real strengths are predicted.
        Intervals: 95 %, bootstrap by lot.
      </p>`,
    sections: [
      { heading: "Problem", body: problem() },
      { heading: "Data", body: data(study) },
      { heading: "Models", body: models(study) },
      { heading: "Training", body: training(study) },
      { heading: "Evaluation", body: evaluation(study) },
      { heading: "Use", body: use(study) },
    ],
  });
}

function problem(): Html {
  return html`<p>
    A micrograph's grey values come from the specimen and from the microscope's settings. How much of a
    prediction of strength hangs on the latter, and which normalisation, or which descriptors, take it out?
    After Zhong et al., npj Comput. Mater. 7 (2021) 161.
  </p>`;
}

function data({ effort, specimenCount, recordedCount, config, examples }: UcsStudyResult): Html {
  const tile = ({ setting, image }: { readonly setting: string; readonly image: GrayImage }) =>
    imageTileHtml({ source: pngDataUri(grayPicture(image, 1)), caption: setting, fieldWidthNm: null });
  return html`<p>
      ${effort.lots} lots, ${specimenCount} specimens, ${effort.imagesPerSpecimen} images of
      ${config.imageSize} px each at the setting trained at; the ${recordedCount} specimens of every
      ${effort.shiftedEvery}. lot at all settings: the same content, recorded again. Strength: grains, pores
      and cracks by a known law that does not see the binder, with a scatter of ${config.strengthNoiseMPa} MPa
      as of tests.
    </p>
    <div class="grid">${examples.map(tile)}</div>`;
}

function models({ pipelines }: UcsStudyResult): Html {
  return html`<p>
      A forest of 200 trees on descriptors, the images of a specimen averaged. All descriptors: intensity,
      texture, gradients, wavelets and those of structure. Structure alone: areas of three phases, lines,
      granulometry, two-point statistics and spectrum, which do not see brightness and contrast. What forests
      lean on most (share of impurity taken away):
    </p>
    ${tableHtml(pipelines, [
      { heading: "descriptors", cell: ({ descriptors }) => descriptors },
      { heading: "normalisation", cell: ({ normalization }) => normalization },
      {
        heading: "first features",
        cell: ({ importance }) =>
          importance
            .slice(0, 4)
            .map(({ name, share }) => `${name} ${share.toFixed(2)}`)
            .join(", "),
      },
    ])}`;
}

function training({ config, settings, effort }: UcsStudyResult): Html {
  return html`<p>
    ${config.foldCount} folds, lots held out whole. Trained at the setting “${settings[0]}” only. The network
    of the learning curve: four levels of convolutions on squares of 64 px, ${effort.networkSteps} steps of
    sixteen, weights kept where they do best on a fifth of its lots. No setting was chosen on these specimens.
  </p>`;
}

function evaluation(study: UcsStudyResult): Html {
  const { pipelines, settings, trusted } = study;
  const columns = settings.map((name, setting) => ({
    heading: `R², ${name}`,
    cell: ({ scores }: PipelineResult) => intervalText(scores[setting].r2, 2),
    isNumber: true,
  }));
  const plain = plainPipeline(study);
  const best = mostRobust(pipelines.filter(({ descriptors }) => descriptors === "all"));
  const shown = [...new Set([plain, best, trusted])];
  return html`${limitsHtml(study)}
    <p>At every setting, the specimens that were recorded at all:</p>
    ${tableHtml(pipelines, [
      { heading: "descriptors", cell: ({ descriptors }) => descriptors },
      { heading: "normalisation", cell: ({ normalization }) => normalization },
      ...columns,
    ])}
    <div class="grid">${shown.flatMap((pipeline) => agreementFigures(pipeline, settings))}</div>
    ${learningHtml(study.learning, "MPa")}`;
}

function limitsHtml({ limits, pipelines }: UcsStudyResult): Html {
  const best = pipelines.reduce((a, b) => (b.asTrained.r2.value > a.asTrained.r2.value ? b : a));
  const rows = [
    { name: "the law itself, from the true microstructure", r2: limits.ofLaw.toFixed(3) },
    { name: "a forest given the true microstructure", r2: limits.ofForestOnTruth.toFixed(3) },
    { name: `best pipeline: ${nameOf(best)}`, r2: intervalText(best.asTrained.r2, 3) },
  ];
  const recovered = MICROSTRUCTURE_NAMES.map((name) => ({ name, r2: limits.recovered[name].toFixed(3) }));
  return html`<p>
      All specimens at the setting trained at: R² of strength, from what the tests' scatter allows down to the
      descriptors; and R² with which forests find the generator's own parameters from the descriptors of
      structure. What is low there is what keeps the strength from being found.
    </p>
    <div class="grid">
      ${tableHtml(rows, [
        { heading: "strength from", cell: ({ name }) => name },
        { heading: "R²", cell: ({ r2 }) => r2, isNumber: true },
      ])}
      ${tableHtml(recovered, [
        { heading: "parameter", cell: ({ name }) => name },
        { heading: "R²", cell: ({ r2 }) => r2, isNumber: true },
      ])}
    </div>`;
}

function agreementFigures(pipeline: PipelineResult, settings: readonly string[]): Html[] {
  return settings.map((setting, index) => {
    const { r2, bias } = pipeline.scores[index];
    return figureHtml(
      agreementFigure({
        title: `${nameOf(pipeline)}: ${setting}`,
        unit: "MPa",
        truth: pipeline.pairs[index].map(({ truth }) => truth),
        predicted: pipeline.pairs[index].map(({ predicted }) => predicted),
        scale: "linear",
        axes: ["true", "predicted"],
        note: `R² ${r2.value.toFixed(2)}, bias ${bias.value.toFixed(2)} MPa`,
      }),
    );
  });
}

function use({ pipelines, settings, trusted }: UcsStudyResult): Html {
  const chance = (1 / settings.length).toFixed(2);
  return html`<p>
      The table to choose by; the bold pipeline has the smallest error at settings not trained at. Drop: what
      the RMSE grows by there. Slope: error against the image's mean grey over all settings; 0 where the
      instrument pulls nowhere. Probe: a forest that guesses the setting from the descriptors, lots held out;
      above ${chance} the descriptors still know the instrument.
    </p>
    ${tableHtml(pipelines, [
      { heading: "descriptors", cell: ({ descriptors }) => descriptors },
      {
        heading: "normalisation",
        cell: (one) => (one === trusted ? html`<b>${one.normalization}</b>` : one.normalization),
      },
      { heading: "R² as trained", cell: ({ asTrained }) => intervalText(asTrained.r2, 2), isNumber: true },
      {
        heading: "RMSE as trained [MPa]",
        cell: ({ asTrained }) => intervalText(asTrained.rmse, 2),
        isNumber: true,
      },
      {
        heading: "MAE as trained [MPa]",
        cell: ({ asTrained }) => asTrained.mae.value.toFixed(2),
        isNumber: true,
      },
      {
        heading: "MAPE as trained",
        cell: ({ asTrained }) => asTrained.mape.value.toFixed(3),
        isNumber: true,
      },
      { heading: "RMSE shifted [MPa]", cell: (one) => shiftedRmse(one).toFixed(2), isNumber: true },
      { heading: "drop [MPa]", cell: ({ drop }) => intervalText(drop, 2), isNumber: true },
      {
        heading: "slope [MPa per unit grey]",
        cell: (one) => intervalText(one.intensitySlope, 1),
        isNumber: true,
      },
      { heading: "probe accuracy", cell: (one) => intervalText(one.probeAccuracy, 2), isNumber: true },
    ])}`;
}

function plainPipeline({ pipelines }: UcsStudyResult): PipelineResult {
  return pipelines.find(
    ({ normalization, descriptors }) => normalization === "none" && descriptors === "all",
  ) as PipelineResult;
}

/**
 * A pipeline in words.
 *
 * @param pipeline descriptors and normalisation
 * @returns such as "structure, CLAHE"
 */
export function nameOf({
  descriptors,
  normalization,
}: Pick<PipelineResult, "descriptors" | "normalization">): string {
  return `${descriptors === "all" ? "all descriptors" : "structure"}, ${normalization === "none" ? "no normalisation" : normalization}`;
}
