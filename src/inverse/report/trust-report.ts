import { INTERVAL_LEVELS, type TargetScore } from "../../posterior/index.ts";
import {
  coverageError,
  coverageFigure,
  figureHtml,
  html,
  rankFigure,
  tableHtml,
  type Html,
} from "../../report/index.ts";
import type { PoolScore } from "../fit/pools.ts";
import { figureTitle, nameWithUnit, percent, short } from "./report-text.ts";
import type { InversionStudy } from "../run-inversion-study.ts";

const number = <Row>(heading: string, cell: (row: Row) => string) => ({ heading, cell, isNumber: true });

/** Levels of probability below which calibration is called in question. */
const SUSPICIOUS_P = 0.05;

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
    ${tableHtml(scores, [
      { heading: "quantity", cell: (s) => nameWithUnit(s.name, s.unit) },
      ...INTERVAL_LEVELS.map((level) =>
        number(`inside ${percent(level)}`, (s: TargetScore) => percent(s.coverage[String(level)])),
      ),
      number("SBC p", (s) => s.sbcP.toFixed(2)),
      number("width p", (s) => s.sbcWidthP.toFixed(2)),
      number("68 % width", (s) => short(s.sharpness)),
      number("NLL [nat]", (s) => s.nll.toFixed(2)),
    ])}
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

/**
 * The part of the report that says what a projection tells and what it does not, and what pooling adds.
 */
export function identifiabilityHtml({ validation, pools, ceilings, fieldCeilings }: InversionStudy): Html {
  const rows = validation.scores.map((score) => ({
    score,
    gain: 1 - score.crps / score.baselines.prior.crps,
  }));
  return html`<p>
      How much of the prior's uncertainty (its CRPS) one image takes away, by the network and by the methods
      that stand beside it. Beside its R² stands that of a linear fit to every sphere of the aggregate
      (composition, radii, clusters, scaling law), for the parameters: what it leaves open is mostly the
      randomness of a single aggregate. Descriptors of the aggregate itself are known where every sphere is.
      Of particles outside the field no image tells anything, so the fit to the spheres in the field stands
      there, too. Neither is a limit: networks pass them where they know how aggregates go on beyond the edge.
      What else remains is partly the network's lack of training and partly the projection itself.
    </p>
    ${tableHtml(rows, [
      { heading: "quantity", cell: ({ score }) => nameWithUnit(score.name, score.unit) },
      number("network", ({ gain }) => percent(gain)),
      number("classical", ({ score }) =>
        percent(1 - score.baselines.classical.crps / score.baselines.prior.crps),
      ),
      number("neighbours", ({ score }) =>
        percent(1 - score.baselines.neighbours.crps / score.baselines.prior.crps),
      ),
      number("R² network", ({ score }) => score.r2OnScale.toFixed(2)),
      number("R² of all spheres, linearly", ({ score }) => ceilings[score.key]?.toFixed(2) ?? "–"),
      number("R² of those in the field", ({ score }) => fieldCeilings[score.key]?.toFixed(2) ?? "–"),
      { heading: "one image", cell: ({ gain }) => WORDS.find(({ from }) => gain >= from)?.words ?? "" },
    ])}
    ${pools.length === 0 ? "" : poolsHtml(validation.scores, pools)}`;
}

function poolsHtml(scores: readonly TargetScore[], pools: readonly PoolScore[]): Html {
  const sizes = [...new Set(pools.map(({ imageCount }) => imageCount))];
  const of = (key: string, size: number) =>
    pools.find((pool) => pool.key === key && pool.imageCount === size) as PoolScore;
  return html`<p>
      Several images of one powder: aggregates grown from the same parameters, posteriors multiplied over the
      shared prior and calibrated for each size of pool. Descriptors are means over the pool's aggregates.
    </p>
    ${tableHtml(scores, [
      { heading: "quantity", cell: (s) => nameWithUnit(s.name, s.unit) },
      ...sizes.map((size) =>
        number(`R² of ${size}`, (s: TargetScore) => of(s.key, size).r2OnScale.toFixed(2)),
      ),
      ...sizes.map((size) =>
        number(`68 % width of ${size}`, (s: TargetScore) => short(of(s.key, size).sharpness)),
      ),
      ...sizes.map((size) =>
        number(`inside 95 %, ${size}`, (s: TargetScore) => percent(of(s.key, size).coverage["0.95"])),
      ),
    ])}`;
}

function points(share: number): string {
  return (100 * share).toFixed(1);
}
