import { importanceOf } from "../../forest/index.ts";
import {
  figureHtml,
  fixed,
  html,
  intervalText,
  learningCurveFigure,
  pageText,
  tableHtml,
  tableOf,
  type Html,
} from "../../report/index.ts";
import type { HrtemScores } from "../score-hrtem.ts";
import type { TrainedHrtem } from "../train-hrtem.ts";
import type { HrtemTrainingResult } from "../train-model.ts";
import { imageTile, maskTile } from "./image-tiles.ts";
import { populationSection } from "./population-section.ts";
import { scoreTables } from "./score-tables.ts";

/** What the page says of the images. */
export interface TrainingPage {
  readonly title: string;
  /** One paragraph on where the images come from. */
  readonly data: string;
  readonly isSimulated: boolean;
}

/**
 * The report of a training under six headings: problem, data, models, training, evaluation, use; the last two only where images were
 * held out.
 *
 * @param result of trainOnSimulated or trainOnRecorded
 * @param page title and data
 * @returns a self-contained page
 */
export function trainingReport(
  { trained, scores, counts, pixelSizeNm }: HrtemTrainingResult,
  { title, data, isSimulated }: TrainingPage,
): string {
  const caveat = isSimulated
    ? html`<p>All images are simulated; the accuracy on real micrographs is not known from this page.</p>`
    : html``;
  return pageText({
    title,
    lead: html`${scores === null ? html`<p>No image was held out: the model has no scores.</p>` : scoreLead(scores)}
    ${caveat}`,
    sections: [
      { heading: "Problem", body: problem() },
      {
        heading: "Data",
        body: html`<p>
            ${data} ${counts.training} training, ${counts.validation} validation, ${counts.heldOut} held-out
            images at ${pixelSizeNm} nm; ${trained.particleCount} particles train the forest. Particles at the
            border are found but neither classified nor counted.
          </p>
          ${scores === null ? html`` : exampleTiles(scores)}`,
      },
      { heading: "Models", body: models(trained) },
      { heading: "Training", body: training(trained) },
      ...(scores === null
        ? []
        : [
            { heading: "Evaluation", body: scoreTables(scores) },
            { heading: "Use: what the population shows", body: population(scores) },
          ]),
    ],
  });
}

/** The scores in a sentence or two. */
export function scoreLead({ all: { regions, forests, imageCount } }: HrtemScores): Html {
  const whole = forests.at(-1);
  return html`<p>
    Regions: Dice ${intervalText(regions[0].dice)} on ${imageCount} held-out images.
    ${
      whole === undefined
        ? ""
        : html`Classes: accuracy ${intervalText(whole.scores.accuracy)}, macro
          ${intervalText(whole.scores.macroAccuracy)} on ${whole.scores.count} held-out particles.`
    }
    Intervals: 95 %, bootstrap by image.
  </p>`;
}

function problem(): Html {
  return html`<p>
    Which pixels of a high-resolution TEM image belong to particles, which particles show a stacking fault,
    and how do faults go with size? After Groschner, Choi and Scott, Microsc. Microanal. 27 (2021) 549, who
    report a Dice of 0.8 and an accuracy of 0.86 over five classes on real images.
  </p>`;
}

/** Images beside what was found in them. */
export function exampleTiles({ examples }: Pick<HrtemScores, "examples">): Html {
  const tiles = examples.flatMap(({ name, image, found, truth, dice }) => [
    imageTile(image, name),
    maskTile(image, { found, truth }, `Dice ${dice.toFixed(3)}; white hit, magenta missed, cyan too much`),
  ]);
  return html`<div class="grid">${tiles}</div>`;
}

function models({ forests }: TrainedHrtem): Html {
  const importance = importanceOf(forests[forests.length - 1].forest);
  return html`<p>
      Regions: the paper's U-Net, 65,490 parameters. Classes: a forest of 500 trees on the paper's five radial
      features, with Bragg spots, evenness of the fringes and the outline. Features the forest leans on most
      (share of the impurity taken away; correlated features share):
    </p>
    ${tableHtml(
      tableOf(importance.slice(0, 12), [
        { heading: "feature", text: ({ name }) => name },
        { heading: "share", number: ({ share }) => share, show: fixed(3) },
      ]),
    )}`;
}

function training({ learningCurve, threshold }: TrainedHrtem): Html {
  const points = learningCurve.flatMap(({ step, trainingLoss, validationLoss }) => [
    { step, loss: trainingLoss, set: "training" as const },
    { step, loss: validationLoss, set: "validation" as const },
  ]);
  return html`<p>
      The threshold ${threshold.threshold} was chosen on the validation images (mean Dice
      ${threshold.meanDice.toFixed(3)} there), not on those it is scored on.
    </p>
    ${figureHtml(learningCurveFigure(points, "cross-entropy [nat per pixel]"))}`;
}

function population(scores: HrtemScores): Html {
  return html`<p>
      Statistics of the ${scores.rows.length} particles found in the held-out images, beside those of their
      true classes where they are known. <code>particles.csv</code> has every particle,
      <code>statistics.csv</code> and <code>histograms.csv</code> these numbers.
    </p>
    ${populationSection(scores)}`;
}
