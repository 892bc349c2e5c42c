import type { Shape, Value } from "../graph/index.ts";

/** Law of a parameter's first value. */
export type InitialLaw =
  | {
      readonly law: "normal";
      readonly standardDeviation: number;
      /** Rows of the first axis that begin alike, in runs of so many; 1. */
      readonly copies?: number;
    }
  | { readonly law: "constant"; readonly value: number };

/** A stored tensor of a network: its name, its shape and how it begins. */
export interface ParameterSpec {
  /** Path in the network, such as "body.0.filter"; names the tensor in exported models. */
  readonly name: string;
  readonly shape: Shape;
  readonly initial: InitialLaw;
  /** A running statistic, which is not trained by gradients but follows the data; false by default. */
  readonly isStatistic?: boolean;
}

/** What a network asks for while its forward graph is written. */
export interface ParameterScope {
  /** Whether dropout drops and batch normalisation uses the batch's own statistics. */
  readonly isTraining: boolean;
  /** The value that stands for a parameter: fed while training, stored in an exported model. */
  parameter(spec: ParameterSpec): Value;
  /** Records the value that a running statistic takes after this step. */
  updateStatistic(name: string, next: Value): void;
  /** A mask drawn anew in every step: 1/keepProbability with that probability, else 0. */
  dropoutMask(name: string, shape: Shape, keepProbability: number): Value;
}

/** The values a network computes from a batch. */
export interface ForwardValues {
  readonly output: Value;
  /** Features before the last layers, [n, features]; tells inputs in distribution from others. */
  readonly embedding: Value | null;
}

/** A network as data and one function that writes its graph. */
export interface Network {
  readonly name: string;
  /** Shape of one sample without the batch axis, such as [1, 128, 128]. */
  readonly inputShape: Shape;
  /** Numbers that are stated beside an input, such as the dose of an image; none where nothing is said. */
  readonly conditionCount?: number;
  /** Shape of one result without the batch axis. */
  readonly outputShape: Shape;
  /** Writes the graph for a batch x of shape [n, ...inputShape] and, for one that takes them, conditions [n, conditionCount]. */
  readonly forward: (x: Value, scope: ParameterScope, conditions?: Value) => ForwardValues;
}
