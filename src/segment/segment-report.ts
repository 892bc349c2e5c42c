import {
  curvesFigure,
  figureHtml,
  fixed,
  html,
  intervalText,
  warningsHtml,
  pageText,
  tableHtml,
} from "../report/index.ts";
import type { Html } from "../report/index.ts";
import { casesHtml } from "./cases-section.ts";
import type { LabelledMicrograph, SetManifest } from "./data/labelled-set.ts";
import type { ImageEvaluation, RuleSummary } from "./evaluate-segmenter.ts";
import { particlesHtml } from "./particles/particles-section.ts";
import type { ParticleImage } from "./particles/particle-table.ts";
import { confusionTable, overallTable, pooledScoreTable, scoreTable } from "./score-tables.ts";
import type { SegmenterMetadata } from "./segmenter-model.ts";
import { splitTable } from "./split-table.ts";

/** Everything that a report is written from: recorded facts, no opinions. */
export interface SegmentReportInput {
  readonly manifest: SetManifest;
  readonly metadata: SegmenterMetadata;
  readonly learningCurve: readonly {
    readonly step: number;
    readonly trainingLoss: number;
    readonly validationLoss: number;
  }[];
  readonly evaluations: readonly ImageEvaluation[];
  readonly summaries: readonly RuleSummary[];
  readonly items: readonly LabelledMicrograph[];
  /** Particles of the labels and of the plain rule's answers, by image. */
  readonly particles: {
    readonly labelled: readonly ParticleImage[];
    readonly found: readonly ParticleImage[];
  };
  /** Name of the split that was measured on. */
  readonly splitName: string;
  /** Call that applies the model. */
  readonly applyCall: string;
}

/**
 * Composes the report of a segmentation: one page under the six steps of [baskaran2021].
 *
 * @param input recorded facts of data set, training and evaluation
 * @returns the text of a self-contained HTML file
 */
export function segmentReport(input: SegmentReportInput): string {
  const { config } = input.manifest;
  return pageText({
    title: `Segmentation: ${config.name}`,
    lead: leadHtml(input),
    sections: [
      { heading: "1. Problem", body: problemHtml(input) },
      { heading: "2. Data set", body: dataHtml(input) },
      { heading: "3. Model", body: modelHtml(input) },
      { heading: "4. Training", body: trainingHtml(input) },
      { heading: "5. Evaluation", body: evaluationHtml(input) },
      { heading: "6. Integration", body: integrationHtml(input) },
    ],
  });
}

function leadHtml({ summaries, splitName }: SegmentReportInput): Html {
  const [{ classes, imageCount, groupCount }] = summaries;
  const lines = classes.map(
    ({ name, iou, otsuIou }) =>
      html`<li>
        ${name}: mean IoU ${intervalText(iou, fixed(3))}; a threshold after Otsu reaches
        ${fixed(3)(otsuIou.value)}
      </li>`,
  );
  return html`<p>
      On ${imageCount} ${splitName} images of ${groupCount} ${groupCount === 1 ? "group" : "groups"}:
    </p>
    <ul>
      ${lines}
    </ul>`;
}

function problemHtml({ manifest: { config } }: SegmentReportInput): Html {
  const [background, ...objects] = config.data.classNames;
  return html`<p>${config.problem === "" ? "The study states no problem." : config.problem}</p>
    <p>
      Every pixel is given one of ${config.data.classNames.length} classes: ${objects.join(", ")}, or
      ${background}.
    </p>`;
}

function dataHtml({ manifest }: SegmentReportInput): Html {
  return html`<p>
      Split by ${manifest.config.data.split.by}; class shares are means over images. Images of one group share
      a specimen, and stand on one side.
    </p>
    ${tableHtml(splitTable(manifest))} ${warningsHtml(manifest.warnings)}`;
}

function modelHtml({ metadata }: SegmentReportInput): Html {
  const { widths, bottomWidth, blockPx, batchNormalisation, normalization } = metadata.config.model;
  return html`<p>
    U-Net${blockPx === 1 ? "" : ` on blocks of ${blockPx} x ${blockPx} px`} of ${widths.length} levels with
    ${widths.join(", ")} channels and ${bottomWidth} at the bottom,
    ${batchNormalisation ? "batch normalisation" : "no normalisation layers"}; intensities by
    ${normalization}; a pixel's answer depends on ${metadata.tiling.marginPx} px around it.
    ${metadata.startedFrom === null ? "No pre-trained weights." : `Started from the weights of ${metadata.startedFrom}.`}
  </p>`;
}

