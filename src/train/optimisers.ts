import {
  add,
  clamp,
  divide,
  input,
  multiply,
  reshape,
  sqrt,
  square,
  subtract,
  sumOf,
} from "../graph/index.ts";
import type { Value } from "../graph/index.ts";

/** An optimiser's step on the flat vector of trained weights, written as a graph. */
export interface OptimiserStep {
  readonly weights: Value;
  /** Next state by the name under which it is fed. */
  readonly state: Readonly<Record<string, Value>>;
}

/** An optimiser as data: the vectors it carries along, the numbers it is fed at each step, and its graph. */
export interface Optimiser {
  readonly name: string;
  /** Names of the state vectors, each as long as the trained weights and zero at first. */
  readonly stateNames: readonly string[];
  /** Scalars that depend on the step (1 for the first), by name. */
  readonly scalarsAt: (step: number) => Readonly<Record<string, number>>;
  /** `decay` is 1 where weight decay may act and 0 at frozen weights. */
  readonly step: (weights: Value, gradient: Value, learningRate: Value, decay: Value) => OptimiserStep;
}

/** Settings of Adam; the defaults are those of [kingma2015]. */
export interface AdamOptions {
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  /** Factor of the weights that is added to the gradient (L2); 0. */
  readonly weightDecay?: number;
}

/**
 * Adam [kingma2015], algorithm 1.
 *
 * @param options decay rates of both moments, epsilon, L2 weight decay
 * @returns the optimiser
 */
export function adam(options: AdamOptions = {}): Optimiser {
  return adamLike("adam", options, (weights, gradient, decay) => ({
    gradient: decayed(gradient, weights, decay, options.weightDecay ?? 0),
    shrink: null,
  }));
}

/**
 * AdamW: Adam whose weight decay acts on the weights and not on the gradient [loshchilov2019], algorithm 2.
 *
 * @param options as for Adam; weightDecay is 0.01 by default
 * @returns the optimiser
 */
export function adamW(options: AdamOptions = {}): Optimiser {
  const { weightDecay = 0.01 } = options;
  return adamLike("adamW", options, (weights, gradient, decay) => ({
    gradient,
    shrink: multiply(multiply(weights, decay), weightDecay),
  }));
}

/** Stochastic gradient descent with momentum: u <- momentum u + g, w <- w - rate u [polyak1964]. */
export function sgd(options: { readonly momentum?: number; readonly weightDecay?: number } = {}): Optimiser {
  const { momentum = 0.9, weightDecay = 0 } = options;
  return {
    name: "sgd",
    stateNames: ["velocity"],
    scalarsAt: () => ({}),
    step(weights, gradient, learningRate, decay) {
      const full = decayed(gradient, weights, decay, weightDecay);
      const velocity = add(multiply(input("velocity", weights.shape), momentum), full);
      return { weights: subtract(weights, multiply(velocity, learningRate)), state: { velocity } };
    },
  };
}

type DecayRule = (
  weights: Value,
  gradient: Value,
  decay: Value,
) => { readonly gradient: Value; readonly shrink: Value | null };

function adamLike(name: string, options: AdamOptions, applyDecay: DecayRule): Optimiser {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  return {
    name,
    stateNames: ["moment1", "moment2"],
    // 1/(1 - beta^t) undoes the bias of moments that began at zero
    scalarsAt: (step) => ({ unbias1: 1 / (1 - beta1 ** step), unbias2: 1 / (1 - beta2 ** step) }),
    step(weights, rawGradient, learningRate, decay) {
      const { gradient, shrink } = applyDecay(weights, rawGradient, decay);
      const follow = (vector: string, towards: Value, beta: number) =>
        add(multiply(input(vector, weights.shape), beta), multiply(towards, 1 - beta));
      const moment1 = follow("moment1", gradient, beta1);
      const moment2 = follow("moment2", square(gradient), beta2);
      const scale = add(sqrt(multiply(moment2, input("unbias2", []))), epsilon);
      const rate = multiply(learningRate, input("unbias1", []));
      const moved = subtract(weights, divide(multiply(moment1, rate), scale));
      const next = shrink === null ? moved : subtract(moved, multiply(shrink, learningRate));
      return { weights: next, state: { moment1, moment2 } };
    },
  };
}

function decayed(gradient: Value, weights: Value, decay: Value, weightDecay: number): Value {
  return weightDecay === 0 ? gradient : add(gradient, multiply(multiply(weights, decay), weightDecay));
}

/** Scales a gradient down to a largest Euclidean norm [pascanu2013]. */
export function clipToNorm(gradient: Value, maxNorm: number): Value {
  const norm = sqrt(add(sumOf(square(gradient)), 1e-24));
  return multiply(gradient, reshape(clamp(divide(maxNorm, norm), 0, 1), []));
}
