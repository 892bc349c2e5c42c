import {
  agreementFigure,
  barsFigure,
  distributionFigure,
  figureHtml,
  framedHtml,
  grayPicture,
  html,
  imageTileHtml,
  pageText,
  percent,
  pngDataUri,
  shortNumber,
  tableHtml,
  unitText,
  type Figure,
  type FramedPage,
  type Html,
} from "../../report/index.ts";
import { counted, mean, quantile } from "../../core/index.ts";
import { informationOfR2 } from "../../posterior/index.ts";
import { viewAggregate } from "../../stem-sim/index.ts";
import { renderAggregatePicture } from "../../stochastic/index.ts";
import { factsHtml, verdictTile } from "./inversion-report.ts";
import { identificationText } from "./identification-text.ts";
import { accuracyTable, descriptorTable, estimateTable, structureTable } from "./score-tables.ts";
import { trainingFigure } from "./training-figure.ts";
import { wordsOfScoresHtml } from "./words-of-scores.ts";
import { figureTitle } from "./figure-title.ts";
import { rerenderingHtml } from "./rerender-report.ts";
import { calibrationHtml, identifiabilityHtml } from "./trust-report.ts";
import type { InvertedImage } from "../apply/inverted-image.ts";
import type { GallerySample } from "../data/study-samples.ts";
import type { InversionStudy } from "../run-inversion-study.ts";

/**
 * Composes the report of a study: one page that a person can judge the result by.
 *
 * @param result what the study found
 * @param viewer the gallery's aggregates in 3D, as a page to stand in this one
 * @returns the text of a self-contained HTML file
 */
export function studyReport(result: InversionStudy, viewer: FramedPage): string {
  return pageText({
    framed: [viewer],
    title: `heterostem: ${result.plan.name}`,
    lead: leadHtml(result),
    sections: [
      { heading: "Aggregates and their images", body: galleryHtml(result, viewer) },
      { heading: "Training", body: trainingHtml(result) },
      { heading: "Parameters from held-out images", body: parametersHtml(result) },
      { heading: "Can the intervals be believed?", body: calibrationHtml(result) },
      { heading: "What one image determines, and what more images add", body: identifiabilityHtml(result) },
      ...(result.rerenderings.length === 0
        ? []
        : [
            {
              heading: "What the posterior would have looked like",
              body: rerenderingHtml(result.rerenderings),
            },
          ]),
      { heading: "Structures from predicted parameters", body: structuresHtml(result) },
      { heading: "Structures of this very aggregate", body: answerStructuresHtml(result) },
      { heading: "Real images", body: realImagesHtml(result) },
      { heading: "What the words mean", body: wordsOfScoresHtml() },
      { heading: "How this was made", body: provenanceHtml(result) },
    ],
  });
}

function leadHtml({ validation, structures, plan }: InversionStudy): Html {
  const [first, second] = plan.materialNames;
  const hetero = structures.descriptors[0];
  const of = (word: ReturnType<typeof informationOfR2>) =>
    validation.scores.filter(({ r2OnScale }) => informationOfR2(r2OnScale) === word).length;
  const covered = mean(validation.scores.map(({ coverage }) => coverage["0.95"]));
  return html`<p>
      Virtual ${first}–${second} aggregates were grown from the prior of the recipe <code>${plan.name}</code>,
      imaged as HAADF-STEM micrographs, and a network was trained to read the model's parameters off a single
      image. Of ${counted(validation.scores.length, "quantity", "quantities")} an image determines
      ${of("determined")} and hints at ${of("hinted at")}, by ${validation.imageCount} held-out images; 95 %
      intervals hold ${percent(covered)} of all truths. Structures grown anew for ${structures.imageCount} of
      them meet the ${hetero.label} with a median relative error of ${percent(hetero.medianRelativeError)}.
    </p>
    ${figureHtml(accuracyFigure(validation))}`;
}

/** How much of each quantity's variance one image explains. */
function accuracyFigure({ scores, imageCount }: InversionStudy["validation"]): Figure {
  return barsFigure({
    bars: scores.map(({ name, r2OnScale }) => ({ name, value: r2OnScale })),
    label: "R² from one image: 1 is exact, 0 no better than the mean",
    caption: `R² of each quantity from one image, ${imageCount} held-out images.`,
  });
}

