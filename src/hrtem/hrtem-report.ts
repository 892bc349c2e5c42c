import type { BootstrapInterval, GrayImage } from "../core/index.ts";
import {
  curvesFigure,
  figureHtml,
  histogramFigure,
  html,
  imageTileHtml,
  learningCurveFigure,
  pageText,
  pngDataUri,
  tableHtml,
  type Html,
  type Picture,
} from "../report/index.ts";
import { PARTICLE_CLASSES } from "./classify/particle-truth.ts";
import type { Population } from "./population.ts";
import type { HrtemExample, HrtemStudyResult } from "./run-hrtem-study.ts";

/**
 * The report of a study under six headings: problem, data, models, training, evaluation, use.
 *
 * @param study result of runHrtemStudy
 * @returns a self-contained page
 */
export function hrtemReport(study: HrtemStudyResult): string {
  const [network] = study.regionScores;
  const whole = study.forests[study.forests.length - 1];
  const lead = html`<p>
    Regions: Dice ${intervalText(network.dice)} on ${study.effort.testFields} held-out simulated images.
    Classes: accuracy ${intervalText(whole.scores.accuracy)}, macro
    ${intervalText(whole.scores.macroAccuracy)} on ${whole.scores.count} held-out particles. Intervals: 95 %,
    bootstrap by image. All images are simulated; the accuracy on real micrographs is not known from this
    page.
  </p>`;
  return pageText({
    title: `HRTEM: regions, faults and their statistics (${study.config.name})`,
    lead,
    sections: [
      { heading: "Problem", body: problem() },
      { heading: "Data", body: data(study) },
      { heading: "Models", body: models(study) },
      { heading: "Training", body: training(study) },
      { heading: "Evaluation", body: evaluation(study) },
      { heading: "Use: what the population shows", body: population(study) },
    ],
  });
}

function problem(): Html {
  return html`<p>
    Which pixels of a high-resolution TEM image belong to particles, which particles show a stacking fault,
    and how do faults go with size? After Groschner, Choi and Scott, Microsc. Microanal. 27 (2021) 549, who
    report a Dice of 0.8 and an accuracy of 0.86 over five classes on real images.
  </p>`;
}

function data({ config, effort, examples, trainingParticles }: HrtemStudyResult): Html {
  const { specimen, pixelSizeNm, fieldSize } = config;
  const tiles = examples.flatMap((example, i) => [
    tile(
      grayOf(example.image),
      `held-out image ${i + 1}, ${Math.round(example.dosePerNm2 / 100)} e/Å²`,
      example,
    ),
    tile(
      overlayOf(example),
      `Dice ${example.dice.toFixed(3)}; white hit, magenta missed, cyan too much`,
      example,
    ),
  ]);
  return html`<p>
      ${specimen.lattice} on amorphous carbon by multislice: ${effort.trainingFields} training,
      ${effort.validationFields} validation, ${effort.testFields} test images of ${fieldSize} px at
      ${pixelSizeNm} nm; ${trainingParticles} particles train the forest. Particles at the border are found
      but neither classified nor counted.
    </p>
    <div class="grid">${tiles}</div>`;
}

function tile(picture: Picture, caption: string, { image }: HrtemExample): Html {
  const fieldWidthNm = image.width * (image.pixelSizeNm ?? 0);
  return imageTileHtml({ source: pngDataUri(picture), caption, fieldWidthNm });
}

/** From -2.5 to 2.5 standard deviations. */
function grayOf({ width, height, data: values }: GrayImage): Picture {
  const pixels = Uint8Array.from(values, (value) => Math.max(0, Math.min(255, 127.5 + 51 * value)));
  return { width, height, pixels, channels: 1 };
}

function overlayOf({ image, truth, found }: HrtemExample): Picture {
  const pixels = new Uint8Array(3 * truth.length);
  for (let i = 0; i < truth.length; i++) {
    const grey = Math.max(0, Math.min(90, 45 + 18 * image.data[i]));
    const color =
      truth[i] === 1
        ? found[i] === 1
          ? [255, 255, 255]
          : [220, 0, 160]
        : found[i] === 1
          ? [0, 190, 220]
          : [grey, grey, grey];
    pixels.set(color, 3 * i);
  }
  return { width: image.width, height: image.height, pixels, channels: 3 };
}

function models({ importance }: HrtemStudyResult): Html {
  return html`<p>
      Regions: the paper's U-Net, 65,490 parameters. Classes: a forest of 500 trees on the paper's five radial
      features, and on these with Bragg spots, evenness of the fringes and the outline. Features the second
      forest leans on most (share of the impurity taken away; correlated features share):
    </p>
    ${tableHtml(importance.slice(0, 12), [
      { heading: "feature", cell: ({ name }) => name },
      { heading: "share", cell: ({ share }) => share.toFixed(3), isNumber: true },
    ])}`;
}

