import { counted, median } from "../core/index.ts";
import {
  figureHtml,
  html,
  imageTileHtml,
  grayPicture,
  intervalsFigure,
  notesHtml,
  pageText,
  pngDataUri,
  shortNumber,
  tableHtml,
  unitText,
  type Html,
} from "../report/index.ts";
import type { ModelFacts } from "./model-facts.ts";
import { greyRange } from "./normalisations.ts";
import type { StrengthPrediction } from "./predict-strength.ts";
import { predictionTable } from "./score-tables.ts";
import type { StrengthSpecimen } from "./strength-model.ts";

/** What `ucs predict` tells. */
export interface PredictionReport {
  readonly facts: ModelFacts;
  readonly predictions: readonly StrengthPrediction[];
  readonly specimens: readonly StrengthSpecimen[];
  /** What a careful reader should know. */
  readonly notes: readonly string[];
  /** How near predictions come where the truth is known, in words; null where it is not. */
  readonly scoresText: string | null;
}

/** Specimens that the figure and the pictures show. */
const [MOST_ROWS, MOST_TILES] = [40, 12];

/**
 * Composes the page of `ucs predict`: numbers with their intervals on what the model was trained on, and the images.
 *
 * @param report predictions, specimens, notes
 * @returns the text of a self-contained HTML file
 */
export function predictionReport(report: PredictionReport): string {
  const { facts, predictions, specimens, notes, scoresText } = report;
  const values = predictions.map(({ predicted }) => predicted);
  const unit = unitText(facts.unit);
  const [lowest, highest] = [Math.min(...values), Math.max(...values)].map(shortNumber);
  const hidden =
    specimens.length <= MOST_TILES
      ? ""
      : ` The first ${MOST_TILES} of ${counted(specimens.length, "specimen")}.`;
  return pageText({
    title: `Predicted ${facts.target} of ${counted(predictions.length, "specimen")}`,
    lead: html`<p>
        Predicted ${facts.target}: median ${shortNumber(median(values))}${unit}, from ${lowest} to
        ${highest}${unit}. Intervals are meant to hold nine of ten specimens of lots that were not trained on;
        on such lots they held ${(100 * facts.coverage).toFixed(0)} %. ${scoresText ?? ""}
      </p>
      ${notesHtml(notes)} ${figure(report)}`,
    sections: [
      { heading: "Predictions", body: tableHtml(predictionTable(predictions, facts)) },
      {
        heading: "Images",
        body: html`<p>The first image of each specimen.${hidden}</p>
          <div class="grid">${specimens.slice(0, MOST_TILES).map(tile)}</div>`,
      },
    ],
  });
}

function figure({ facts, predictions }: PredictionReport): Html {
  const rows = predictions.slice(0, MOST_ROWS).map(({ name, predicted, low, high }) => ({
    name,
    unit: facts.unit ?? "",
    scale: "linear" as const,
    known: facts.targetRange,
    median: predicted,
    wide: [low, high] as const,
  }));
  const caption = `${facts.target} of ${counted(rows.length, "specimen")}: line at the prediction, blue its 90 % interval, grey the range of the training specimens.`;
  const words = { value: "predicted", wide: "90 % interval", known: "range trained on" };
  return figureHtml(intervalsFigure(rows, caption, words));
}

function tile({ name, images: [{ image }] }: StrengthSpecimen): Html {
  return imageTileHtml({
    source: pngDataUri(grayPicture(image, greyRange(image)[1])),
    caption: name,
    fieldWidthNm: image.pixelSizeNm === null ? null : image.pixelSizeNm * image.width,
  });
}
