import { counted, failureText } from "../../core/index.ts";
import { estimatesUnder, meanOfViews } from "../../posterior/index.ts";
import { viewCalibration } from "../fit/views.ts";
import { noteOfErrors, notesOfKnowledge } from "./answer-framed.ts";
import { resolveKnowledge, type Statement } from "./given-knowledge.ts";
import type { InvertedImage } from "./inverted-image.ts";
import type { Inversion } from "./open-inversion.ts";
import type { PooledAnswer } from "./pool-answers.ts";

/** A view of an aggregate that was answered, and the tilt of the holder that goes with it. */
export interface AnsweredView {
  readonly answer: InvertedImage;
  /** About the image's horizontal axis [degrees]. */
  readonly tiltDeg: number;
}

/**
 * Checks, before minutes of work, that a model can answer views.
 *
 * @throws RangeError where it was not calibrated for views
 */
export function checkAnswersViews({ model }: Inversion): void {
  viewCalibration(model, 2);
}

/** Turns of the holder below which two images are hardly two views [degrees]. */
const LEAST_ANGLE_DEG = 5;

/**
 * Takes the answers for several views of one aggregate together: the mean of them, with the errors that as many views of simulated aggregates have.
 *
 * Views out of distribution are left out.
 *
 * @param inversion network and record, calibrated for views
 * @param views answers from invertImages, one a view
 * @param statements what is known of the aggregate besides; nothing by default
 * @returns medians and intervals for the one aggregate
 * @throws RangeError where the model was not calibrated for views, or fewer than two are in distribution
 */
export function answerViews(
  { model }: Inversion,
  views: readonly AnsweredView[],
  statements: readonly Statement[] = [],
): PooledAnswer {
  const used = views.filter(({ answer }) => answer.verdict !== "out of distribution");
  const leftOut = views.filter((view) => !used.includes(view)).map(({ answer }) => answer.file);
  if (used.length < 2) {
    const wanted = "at least two must be like the training images";
    throw new RangeError(
      failureText({ action: "take views together" }, wanted, counted(used.length, "view")),
    );
  }
  const { residuals, viewCount } = viewCalibration(model, used.length);
  const output = meanOfViews(used.map(({ answer }) => answer.output));
  const given = resolveKnowledge(statements, { ...model, lengthNm: 1, isOrderHidden: false });
  const { estimates, effectiveDraws } = estimatesUnder(model, output, {
    residuals,
    knowledge: given.knowledge,
  });
  return {
    of: "views of one aggregate",
    imageCount: used.length,
    leftOut,
    estimates,
    notes: [
      `tilts ${used.map(({ tiltDeg }) => tiltDeg).join(", ")} degrees`,
      ...(viewCount === used.length ? [] : [`calibrated with ${viewCount} views`]),
      ...noteOfErrors(residuals.length, "aggregates"),
      ...notesOfAngles(used),
      ...(used.some(({ answer }) => answer.verdict === "uncalibrated")
        ? ["some of the views are uncalibrated: do not rely on the numbers"]
        : []),
      ...notesOfKnowledge(given, effectiveDraws, residuals.length),
    ],
  };
}

function notesOfAngles(views: readonly AnsweredView[]): string[] {
  const tilts = views.map(({ tiltDeg }) => tiltDeg).sort((a, b) => a - b);
  const isNear = tilts.slice(1).some((tilt, i) => tilt - tilts[i] < LEAST_ANGLE_DEG);
  return isNear ? [`views less than ${LEAST_ANGLE_DEG} degrees apart tell little more than one`] : [];
}
