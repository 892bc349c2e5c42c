import {
  abs,
  add,
  divide,
  multiply,
  negate,
  sigmoid,
  slice,
  softplus,
  square,
  subtract,
  sumOf,
} from "../../graph/index.ts";
import type { Value } from "../../graph/index.ts";
import { logisticError } from "../../train/index.ts";
import { ANSWER, CIRCLE_CHANNELS, TARGET } from "./answer-grid.ts";

/** Weights of radius, elongation, shift and material beside that of the centres. */
const SIZE_WEIGHT = 2;
const ELONGATION_WEIGHT = 1;
const SHIFT_WEIGHT = 0.5;
const MATERIAL_WEIGHT = 0.5;

/**
 * The loss of centre maps: penalty-reduced focal loss of the centres [zhou2019], absolute errors of radius, elongation and shift at the centres,
 * cross-entropy of the material where it is known; per particle.
 *
 *   -(1/N) sum_centres (1 - p)^2 ln p - (1/N) sum_others (1 - y)^4 p^2 ln(1 - p)
 *
 * with y the Gaussians around the centres.
 *
 * @param output [n, ANSWER_CHANNELS or CIRCLE_CHANNELS, h, w]
 * @param target [n, TARGET_CHANNELS, h, w]
 * @returns scalar
 */
export function centreLoss(output: Value, target: Value): Value {
  const answer = (channel: number) => slice(output, 1, channel, channel + 1);
  const truth = (channel: number) => slice(target, 1, channel, channel + 1);
  const logit = answer(ANSWER.centre);
  const p = sigmoid(logit);
  const isCentre = truth(TARGET.isCentre);
  const others = multiply(subtract(1, isCentre), truth(TARGET.counts));
  const found = multiply(square(subtract(1, p)), softplus(negate(logit)));
  const farness = square(square(subtract(1, truth(TARGET.centre))));
  const alarms = multiply(multiply(farness, square(p)), softplus(logit));
  const absolute = (a: number, t: number) => multiply(abs(subtract(answer(a), truth(t))), isCentre);
  const shift = add(absolute(ANSWER.shiftX, TARGET.shiftX), absolute(ANSWER.shiftY, TARGET.shiftY));
  const material = multiply(
    logisticError(answer(ANSWER.material), truth(TARGET.material)),
    truth(TARGET.hasMaterial),
  );
  const elongation =
    output.shape[1] === CIRCLE_CHANNELS
      ? []
      : [
          absolute(ANSWER.elongationAlong, TARGET.elongationAlong),
          absolute(ANSWER.elongationAcross, TARGET.elongationAcross),
        ];
  const parts = [
    multiply(found, isCentre),
    multiply(alarms, others),
    multiply(absolute(ANSWER.size, TARGET.size), SIZE_WEIGHT),
    ...elongation.map((error) => multiply(error, ELONGATION_WEIGHT)),
    multiply(shift, SHIFT_WEIGHT),
    multiply(material, MATERIAL_WEIGHT),
  ];
  return divide(sumOf(parts.reduce((a, b) => add(a, b))), add(sumOf(isCentre), 1));
}