function training({ learningCurve, threshold }: HrtemStudyResult): Html {
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

function evaluation({ regionScores, forests }: HrtemStudyResult): Html {
  const whole = forests[forests.length - 1];
  return html`${tableHtml(regionScores, [
      { heading: "regions by", cell: ({ method }) => method },
      { heading: "mean Dice", cell: ({ dice }) => intervalText(dice), isNumber: true },
    ])}
    <p>Smoothing and cleaning for Otsu and Bragg filtering were not tuned on the test images.</p>
    ${tableHtml(forests, [
      { heading: "classes by", cell: ({ name }) => name },
      { heading: "accuracy", cell: ({ scores }) => intervalText(scores.accuracy), isNumber: true },
      { heading: "macro", cell: ({ scores }) => intervalText(scores.macroAccuracy), isNumber: true },
      { heading: "out of bag", cell: ({ outOfBag }) => outOfBag.toFixed(3), isNumber: true },
    ])}
    <p>Confusion of the second forest, particles (rows: true, columns: found):</p>
    ${confusionTable(whole.scores.confusion)}`;
}

function confusionTable(confusion: readonly (readonly number[])[]): Html {
  const rows = PARTICLE_CLASSES.map((name, i) => ({ name, counts: confusion[i] }));
  return tableHtml(rows, [
    { heading: "true class", cell: ({ name }) => name },
    ...PARTICLE_CLASSES.map((name, j) => ({
      heading: name,
      cell: ({ counts }: { readonly counts: readonly number[] }) => String(counts[j]),
      isNumber: true,
    })),
  ]);
}

function population({ rows, population: found, truePopulation }: HrtemStudyResult): Html {
  const sizes = (name: string) =>
    rows.filter(({ predicted }) => predicted === name).map((row) => row.equivalentDiameterNm);
  const histograms = ["no fault", "fault", "no fringe"]
    .filter((name) => sizes(name).length > 0)
    .map((name) =>
      figureHtml(histogramFigure({ title: `diameter, ${name}`, unit: "nm", values: sizes(name) })),
    );
  return html`<p>
      Statistics of the ${rows.length} particles found in the held-out images, beside those of their true
      classes.
      <code>particles.csv</code> has every particle.
    </p>
    ${tableHtml(
      found.classes.map((one, i) => ({ one, truth: truePopulation.classes[i] })),
      [
        { heading: "class", cell: ({ one }) => one.name },
        { heading: "found", cell: ({ one }) => String(one.count), isNumber: true },
        { heading: "true", cell: ({ truth }) => String(truth.count), isNumber: true },
        { heading: "share", cell: ({ one }) => intervalText(one.share), isNumber: true },
        {
          heading: "mean diameter [nm]",
          cell: ({ one }) => intervalText(one.meanDiameterNm),
          isNumber: true,
        },
        {
          heading: "true mean [nm]",
          cell: ({ truth }) => intervalText(truth.meanDiameterNm),
          isNumber: true,
        },
        { heading: "circularity", cell: ({ one }) => intervalText(one.meanCircularity), isNumber: true },
      ],
    )}
    ${tableHtml(
      [
        { name: "faults among particles with fringes", of: (p: Population) => p.faultFraction },
        { name: "correlation of diameter and fault", of: (p: Population) => p.sizeFaultCorrelation },
      ],
      [
        { heading: "statistic", cell: ({ name }) => name },
        { heading: "found", cell: ({ of }) => intervalText(of(found)), isNumber: true },
        { heading: "from true classes", cell: ({ of }) => intervalText(of(truePopulation)), isNumber: true },
      ],
    )}
    <div class="grid">${histograms}</div>
    ${faultCurve(rows)}`;
}

/** Share of faults in thirds of the diameters. */
function faultCurve(rows: HrtemStudyResult["rows"]): Html {
  const seen = rows
    .filter(({ predicted }) => predicted === "fault" || predicted === "no fault")
    .sort((a, b) => a.equivalentDiameterNm - b.equivalentDiameterNm);
  if (seen.length < 12) return html``;
  const points = [0, 1, 2, 3].map((part) => {
    const slice = seen.slice((part * seen.length) / 4, ((part + 1) * seen.length) / 4);
    const mid = slice[Math.floor(slice.length / 2)].equivalentDiameterNm;
    return { x: mid, y: slice.filter(({ predicted }) => predicted === "fault").length / slice.length };
  });
  return figureHtml(
    curvesFigure({
      curves: [{ name: "faults", points }],
      axes: ["diameter [nm], quarters of the particles", "share with a fault"],
      caption:
        "Share of particles with a visible fault against their diameter, by quarters of the particles with fringes.",
    }),
  );
}

function intervalText({ value, low, high }: BootstrapInterval): string {
  if (!Number.isFinite(value)) return "–";
  const digits = Math.abs(value) < 10 ? 3 : 1;
  const range = Number.isFinite(low) ? ` (${low.toFixed(digits)} to ${high.toFixed(digits)})` : "";
  return `${value.toFixed(digits)}${range}`;
}