function trainingHtml({ metadata, learningCurve }: SegmentReportInput): Html {
  const { training, seed } = metadata.config;
  const points = (key: "trainingLoss" | "validationLoss") =>
    learningCurve.map((point) => ({ x: point.step, y: point[key] }));
  const figure = curvesFigure({
    curves: [
      { name: "training", points: points("trainingLoss") },
      { name: "watched", points: points("validationLoss") },
    ],
    axes: ["step", "loss"],
    caption: "Loss of the training steps, and of the crops that are watched, against steps.",
  });
  const kept = `The weights of step ${metadata.bestStep} of ${metadata.steps} are kept (watched loss ${metadata.bestValidationLoss.toFixed(3)}).`;
  return html`${figureHtml(figure)}
    <p>
      ${metadata.trainingNames.length} images, ${training.epochs} epochs of ${training.cropsPerImage} crops of
      ${training.cropPx} px an image, ${training.batchSize} crops a step, seed ${seed};
      ${training.crossEntropyShare} parts cross-entropy to
      ${Number((1 - training.crossEntropyShare).toFixed(3))} parts Dice; AdamW, peak rate
      ${training.learningRate}. ${kept}
    </p>`;
}

function evaluationHtml(input: SegmentReportInput): Html {
  const { summaries, metadata, evaluations, items } = input;
  const { classId } = metadata.config.particles;
  const { chosenThreshold, radiusPx, threshold, validationIou, views } = metadata.postProcessing;
  const chosen =
    validationIou === null
      ? "was not chosen, for there is no validation set"
      : "was chosen on the validation set";
  const oneGroup =
    summaries[0].groupCount < 2
      ? " The images are of one group, so there is no interval between groups."
      : "";
  const viewsText = views === 1 ? "" : ` Probabilities are means over ${views} symmetric views.`;
  const edgeText =
    metadata.config.data.unlabelledEdgePx === 0
      ? ""
      : " The labels leave out objects cut by the image's edge, so those found, and those of Otsu's threshold, are not counted either.";
  return html`<p>
      Means over images, with 95 % intervals from drawing groups.${oneGroup}${viewsText}${edgeText} Plain:
      probability above ${threshold}, or the likeliest class. Morphological: threshold ${chosenThreshold},
      which ${chosen}, then opening and closing by a disc of ${radiusPx} px. AP50 and PQ50 count objects with
      an IoU of 0.5 and more; F0.5 and F2 are of all pixels together.
    </p>
    ${tableHtml(scoreTable(summaries))} ${tableHtml(pooledScoreTable(summaries))}
    <h3>Over all classes, background included</h3>
    ${tableHtml(overallTable(summaries))}
    <h3>Confusion, of all pixels</h3>
    ${tableHtml(confusionTable(summaries[0], metadata.classNames, "%"))}
    ${casesHtml({ evaluations, items, classId, className: metadata.classNames[classId] })}
    ${particlesPartHtml(input)}`;
}

function particlesPartHtml({ particles, metadata }: SegmentReportInput): Html {
  const { classId, edgeRule } = metadata.config.particles;
  const samples = [
    { name: "labelled", images: particles.labelled },
    { name: "found", images: particles.found },
  ] as const;
  return html`<h3>Particles of ${metadata.classNames[classId]}</h3>
    ${particlesHtml(samples, edgeRule)}`;
}

function integrationHtml({ metadata, applyCall }: SegmentReportInput): Html {
  const sizes = metadata.pixelSizesNm;
  const trained =
    sizes === null
      ? "The images do not say their pixel size."
      : `Trained at ${sizes.join(" to ")} nm a pixel.`;
  return html`<p>
      The model is one ONNX file that holds classes, normalisation, tiling and thresholds; nothing else is
      needed:
    </p>
    <p><code>${applyCall}</code></p>
    <p>
      It writes labels, overlays and a table of particles, of any image size. ${trained} heterostem
      ${metadata.heterostemVersion}.
    </p>`;
}
