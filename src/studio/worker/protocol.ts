import type { GrayImage, IntensityUnit } from "../../core/index.ts";
import type { BeamLevels, InvertedImage, PooledAnswer } from "../../inverse/index.ts";
import type { ImageFile } from "../../micrograph/index.ts";
import type { Modality } from "../../image/index.ts";
import type { ListedDisc, ImageParticles, SizeStatistics } from "../../particles/index.ts";
import type { ConditioningValues } from "../../posterior/index.ts";
import type { chainAgreement, structureResults, StructureSummary } from "../../reconstruct/index.ts";
import type { RendererName } from "../../stem-sim/index.ts";
import type { Aggregate, AggregateDescriptors } from "../../stochastic/index.ts";
import type { ViewerData } from "../../web/index.ts";
import type { ModelOrder } from "./model-order.ts";

/** An image file as the page has it, and what a person has said of it. */
export interface ImageOrder {
  readonly file: File;
  /** Place of the array in the file; the one that shows the specimen by default. */
  readonly series?: number | undefined;
  readonly frame?: number | undefined;
  /** Edge of a pixel [nm], over what the file says. */
  readonly pixelSizeNm?: number | undefined;
  /** Grey levels with none and with all of the beam on the detector. */
  readonly beamLevels?: BeamLevels | undefined;
}

/** What a person says of how the images of the page were taken, and of what they show. */
export interface Taken {
  readonly modality: Modality | null;
  /** None where nobody said. */
  readonly materials: readonly string[];
  /** Of the microscope, over what files state; what nobody said is not there. */
  readonly stated: ConditioningValues;
}

/** An image that is to be answered. */
export interface AnswerOrder extends ImageOrder {
  readonly taken: Taken;
}

/** Images of one powder. */
export interface PoolOrder {
  readonly orders: readonly ImageOrder[];
  readonly taken: Taken;
}

/** An image as it was read: its pixels, and what is known of them. */
export interface ReadImage extends Pick<
  ImageFile,
  "field" | "picture" | "pixelSizeSource" | "series" | "frame" | "frameCount" | "notes" | "sha256"
> {
  readonly name: string;
  readonly format: string;
  readonly seriesNames: readonly string[];
  readonly width: number;
  readonly height: number;
  /** [height, width] */
  readonly data: Float32Array;
  readonly intensityUnit: IntensityUnit;
  readonly pixelSizeNm: number | null;
}

/** What a network knows of a quantity before it has seen an image. */
export interface PriorRange {
  readonly key: string;
  readonly low: number;
  readonly high: number;
  readonly scale: "linear" | "log";
}

/** The answer for one image or one of its aggregates, estimates left out where it is out of distribution: as `invert --json` has it. */
export interface Answer extends Omit<InvertedImage, "image" | "output" | "estimates"> {
  readonly estimates: InvertedImage["estimates"] | null;
  readonly model: string;
  readonly materials: readonly string[];
  readonly priors: readonly PriorRange[];
}

/** The answer for several images of one powder, and for each. */
export interface PooledAnswers {
  readonly pooled: PooledAnswer | null;
  /** Why there is none. */
  readonly refusal: string | null;
  readonly answers: readonly Answer[];
}

/** What is asked of the detector. */
export interface ParticleOrder extends ImageOrder {
  readonly taken: Taken;
  /** Particles that a person has corrected, in place of what is found. */
  readonly corrected?: readonly ListedDisc[] | undefined;
}

/** The particles of an image with their sizes. */
export interface FoundParticles {
  readonly found: ImageParticles;
  readonly sizes: readonly SizeStatistics[];
  /** Of the bootstrap behind their intervals. */
  readonly seed: number;
  /** Probability from which a particle counts; null where a person has corrected them. */
  readonly threshold: number | null;
}

/** An image beside what is to explain it, in the pixels of the fit: [height, width], shades from 0 to 255. */
export interface ComparedPictures {
  readonly width: number;
  readonly height: number;
  readonly image: Uint8Array;
  readonly imaged: Uint8Array;
  readonly residual: Uint8Array;
  /** Residual that is white or black [standard deviations of the noise]. */
  readonly mostResidual: number;
}

/** What the particles explain of an image. */
export interface ExplainedParticles {
  readonly keptCount: number;
  /** Particles that the image did not need. */
  readonly droppedCount: number;
  /** Share of the variance, 0 to 1. */
  readonly explained: number;
  /** Null where the image does not tell its noise. */
  readonly reducedChiSquare: number | null;
  /** By what the noise is known, or why it is not. */
  readonly noiseWord: string;
  readonly compared: ComparedPictures;
}

/** One structure that looks like an image. */
export interface ShownStructure {
  readonly aggregate: Aggregate;
  readonly view: ViewerData;
  /** Markov chain that it is from, 0 first. */
  readonly chain: number;
  readonly descriptors: AggregateDescriptors;
  /** Squared residuals over the variance of the noise, a pixel, and share of the image's variance that is explained. */
  readonly reducedChiSquare: number;
  readonly explained: number;
  /** [height, width] of the pictures: the structure imaged again, and what it leaves of the image; shades from 0 to 255. */
  readonly imaged: Uint8Array;
  readonly residual: Uint8Array;
}