function galleryHtml({ gallery, plan: { materialNames: names } }: InversionStudy, viewer: FramedPage): Html {
  const tiles = gallery.map((sample) => html`<div>${aggregateTile(sample)}${imageTile(sample)}</div>`);
  return html`<p>
      Held-out samples: the aggregate seen along the beam (blue ${names[0]}, orange ${names[1]}), below it its
      simulated image. Black is 0, white the stated share of the incident beam.
    </p>
    <div class="grid">${tiles}</div>
    <p>The same aggregates in 3D: drag to turn, move the slider for the next.</p>
    ${framedHtml(viewer)}`;
}

function aggregateTile({ aggregate, image, labels }: GallerySample): Html {
  const fieldWidthNm = image.width * (image.pixelSizeNm ?? 1);
  const picture = renderAggregatePicture(viewAggregate(aggregate, labels.microscope), {
    widthPx: 200,
    fieldOfViewNm: fieldWidthNm,
    hasScaleBar: true,
  });
  const caption = `${aggregate.particleCount} particles, scale bar ${picture.scaleBarNm} nm`;
  const source = pngDataUri({
    width: picture.width,
    height: picture.height,
    pixels: picture.pixels,
    channels: 4,
  });
  return imageTileHtml({ source, caption, fieldWidthNm: null });
}

function imageTile({ labels, image }: GallerySample): Html {
  const { parameters, microscope } = labels;
  const white = quantile(image.data, 0.998);
  const caption =
    `number fraction ${parameters.numberFraction.toFixed(2)}, radii ${parameters.radiusFirstNm.toFixed(1)} and ` +
    `${parameters.radiusSecondNm.toFixed(1)} nm, ${Math.round(microscope.electronsPerPixel)} electrons per pixel, white ${shortNumber(white)}`;
  const fieldWidthNm = image.pixelSizeNm === null ? null : image.width * image.pixelSizeNm;
  return imageTileHtml({ source: pngDataUri(grayPicture(image, white)), caption, fieldWidthNm });
}

function trainingHtml({ learningCurve, steps, bestStep, plan, model }: InversionStudy): Html {
  const { trainCount, validationCount } = plan.counts;
  return html`${figureHtml(trainingFigure(learningCurve, model))}
    <p>
      ${trainCount} training and ${validationCount} validation images, ${steps} steps of
      ${plan.training.batchSize} images; the weights of step ${bestStep} are
      kept.${model.head.kind === "point" && model.census === null ? " A loss of 1 is what always answering the mean gives." : ""}
    </p>`;
}

function parametersHtml({ validation }: InversionStudy): Html {
  const figures = validation.scores.map((score) =>
    figureHtml(
      agreementFigure({
        title: figureTitle(score.name),
        unit: score.unit,
        truth: score.truth,
        predicted: score.predicted,
        scale: score.scale,
        axes: ["true", "predicted"],
        note: `R² ${score.r2OnScale.toFixed(2)}${score.scale === "log" ? " of the logarithm" : ""}, RMSE ${shortNumber(score.rmse)}${unitText(score.unit)}`,
      }),
    ),
  );
  const { identification } = validation;
  const identified = identification === null ? html`` : html`<p>${identificationText(identification)}</p>`;
  return html`<p>
      Each row is a parameter of the stochastic model or a descriptor. The classical estimate is a linear fit
      to projected area, intensity, size and boundary of the image; the constant always answers the mean of
      the calibration images, of logarithms where the prior is logarithmic. Errors are root mean squares in
      the parameter's unit. The continuous ranked probability score (CRPS) judges the whole posterior in the
      same unit; beside it stands the lowest one of prior, classical estimate and nearest neighbours in the
      classical measures. Rows "this aggregate" are descriptors of the imaged structure itself, read directly.
      R² is of the logarithm where the prior is logarithmic. A parameter with R² near 0 is one that a single
      projection of this kind does not determine: its interval is then as wide as the prior.
    </p>
    ${tableHtml(accuracyTable(validation.scores))} ${identified}
    <div class="grid">${figures}</div>`;
}

