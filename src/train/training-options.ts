import type { Device, Shape } from "../graph/index.ts";
import type { CheckpointStore } from "./checkpoint-folder.ts";
import type { Loss } from "./losses.ts";
import type { Optimiser } from "./optimisers.ts";
import type { LearningRateSchedule } from "./schedule.ts";

/** Where and how often the state of a training is kept. */
export interface Checkpoints {
  readonly store: CheckpointStore;
  readonly everySteps: number;
  /** Goes on from the store's checkpoint where there is one; without it such a store is refused. */
  readonly isResumed: boolean;
  /** What the samples are and what is asked of them, in any words: the checkpoint of a training with other words is refused. */
  readonly subject?: string;
}

/** Where the trainings of a longer job keep their states, each by its name: one word, the same in every run of the job. */
export type KeptTrainings = (name: string) => Checkpoints;

/** How a network is trained. */
export interface TrainingOptions {
  /** Samples of a step. */
  readonly batchSize: number;
  /** Passes over the training set; the incomplete last batch of a pass is left out. */
  readonly epochs: number;
  readonly learningRate: LearningRateSchedule;
  /** Mean squared error by default. */
  readonly loss?: Loss;
  /** Adam by default. */
  readonly optimiser?: Optimiser;
  /** Shape of one target; the network's output shape by default. */
  readonly targetShape?: Shape;
  /** Draws a symmetry of the square for every stored image; sources augment by themselves. */
  readonly isAugmented?: boolean;
  readonly maxGradientNorm?: number;
  /** Decay of the exponential moving average of the weights, which is then validated and returned. */
  readonly averageDecay?: number;
  /** Equal parts into which a step's batch is cut, their gradients averaged; 1. Changes the order of sums, so the bytes. */
  readonly partCount?: number;
  /** Threads that compute parts at the same time; 1, and on other devices than the CPU always. Changes no byte. More than 1 only from built JavaScript. */
  readonly workers?: number;
  /** Weights to begin from, as of a model that is tuned further; drawn by default. */
  readonly initialWeights?: Float32Array;
  /** Parameters whose names begin with one of these keep their values. */
  readonly frozenPrefixes?: readonly string[];
  /** Steps between two measurements of the validation loss; one epoch by default. */
  readonly validateEverySteps?: number;
  /** Measurements without a new best after which training ends; never by default. */
  readonly patience?: number;
  /** Keeps the state of the training; none by default. */
  readonly checkpoints?: Checkpoints;
  readonly threads?: number;
  readonly device?: Device;
  /** Called after every step. */
  readonly onProgress?: (progress: TrainingProgress) => void;
}

/** Where a training stands. */
export interface TrainingProgress {
  /** 1 after the first step. */
  readonly step: number;
  readonly steps: number;
  /** Loss of this step's batch. */
  readonly loss: number;
  /** Loss over the validation set where it was measured after this step, else null. */
  readonly validationLoss: number | null;
  readonly learningRate: number;
}
