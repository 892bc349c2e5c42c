import { add, divide, input, multiply, sqrt, square, subtract } from "../graph/index.ts";
import type { Value } from "../graph/index.ts";

/** Settings of Adam; the defaults are those of [kingma2015]. */
export interface AdamOptions {
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
}

/** An optimiser's step on the flat weight vector, written as a graph. */
export interface OptimiserStep {
  readonly weights: Value;
  /** Next state by the name under which it is fed. */
  readonly state: Readonly<Record<string, Value>>;
}

/** An optimiser as data: the vectors it carries along, the numbers it is fed at each step, and its graph. */
export interface Optimiser {
  readonly name: string;
  /** Names of the state vectors, each as long as the weights and zero at first. */
  readonly stateNames: readonly string[];
  /** Scalars that depend on the step (1 for the first), by name. */
  readonly scalarsAt: (step: number) => Readonly<Record<string, number>>;
  readonly step: (weights: Value, gradient: Value, learningRate: Value) => OptimiserStep;
}

/**
 * Adam [kingma2015], algorithm 1.
 *
 * @param options decay rates of both moments, epsilon
 * @returns the optimiser
 */
export function adam(options: AdamOptions = {}): Optimiser {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  return {
    name: "adam",
    stateNames: ["moment1", "moment2"],
    // 1/(1 - beta^t) undoes the bias of moments that began at zero
    scalarsAt: (step) => ({ unbias1: 1 / (1 - beta1 ** step), unbias2: 1 / (1 - beta2 ** step) }),
    step(weights, gradient, learningRate) {
      const moment1 = add(multiply(input("moment1", weights.shape), beta1), multiply(gradient, 1 - beta1));
      const moment2 = add(
        multiply(input("moment2", weights.shape), beta2),
        multiply(square(gradient), 1 - beta2),
      );
      const rate = multiply(learningRate, input("unbias1", []));
      const scale = add(sqrt(multiply(moment2, input("unbias2", []))), epsilon);
      const next = subtract(weights, divide(multiply(moment1, rate), scale));
      return { weights: next, state: { moment1, moment2 } };
    },
  };
}
