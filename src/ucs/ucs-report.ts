import type { BootstrapInterval, GrayImage } from "../core/index.ts";
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
import type { PipelineResult } from "./robustness.ts";
import { shiftedRmse, type UcsStudyResult } from "./run-ucs-study.ts";

/**
 * The report of a robustness study under six headings: problem, data, models, training, evaluation, use.
 *
 * @param study result of runUcsStudy
 * @returns a self-contained page
 */
export function ucsReport(study: UcsStudyResult): string {
  const trusted = study.pipelines.find(({ name }) => name === study.trusted) as PipelineResult;
  return pageText({
    title: `Strength from micrographs: which pipeline to trust (${study.config.name})`,
    lead: html`<p>
      Smallest mean error at settings not trained at: <b>${study.trusted}</b>,
      ${shiftedRmse(trusted).toFixed(2)} MPa. All micrographs are generated and the strength law is known;
      nothing here says how well real strengths are predicted. Intervals: 95 %, bootstrap by lot.
    </p>`,
    sections: [
      { heading: "Problem", body: problem() },
      { heading: "Data", body: data(study) },
      { heading: "Models", body: models(study) },
      { heading: "Training", body: training(study) },
      { heading: "Evaluation", body: evaluation(study) },
      { heading: "Use", body: use(study, trusted) },
    ],
  });
}

function problem(): Html {
  return html`<p>
    A micrograph's grey values come from the specimen and from the microscope's settings. How much of a
    prediction of strength hangs on the latter, and which normalisation takes it out? After Zhong et al., npj
    Comput. Mater. 7 (2021) 161.
  </p>`;
}

function data({ effort, specimenCount, config, examples, ceilingR2 }: UcsStudyResult): Html {
  const tile = ({ setting, image }: { readonly setting: string; readonly image: GrayImage }) =>
    imageTileHtml({ source: pngDataUri(grayPicture(image, 1)), caption: setting, fieldWidthNm: null });
  return html`<p>
      ${effort.lots} lots, ${specimenCount} specimens, ${effort.imagesPerSpecimen} images of
      ${config.imageSize} px each at every setting: the same content, recorded again. Strength: grains, pores
      and cracks by a known law, with a scatter of ${config.strengthNoiseMPa} MPa, which leaves R²
      ${ceilingR2.toFixed(3)} to be reached at best.
    </p>
    <div class="grid">${examples.map(tile)}</div>`;
}

function models({ pipelines }: UcsStudyResult): Html {
  return html`<p>
      Descriptors of intensity, texture, gradients, wavelets, spectrum and two-point statistics; a forest of
      200 trees. What forests lean on most (share of impurity taken away):
    </p>
    ${tableHtml(pipelines, [
      { heading: "normalisation", cell: ({ name }) => name },
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

function training({ config, settings }: UcsStudyResult): Html {
  return html`<p>
    ${config.foldCount} folds, lots held out whole. Trained at the setting “${settings[0]}” only; no parameter
    was tuned.
  </p>`;
}

function evaluation({ pipelines, settings }: UcsStudyResult): Html {
  const columns = settings.map((name, setting) => ({
    heading: `R², ${name}`,
    cell: ({ scores }: PipelineResult) => intervalText(scores[setting].r2, 2),
    isNumber: true,
  }));
  const [first] = pipelines;
  const best = pipelines.reduce((a, b) => (shiftedRmse(b) < shiftedRmse(a) ? b : a));
  const shown = first === best ? [first] : [first, best];
  const figures = shown.flatMap((pipeline) =>
    settings.map((setting, index) => {
      const pairs = pipeline.pairs[index];
      const { r2, bias } = pipeline.scores[index];
      const note = `R² ${r2.value.toFixed(2)}, bias ${bias.value.toFixed(2)} MPa`;
      const truth = pairs.map((pair) => pair.truth);
      const predicted = pairs.map((pair) => pair.predicted);
      const title = `${pipeline.name}: ${setting}`;
      return figureHtml(
        agreementFigure({
          title,
          unit: "MPa",
          truth,
          predicted,
          scale: "linear",
          axes: ["true", "predicted"],
          note,
        }),
      );
    }),
  );
  return html`${tableHtml(pipelines, [{ heading: "normalisation", cell: ({ name }) => name }, ...columns])}
    <div class="grid">${figures}</div>`;
}

function use({ pipelines, settings }: UcsStudyResult, trusted: PipelineResult): Html {
  const chance = (1 / settings.length).toFixed(2);
  return html`<p>
      Slope: error against the image's mean grey over all settings; 0 where the instrument pulls nowhere.
      Probe: a forest that guesses the setting from the descriptors, lots held out; above ${chance} the
      descriptors still know the instrument.
    </p>
    ${tableHtml(pipelines, [
      { heading: "normalisation", cell: ({ name }) => (name === trusted.name ? html`<b>${name}</b>` : name) },
      {
        heading: "RMSE as trained [MPa]",
        cell: ({ scores }) => intervalText(scores[0].rmse, 2),
        isNumber: true,
      },
      { heading: "mean RMSE shifted [MPa]", cell: (one) => shiftedRmse(one).toFixed(2), isNumber: true },
      {
        heading: "MAE as trained [MPa]",
        cell: ({ scores }) => intervalText(scores[0].mae, 2),
        isNumber: true,
      },
      { heading: "MAPE as trained", cell: ({ scores }) => intervalText(scores[0].mape, 3), isNumber: true },
      {
        heading: "slope [MPa per unit grey]",
        cell: (one) => intervalText(one.intensitySlope, 1),
        isNumber: true,
      },
      { heading: "probe accuracy", cell: (one) => intervalText(one.probeAccuracy, 2), isNumber: true },
    ])}`;
}

function intervalText({ value, low, high }: BootstrapInterval, digits: number): string {
  return `${value.toFixed(digits)} (${low.toFixed(digits)} to ${high.toFixed(digits)})`;
}
