import type { GrayImage } from "../../core/index.ts";
import { estimatesUnder, poolOutputs, type Estimate } from "../../posterior/index.ts";
import { poolCalibration } from "../fit/pools.ts";
import { noteOfErrors, notesOfKnowledge } from "./answer-framed.ts";
import { resolveKnowledge, type Statement } from "./given-knowledge.ts";
import type { InvertedImage } from "./inverted-image.ts";
import type { Inversion } from "./open-inversion.ts";

/** The answer for several images together: of one powder, or of one aggregate from several sides. */
export interface PooledAnswer {
  /** What the images have in common. */
  readonly of: "images of one powder" | "views of one aggregate";
  readonly imageCount: number;
  /** Files that were left out because their images are unlike the training images. */
  readonly leftOut: readonly string[];
  readonly estimates: readonly Estimate[];
  /** What limits the answer, for the person who has to believe it. */
  readonly notes: readonly string[];
}

/**
 * Takes the answers for several images of one powder together: the product of their posteriors over the shared prior.
 *
 * Images out of distribution are left out, and pictures that are equal to the last pixel count once.
 *
 * @param inversion network and record, calibrated for pools
 * @param answers from invertImages
 * @param statements what is known of the powder besides; nothing by default
 * @returns medians and intervals of what the images have in common
 * @throws RangeError where the model was not calibrated for pools, or no image is in distribution
 */
export function poolAnswers(
  { model }: Inversion,
  answers: readonly InvertedImage[],
  statements: readonly Statement[] = [],
): PooledAnswer {
  const known = answers.filter(({ verdict }) => verdict !== "out of distribution");
  const used = known.filter((answer, i) => firstOf(known, answer) === i);
  const leftOut = answers.filter(({ verdict }) => verdict === "out of distribution").map(({ file }) => file);
  if (known.length === 0) {
    throw new RangeError(
      `Cannot pool images: at least one must be like the training images, got ${answers.length} that are not`,
    );
  }
  const { rule, residuals } = poolCalibration(model, used.length);
  const output = poolOutputs(
    model.targets,
    used.map((answer) => answer.output),
    { rule, prior: model.prior },
  );
  const notes = [...noteOfErrors(residuals.length, "powders"), ...notesOfRepeats(known)];
  const largest = model.pools.at(-1)?.imageCount ?? 0;
  if (used.length > largest) {
    notes.push(`calibrated for up to ${largest} images: intervals of ${used.length} may be too narrow`);
  }
  if (used.some(({ verdict }) => verdict === "uncalibrated")) {
    notes.push("some of the images are uncalibrated: do not rely on the numbers");
  }
  const given = resolveKnowledge(statements, { ...model, lengthNm: 1, isOrderHidden: false });
  const { estimates, effectiveDraws } = estimatesUnder(model, output, {
    residuals,
    knowledge: given.knowledge,
  });
  return {
    of: "images of one powder",
    imageCount: used.length,
    leftOut,
    estimates,
    notes: [...notes, ...notesOfKnowledge(given, effectiveDraws, residuals.length)],
  };
}

/** A picture that is handed in twice is one observation: which of them it first was. */
function firstOf(answers: readonly InvertedImage[], { image }: InvertedImage): number {
  const isSame = (other: GrayImage) =>
    other.data.length === image.data.length && other.data.every((value, k) => value === image.data[k]);
  return answers.findIndex((answer) => isSame(answer.image));
}

function notesOfRepeats(answers: readonly InvertedImage[]): string[] {
  return answers.flatMap((answer, i) => {
    const first = firstOf(answers, answer);
    return first === i
      ? []
      : [`${answer.file} is the same picture as ${answers[first].file}: both count as one`];
  });
}
