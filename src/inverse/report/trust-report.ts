import { INTERVAL_LEVELS, type TargetScore } from "../../posterior/index.ts";
import {
  coverageError,
  coverageFigure,
  figureHtml,
  fixed,
  html,
  nameWithUnit,
  percent,
  rankFigure,
  tableHtml,
  tableOf,
  type Html,
  type Table,
} from "../../report/index.ts";
import type { PoolScore } from "../fit/pools.ts";
import { figureTitle } from "./figure-title.ts";
import { calibrationTable, coverageClassTable, poolTable } from "./score-tables.ts";
import type { InversionStudy } from "../run-inversion-study.ts";

/** Levels of probability below which calibration is called in question. */
const SUSPICIOUS_P = 0.05;

function classesHtml({ classes }: InversionStudy["validation"]): Html {
  if (classes.length === 0) return html``;
  return html`<p>Among easy and hard images, thirds of them each; the mean over all quantities:</p>
    ${tableHtml(coverageClassTable(classes))}`;
}

/** The part of the report that says whether stated intervals hold. */
export function calibrationHtml({ validation, model }: InversionStudy): Html {
  const { scores, imageCount, tarpP, outOfDistributionShare, wantedFalseAlarmRate } = validation;
  const counts = { imageCount, calibrationCount: model.calibration.network.length };
  const namesWhere = (isSuspicious: (score: TargetScore) => boolean) =>
    scores
      .filter(isSuspicious)
      .map(({ name }) => name)
      .join(", ") || "no quantity";
  const departures = scores.flatMap(({ coverage }) =>
    INTERVAL_LEVELS.map((level) => ({ level, off: Math.abs(coverage[String(level)] - level) })),
  );
  const beyondChance = departures.filter(({ level, off }) => off > 2 * coverageError(level, counts)).length;
  return html`<p>
      Posteriors are the network's
      centre${model.corrections.length > 0 ? ", corrected by what it errs on average," : ""} and spread with
      the errors it made on ${counts.calibrationCount} calibration images. On ${imageCount} other images
      ${beyondChance} of ${departures.length} coverages are further from the stated level than two standard
      errors of chance (one in twenty would be), the farthest by
      ${points(Math.max(...departures.map(({ off }) => off)))} percentage points. Ranks are uneven in place
      (SBC p below ${SUSPICIOUS_P}) for ${namesWhere(({ sbcP }) => sbcP < SUSPICIOUS_P)}, in width for
      ${namesWhere(({ sbcWidthP }) => sbcWidthP < SUSPICIOUS_P)}; one in twenty of these ${2 * scores.length}
      would be by chance. Joint calibration of all quantities (TARP): p
      ${tarpP < 0.005 ? "below 0.005" : tarpP.toFixed(2)}. Of these images ${percent(outOfDistributionShare)}
      were called out of distribution (stated false-alarm rate: ${percent(wantedFalseAlarmRate)}).
    </p>
    ${tableHtml(calibrationTable(scores))} ${classesHtml(validation)}
    <div class="grid">
      ${figureHtml(
        coverageFigure({
          ...counts,
          lines: scores.map(({ name, coverage }) => ({
            name,
            points: INTERVAL_LEVELS.map((level) => ({ level, covered: coverage[String(level)] })),
          })),
        }),
      )}
      ${scores.map((s) =>
        figureHtml(
          rankFigure({
            title: figureTitle(s.name),
            counts: s.sbcHistogram,
            note: `KS p ${s.sbcP.toFixed(2)}`,
          }),
        ),
      )}
    </div>`;
}

/** Share of the prior's CRPS that an image takes away, from which words follow. */
const WORDS = [
  { from: 0.7, words: "determined" },
  { from: 0.4, words: "narrowed down" },
  { from: 0.1, words: "hinted at" },
  { from: -Infinity, words: "not determined: the posterior is the prior" },
] as const;

/** Share of the prior's CRPS that a method takes away. */
function gainOf({ baselines }: TargetScore, { crps }: { readonly crps: number }): number {
  return 1 - crps / baselines.prior.crps;
}

/**
 * The part of the report that says what a projection tells and what it does not, and what pooling adds.
 */
export function identifiabilityHtml(study: InversionStudy): Html {
  const { validation, pools } = study;
  return html`<p>
      How much of the prior's uncertainty (its CRPS) one image takes away, by the network and by the methods
      that stand beside it. Beside its R² stands that of a linear fit to every sphere of the aggregate
      (composition, radii, clusters, scaling law), for the parameters: what it leaves open is mostly the
      randomness of a single aggregate. Descriptors of the aggregate itself are known where every sphere is.
      Of particles outside the field no image tells anything, so the fit to the spheres in the field stands
      there, too, and beside it what a forest reads off their exact list in one projection: places across the
      beam, radii and materials, but no depths. None is a limit: networks pass them where they know how
      aggregates go on beyond the edge. What else remains is partly the network's lack of training and partly
      the projection itself.
    </p>
    ${tableHtml(gainTable(validation.scores, study))}
    ${pools.length === 0 ? "" : poolsHtml(validation.scores, pools)}`;
}

function gainTable(
  scores: readonly TargetScore[],
  {
    ceilings,
    fieldCeilings,
    listCeilings,
  }: Pick<InversionStudy, "ceilings" | "fieldCeilings" | "listCeilings">,
): Table {
  return tableOf(scores, [
    { heading: "quantity", text: ({ name, unit }) => nameWithUnit(name, unit) },
    { heading: "network", number: (score) => gainOf(score, score), show: percent },
    { heading: "classical", number: (score) => gainOf(score, score.baselines.classical), show: percent },
    { heading: "neighbours", number: (score) => gainOf(score, score.baselines.neighbours), show: percent },
    { heading: "R² network", number: ({ r2OnScale }) => r2OnScale, show: fixed(2) },
    { heading: "R² of all spheres, linearly", number: ({ key }) => ceilings[key] ?? null, show: fixed(2) },
    { heading: "R² of those in the field", number: ({ key }) => fieldCeilings[key] ?? null, show: fixed(2) },
    {
      heading: "R² of one view's list, by a forest",
      number: ({ key }) => listCeilings[key] ?? null,
      show: fixed(2),
    },
    {
      heading: "one image",
      text: (score) => WORDS.find(({ from }) => gainOf(score, score) >= from)?.words ?? "",
    },
  ]);
}

function poolsHtml(scores: readonly TargetScore[], pools: readonly PoolScore[]): Html {
  return html`<p>
      Several images of one powder: aggregates grown from the same parameters, posteriors multiplied over the
      shared prior and calibrated for each size of pool. Descriptors are means over the pool's aggregates.
    </p>
    ${tableHtml(poolTable(scores, pools))}`;
}

function points(share: number): string {
  return (100 * share).toFixed(1);
}
