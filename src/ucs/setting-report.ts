import {
  agreementFigure,
  figureHtml,
  html,
  intervalText,
  tableHtml,
  tableOf,
  type Html,
} from "../report/index.ts";
import { mostRobust, shiftedRmse, type SettingComparison } from "./compare-settings.ts";
import type { PipelineResult } from "./robustness.ts";
import { asTrainedTable, PIPELINE, robustnessTable } from "./score-tables.ts";

/**
 * The summary of a comparison: the most robust pipeline, and what settings cost with and without normalisation.
 */
export function summaryHtml(comparison: SettingComparison, unit: string): Html {
  const { trusted, pipelines } = comparison;
  const plain = plainPipeline(comparison);
  const ofAll = pipelines.filter(({ descriptors }) => descriptors === "all");
  const mildest = ofAll.reduce((best, one) => (one.drop.value < best.drop.value ? one : best));
  const dropText = ({ drop }: PipelineResult) => `${intervalText(drop)} ${unit}`;
  const priceText = (mildest.scores[0].rmse.value - plain.scores[0].rmse.value).toFixed(2);
  return html`<p>
      Smallest error at microscope settings not trained at: <b>${nameOf(trusted)}</b>, RMSE
      ${shiftedRmse(trusted).toFixed(2)} ${unit}, ${dropText(trusted)} more than as trained.
    </p>
    <p>
      All descriptors: without normalisation the RMSE grows by ${dropText(plain)} at settings not trained at.
      With ${mildest.normalization}, the normalisation that holds it best, it grows by ${dropText(mildest)},
      from a start that is ${priceText} ${unit} higher. Intervals: 95 %, bootstrap by lot.
    </p>`;
}

/** What forests lean on, pipeline by pipeline. */
export function importanceHtml({ pipelines }: SettingComparison): Html {
  return html`<p>
      A forest of 200 trees on descriptors, the images of a specimen averaged. All descriptors: intensity,
      texture, gradients, wavelets and those of structure. Structure alone: areas of three phases, lines,
      granulometry, two-point statistics and spectrum, which do not see brightness and contrast. What forests
      lean on most (share of impurity taken away):
    </p>
    ${tableHtml(
      tableOf(pipelines, [
        ...PIPELINE,
        {
          heading: "first features",
          text: ({ importance }) =>
            importance
              .slice(0, 4)
              .map(({ name, share }) => `${name} ${share.toFixed(2)}`)
              .join(", "),
        },
      ]),
    )}`;
}

/**
 * Scores at every setting, and predicted against true for the plain, the best normalised and the trusted pipeline.
 */
export function settingsHtml(comparison: SettingComparison, unit: string): Html {
  const { pipelines, settings, trusted, recordedCount } = comparison;
  const columns = settings.map((name, setting) => ({
    heading: `R², ${name}`,
    interval: ({ scores }: PipelineResult) => scores[setting].r2,
  }));
  const shown = [...new Set([plainPipeline(comparison), bestWithAll(comparison), trusted])];
  return html`<p>At every setting, the ${recordedCount} specimens that were recorded at all:</p>
    ${tableHtml(tableOf(pipelines, [...PIPELINE, ...columns]))}
    ${shown.map(
      (pipeline) =>
        html`<h3>${nameOf(pipeline)}</h3>
          <div class="grid">${agreementFigures(pipeline, settings, unit)}</div>`,
    )}`;
}

function agreementFigures(pipeline: PipelineResult, settings: readonly string[], unit: string): Html[] {
  return settings.map((setting, index) => {
    const { r2, bias } = pipeline.scores[index];
    return figureHtml(
      agreementFigure({
        title: setting,
        unit,
        truth: pipeline.pairs[index].map(({ truth }) => truth),
        predicted: pipeline.pairs[index].map(({ predicted }) => predicted),
        scale: "linear",
        axes: ["true", "predicted"],
        note: `R² ${r2.value.toFixed(2)}, bias ${bias.value.toFixed(2)} ${unit}`,
      }),
    );
  });
}

/** The table to choose a pipeline by. */
export function trustHtml(comparison: SettingComparison, unit: string): Html {
  const { settings, specimenCount } = comparison;
  return html`<p>
      The table to choose by; the pipeline with a star has the smallest error at settings not trained at.
      Drop: what the RMSE grows by there. Slope: error against the image's mean grey over all settings; 0
      where the instrument pulls nowhere. Probe: a forest that guesses the setting from the descriptors, lots
      held out; above ${(1 / settings.length).toFixed(2)} the descriptors still know the instrument.
    </p>
    ${tableHtml(robustnessTable(comparison, unit))}
    <p>All ${specimenCount} specimens at the setting trained at:</p>
    ${tableHtml(asTrainedTable(comparison, unit))}`;
}

function plainPipeline({ pipelines }: SettingComparison): PipelineResult {
  return pipelines.find(
    ({ normalization, descriptors }) => normalization === "none" && descriptors === "all",
  ) as PipelineResult;
}

function bestWithAll({ pipelines }: SettingComparison): PipelineResult {
  return mostRobust(pipelines.filter(({ descriptors }) => descriptors === "all"));
}

/** A pipeline in words. */
export function nameOf({
  descriptors,
  normalization,
}: Pick<PipelineResult, "descriptors" | "normalization">): string {
  const set = descriptors === "all" ? "all descriptors" : "structure";
  return `${set}, ${normalization === "none" ? "no normalisation" : normalization}`;
}