function structuresHtml({ structures, plan }: InversionStudy): Html {
  const panels = structures.descriptors.map((score) =>
    figureHtml(
      agreementFigure({
        title: score.label,
        unit: score.unit,
        truth: score.fromTrue,
        predicted: score.fromPredicted,
        scale: "linear",
        axes: ["from true parameters", "from predicted"],
        note: `R² ${score.r2.toFixed(2)}, median relative error ${percent(score.medianRelativeError)}`,
      }),
    ),
  );
  const distributions = structures.descriptors.map((score) =>
    figureHtml(
      distributionFigure({
        title: score.label,
        unit: score.unit,
        samples: [
          { name: "from true parameters", values: score.distributions.fromTrue },
          { name: "from predicted", values: score.distributions.fromPredicted },
        ],
        note: `distance ${percent(score.relativeDistance)} of the mean`,
      }),
    ),
  );
  const left =
    structures.unrealisableCount === 0
      ? ""
      : ` ${structures.unrealisableCount} further images are left out: no structure could be grown from their predicted or from their true parameters.`;
  return html`<p>
      For each of ${structures.imageCount} held-out images, ${plan.errorAnalysis.realisationCount} aggregates
      were grown from the predicted and as many from the true parameters; compared are the means of their
      descriptors. The floor is the error between two sets grown from the true parameters: the model's own
      randomness, which no method can beat.${left}
    </p>
    ${tableHtml(descriptorTable(structures.descriptors))}
    <div class="grid">${panels}</div>
    <p>
      Distributions over all structures of all images, filled from true and outlined from predicted
      parameters; their distance is Wasserstein's first, over the mean.
    </p>
    <div class="grid">${distributions}</div>`;
}

function answerStructuresHtml({ answerStructures, plan, model }: InversionStudy): Html {
  const { imageCount, unrealisableCount, effectiveCount, descriptors } = answerStructures;
  const panels = descriptors.map((score) =>
    figureHtml(
      agreementFigure({
        title: score.label,
        unit: score.unit,
        truth: score.truth,
        predicted: score.fromAnswer,
        scale: "linear",
        axes: ["of the imaged aggregate", "of its structures"],
        note: `R² ${score.r2.toFixed(2)}, median relative error ${percent(score.medianRelativeError)}`,
      }),
    ),
  );
  const isWeighed = model.targets.some(({ quantity }) => quantity === "descriptor");
  const weights = isWeighed
    ? `weighted so that their descriptors have the means and spreads of the posterior of this aggregate's own; the weights leave as much as ${shortNumber(effectiveCount)} even ones (median)`
    : "of even weight, for the network reads no descriptors of this aggregate (training.descriptors in the recipe)";
  const left =
    unrealisableCount === 0 ? "" : ` From ${unrealisableCount} further answers nothing could be grown.`;
  return html`<p>
      For each of ${imageCount} held-out images, ${plan.errorAnalysis.structureCount} aggregates were grown
      from the posterior of its parameters, ${weights}. Their means are compared with the aggregate that was
      imaged itself; beside them stands what even weights give.${left}
    </p>
    ${tableHtml(structureTable(descriptors))}
    <div class="grid">${panels}</div>`;
}

function realImagesHtml({ realAnswers, refusedImages, validation }: InversionStudy): Html {
  if (realAnswers.length + refusedImages.length === 0) {
    return html`<p>
      No real images were given. <code>heterostem demo --real IMAGE... --pixel-size NM</code> adds them,
      <code>heterostem invert IMAGE... --model model.onnx</code> inverts them with the model of this run.
    </p>`;
  }
  const tiles = realAnswers.map((answer) => realTile(answer));
  return html`<p>
      Each image was resampled to the network's pixel size, cropped to its field and compared with the
      training images by the network's features and by classical measures. Of the simulated held-out images,
      ${percent(validation.outOfDistributionShare)} count as out of distribution (wanted:
      ${percent(validation.wantedFalseAlarmRate)}).
    </p>
    <div class="grid">${tiles}</div>
    ${refusedImages.map(({ reason }) => html`<p>${reason}</p>`)}`;
}

function realTile(answer: InvertedImage): Html {
  const numbers =
    answer.verdict === "out of distribution" ? html`` : tableHtml(estimateTable(answer.estimates));
  return html`<div class="tile">${verdictTile(answer)}${numbers}</div>`;
}

function provenanceHtml({ model, rejectedDraws, sampleCount }: InversionStudy): Html {
  return html`${factsHtml(Object.entries(model.provenance))}
    <p>
      ${rejectedDraws} draws from the prior could not be realised by any aggregate, against ${sampleCount}
      that could: the effective prior lacks them. The resolved recipe stands in <code>run.json</code>, every
      figure of this page in <code>results.json</code>, how long each stage took in <code>seconds.json</code>.
    </p>`;
}
