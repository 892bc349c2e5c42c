import { cropCenter } from "../image/index.ts";
import {
  agreementFigure,
  figureHtml,
  fixed,
  grayPicture,
  html,
  imageTileHtml,
  intervalText,
  pageText,
  pngDataUri,
  tableHtml,
  tableOf,
  unitText,
  type Html,
} from "../report/index.ts";
import { learningHtml } from "./learning-section.ts";
import { heldOutTable } from "./score-tables.ts";
import type { ModelChoice } from "./model-facts.ts";
import { greyRange } from "./normalisations.ts";
import type { StrengthSpecimen, TrainedModel } from "./strength-model.ts";

/** Where a model came from and went to. */
export interface TrainingFacts {
  /** Table of images and strengths. */
  readonly table: string;
  /** Folder of the model. */
  readonly model: string;
  readonly choice: ModelChoice;
  /** Some of the specimens, to be shown. */
  readonly examples: readonly StrengthSpecimen[];
}

/** Edge of the part of an image that is shown [px]. */
const SHOWN_PX = 256;

/**
 * The report of a model trained on a user's table, under six headings: problem, data, models, training, evaluation, use.
 *
 * @param trained the model and how it did on lots held out
 * @param from table, folder, settings
 * @returns a self-contained page
 */
export function trainingReport(trained: TrainedModel, from: TrainingFacts): string {
  const { facts } = trained;
  const suffix = unitText(facts.unit);
  return pageText({
    title: `${facts.target} from micrographs (${from.table})`,
    lead: html`<p>
      On lots held out: RMSE ${intervalText(facts.scores.rmse)}${suffix}, R² ${intervalText(facts.scores.r2)}.
      ${verdict(trained)} Intervals: 95 %, bootstrap by lot.
    </p>`,
    sections: [
      { heading: "Problem", body: problem(trained) },
      { heading: "Data", body: data(trained, from) },
      { heading: "Models", body: models(trained, from) },
      { heading: "Training", body: training(trained, from) },
      { heading: "Evaluation", body: evaluation(trained) },
      { heading: "Use", body: use(trained, from) },
    ],
  });
}

function verdict({ facts: { gain, unit, lotCount } }: TrainedModel): string {
  const size = `The mean of the other lots is worse by ${intervalText(gain)}${unitText(unit)}`;
  if (gain.low > 0) return `${size}: the images say something about lots that were not seen.`;
  return `${size}: ${lotCount} lots do not show that the images say anything about a lot that was not seen.`;
}

function problem({ facts: { target, unit } }: TrainedModel): Html {
  return html`<p>
    Predict ${target}${unit === null ? "" : ` in ${unit}`} of a specimen from its micrographs, for lots that
    the model has not seen.
  </p>`;
}

function data({ facts }: TrainedModel, { table, examples }: TrainingFacts): Html {
  const [low, high] = facts.targetRange;
  const size = facts.pixelSizeNm === null ? "none stated in the files" : `${facts.pixelSizeNm} nm`;
  return html`<p>
      ${table}: ${facts.specimenCount} specimens of ${facts.lotCount} lots, ${facts.imageCount} images; pixel
      size: ${size}. ${facts.target} from ${low} to ${high}. The middle of some images:
    </p>
    <div class="grid">${examples.map((specimen) => tile(specimen, facts.unit))}</div>`;
}

function tile({ name, strength, images: [{ image }] }: StrengthSpecimen, unit: string | null): Html {
  const [width, height] = [Math.min(SHOWN_PX, image.width), Math.min(SHOWN_PX, image.height)];
  const middle = cropCenter(image, width, height);
  return imageTileHtml({
    source: pngDataUri(grayPicture(middle, greyRange(middle)[1])),
    caption: `${name}: ${strength}${unitText(unit)}`,
    fieldWidthNm: image.pixelSizeNm === null ? null : image.pixelSizeNm * width,
  });
}

function models({ facts, importance }: TrainedModel, { choice }: TrainingFacts): Html {
  if (facts.kind === "cnn") {
    return html`<p>
      A network from pixels to ${facts.target}: four levels of convolutions on z-scored squares of
      ${choice.network.edgePx} px; the mean over a specimen's squares and images.
    </p>`;
  }
  return html`<p>
      A forest of 200 trees on ${facts.descriptors === "all" ? "all descriptors" : "descriptors of structure"}
      after ${facts.normalization === "none" ? "no normalisation" : facts.normalization}, the images of a
      specimen averaged. Share of impurity that each descriptor took away:
    </p>
    ${tableHtml(
      tableOf(importance.slice(0, 12), [
        { heading: "descriptor", text: ({ name }) => name },
        { heading: "share", number: ({ share }) => share, show: fixed(3) },
      ]),
    )}`;
}

function training({ facts }: TrainedModel, { choice }: TrainingFacts): Html {
  const budget = facts.kind === "cnn" ? ` ${choice.network.steps} steps of sixteen squares each.` : "";
  return html`<p>
    ${choice.foldCount} folds, lots held out whole; then once more on everything, which is the model that is
    kept.${budget} Seed ${choice.seed}.
  </p>`;
}

function evaluation({ facts, pairs, learning }: TrainedModel): Html {
  const { scores, unit, target } = facts;
  return html`${tableHtml(heldOutTable(facts))}
  ${figureHtml(
    agreementFigure({
      title: `${target}, lots held out`,
      unit: unit ?? "",
      truth: pairs.map(({ truth }) => truth),
      predicted: pairs.map(({ predicted }) => predicted),
      scale: "linear",
      axes: ["true", "predicted"],
      note: `R² ${scores.r2.value.toFixed(2)}`,
    }),
  )}
  ${learning.length === 0 ? "" : learningHtml(learning, unit)}`;
}

function use({ facts }: TrainedModel, { model }: TrainingFacts): Html {
  const suffix = unitText(facts.unit);
  return html`<p><code>heterostem ucs predict ${model} IMAGE...</code></p>
    <p>
      Every prediction comes with an interval of ± ${facts.halfWidth.toFixed(3)}${suffix}, meant to hold nine
      of ten specimens of lots that were not seen; made from the other lots alone, such intervals held
      ${(100 * facts.coverage).toFixed(0)} % of the specimens here. It holds only for images of the same kind:
      same material, pixel size, detector and, unless the normalisation takes them out, the same settings. A
      forest never predicts beyond ${facts.targetRange.join(" to ")}${suffix}.
    </p>`;
}