/** Structures that look like an image, and what they agree on. */
export interface Structures {
  /** That they were drawn with. */
  readonly seed: number;
  readonly draws: readonly ShownStructure[];
  readonly summary: readonly StructureSummary[];
  /** Medians over the structures. */
  readonly reducedChiSquare: number;
  readonly explained: number;
  /** Largest of the descriptors' R-hat, and whether that is small enough. */
  readonly chains: ReturnType<typeof chainAgreement>;
  /** Why not all of it should be believed. */
  readonly doubts: readonly string[];
  /** Every figure, as the command's reconstruction.json. */
  readonly results: ReturnType<typeof structureResults>;
  /** The image as the structures are compared with it. */
  readonly picture: Pick<ComparedPictures, "width" | "height" | "image">;
  /** Residual that is white or black [standard deviations of the noise]. */
  readonly mostResidual: number;
}

/** An aggregate with its image, or why there is none. */
export type GrownModel =
  | { readonly kind: "rejected"; readonly reason: string }
  | {
      readonly kind: "grown";
      /** As it lies under the beam. */
      readonly view: ViewerData;
      readonly descriptors: AggregateDescriptors;
      readonly image: GrayImage;
      /** Null where it is not wanted. */
      readonly brightField: GrayImage | null;
      /** Share of the particles' projected area outside the field of view. */
      readonly shareOutside: number;
      /** What rendered the image. */
      readonly renderer: RendererName;
      /** How long the image took, without growing the aggregate [ms]. */
      readonly renderMs: number;
    };

/** A model that is to be grown, and what is to render its image. */
export interface ModelRequest {
  readonly order: ModelOrder;
  readonly renderer: RendererName;
}

/** The kernel on WebGPU beside the splat on the CPU, by images of one model; or why there is no kernel. */
export type RendererTrial =
  | { readonly kind: "none"; readonly reason: string }
  | {
      readonly kind: "tried";
      /** Graphics processor, as the browser names it. */
      readonly adapter: string;
      /** Largest |share / share of the splat - 1| over the pixels of two images of overlapping spheres. */
      readonly worstRelativeDeviation: number;
      /** Medians, one image each [ms]. */
      readonly kernelMs: number;
      readonly splatMs: number;
    };

/** How an aggregate and its image can be taken along. */
export type ModelFileKind = "xyz" | "csv" | "glb" | "tif" | "bright-field.tif";

/**
 * What is done before anybody drops an image: networks are opened with their runtime, and a sample that comes with the page is read and answered. Code that
 * has run once is compiled, which takes the first image longer than the answer itself.
 */
export const WARM_UP_STEPS = [
  "particles-haadf.onnx",
  "tio2-wo3-absolute.onnx",
  "tio2-wo3-contrast.onnx",
  "read",
  "answer",
  "particles",
] as const;
export type WarmUpStep = (typeof WARM_UP_STEPS)[number];

/** What the page can ask of images, by name. */
export interface ImageTasks {
  /** Takes a step towards the first image before there is one. */
  prepare(step: WarmUpStep): Promise<void>;
  read(order: ImageOrder): Promise<ReadImage>;
  /** One answer an image; one an aggregate where the network reads these one by one. */
  answer(order: AnswerOrder): Promise<readonly Answer[]>;
  pool(order: PoolOrder): Promise<PooledAnswers>;
  particles(order: ParticleOrder): Promise<FoundParticles>;
  explain(order: ParticleOrder): Promise<ExplainedParticles>;
  structures(order: ParticleOrder, onProgress: (share: number) => void): Promise<Structures>;
}

/** What it can ask of the model: another worker does it, with the kernel and without readers and networks. */
export interface ModelTasks {
  grow(asked: ModelRequest): Promise<GrownModel>;
  tryRenderers(order: ModelOrder): Promise<RendererTrial>;
  file(asked: ModelRequest & { readonly kind: ModelFileKind }): Promise<Uint8Array>;
}

export type Tasks = ImageTasks & ModelTasks;
export type TaskName = keyof Tasks;
export type TaskInput<Name extends TaskName> = Parameters<Tasks[Name]>[0];
export type TaskResult<Name extends TaskName> = Awaited<ReturnType<Tasks[Name]>>;

/** What the page sends: a task, or a part of itself that the worker has asked for. */
export type ToWorker =
  | { readonly kind: "task"; readonly id: number; readonly name: TaskName; readonly input: unknown }
  | { readonly kind: "asset"; readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> | null };

/** What the worker sends. */
export type FromWorker =
  | { readonly kind: "done"; readonly id: number; readonly result: unknown }
  | { readonly kind: "failed"; readonly id: number; readonly message: string }
  | { readonly kind: "progress"; readonly id: number; readonly share: number }
  | { readonly kind: "wanted"; readonly name: string };
