import { z } from "zod";
import { microscopeSchema } from "../../stem-sim/index.ts";
import { CONDITIONING_KEYS } from "../../posterior/index.ts";
import {
  AGGREGATE_DESCRIPTORS,
  aggregatePriorSchema,
  type AggregateDescriptorKey,
} from "../../stochastic/index.ts";

const DESCRIPTOR_KEYS = AGGREGATE_DESCRIPTORS.map(({ key }) => key) as readonly AggregateDescriptorKey[];

const count = (preset: number, description: string) =>
  z.int().min(1).max(10_000_000).default(preset).describe(description);

const corpusSchema = z.strictObject({
  trainCount: count(9_600, "images the network is trained on"),
  validationCount: count(500, "images that choose the best weights and calibrate the intervals"),
  testCount: count(500, "held-out images every figure of the report comes from"),
});

/** Recipes of model files and corpora that exist say census. */
function withTodaysNames(training: unknown): unknown {
  if (typeof training !== "object" || training === null || !("census" in training)) return training;
  if ("countMaps" in training) return training;
  const { census, ...others } = training;
  return { ...others, countMaps: census };
}

const trainingKeysSchema = z
  .strictObject({
    epochs: z.int().min(1).max(10_000).default(7).describe("passes over the training images"),
    batchSize: z.int().min(1).max(1024).default(8).describe("images per training step"),
    partCount: z
      .int()
      .min(1)
      .max(64)
      .default(2)
      .describe(
        "equal parts of a step's images, computed on different cores or in turn; more parts need less memory",
      ),
    learningRate: z.number().min(1e-6).max(1).default(2.5e-3).describe("peak step size of Adam"),
    widths: z
      .array(z.int().min(1).max(1024))
      .min(1)
      .max(6)
      .default([16, 32, 64, 128])
      .describe("channels per level"),
    head: z
      .enum(["point", "gaussian", "fullGaussian", "mixture"])
      .default("point")
      .describe(
        "what the network states: a point, or a distribution with a width of its own for every image",
      ),
    targetScale: z
      .enum(["prior", "bounded"])
      .default("prior")
      .describe(
        "where distributions are stated: on the prior's own scale, draws outside the bounds being moved to them, or on one where " +
          "every number is possible; points are stated on the prior's scale",
      ),
    countMaps: z
      .boolean()
      .default(false)
      .describe(
        "whether the network is also taught to count particles and contacts in every part of the image",
      ),
    intensities: z
      .enum(["absolute", "contrast", "either"])
      .default("absolute")
      .describe(
        "absolute: fractions of the beam are taken as they are; contrast: any zero and gain of the detector give the same answer; " +
          "either: of every second image the scale is known; with lengths in pixels only",
      ),
    embeddingUnits: z
      .enum(["relu", "leaky"])
      .default("relu")
      .describe(
        "what the units that tell strange images do below zero: leaky ones pass a tenth and cannot die, relu is what networks were trained with so far",
      ),
    inputs: z
      .array(z.enum(CONDITIONING_KEYS))
      .default([])
      .describe(
        "conditioning inputs: what the network is given beside the image; in half of the training images it is missing",
      ),
    members: z.int().min(1).max(16).default(1).describe("networks of a deep ensemble"),
    descriptors: z
      .array(z.enum(DESCRIPTOR_KEYS))
      .default([])
      .describe("descriptors of the imaged aggregate that the network predicts besides the parameters"),
  })
  .refine(({ batchSize, partCount }) => batchSize % partCount === 0, {
    path: ["batchSize"],
    error: "must be a multiple of partCount",
  });

const trainingSchema = z.preprocess(withTodaysNames, trainingKeysSchema);

const errorAnalysisSchema = z.strictObject({
  imageCount: count(60, "held-out images whose structures are compared"),
  realisationCount: count(8, "structures grown from each parameter set"),
  structureCount: count(
    64,
    "structures grown from the posterior of each image and weighted by its descriptors",
  ),
});

const powderCount = (description: string) => z.int().min(0).max(100_000).default(0).describe(description);

const poolsSchema = z.strictObject({
  calibrationCount: powderCount(
    "powders, sixteen images each, that calibrate answers for pooled images: 39 or more for 95 % intervals",
  ),
  testCount: powderCount("powders that pooled answers are scored on"),
});

const viewsSchema = z.strictObject({
  tiltsDeg: z
    .array(z.number().min(-75).max(75))
    .min(2)
    .max(16)
    .describe("tilts of the holder about x at which each aggregate is imaged, one sample a tilt (degrees)"),
  angleErrorDeg: z
    .number()
    .min(0)
    .max(5)
    .default(0.5)
    .describe("standard deviation of the holder's true angle about the stated one (degrees)"),
  shiftNm: z
    .number()
    .min(0)
    .max(1e3)
    .default(5)
    .describe("standard deviation of the specimen's shift between views, along x and along y (nm)"),
});

/**
 * The recipe of an inversion: what is grown, how it is imaged, how many, and what is learned from it.
 *
 * Every section and key has a default, so an empty file is a valid recipe: TiO2-WO3 under a 300 kV probe.
 */
export const inversionRecipeSchema = z
  .strictObject({
    name: z.string().min(1).default("tio2-wo3").describe("name of the recipe, for reports"),
    seed: z.int().min(0).default(1).describe("seed of every random stream"),
    lengths: z
      .enum(["nm", "pixels"])
      .default("nm")
      .describe(
        "pixels: radii, probe, scan faults, speckle and offsets are counted in pixels, whatever their size, and so is all that the network is taught; " +
          "aggregates larger than the field are imaged with larger pixels",
      ),
    aggregate: aggregatePriorSchema.prefault({}).describe("the prior of the stochastic model"),
    microscope: microscopeSchema.prefault({}).describe("the microscope and what differs from image to image"),
    views: viewsSchema
      .optional()
      .describe("several views of each aggregate, as by tilting the holder; one untilted image where absent"),
    corpus: corpusSchema.prefault({}).describe("how many images"),
    training: trainingSchema.prefault({}).describe("how the network is trained"),
    pools: poolsSchema.prefault({}).describe("several images of one powder, answered together"),
    errorAnalysis: errorAnalysisSchema.prefault({}).describe("how structures are compared"),
  })
  .refine(({ lengths, training }) => lengths === "pixels" || training.intensities !== "either", {
    path: ["training", "intensities"],
    error: "must be absolute or contrast with lengths in nm: only in pixels does a network take either",
  })
  .refine(({ views, microscope }) => views === undefined || microscope.tiltDeg === 0, {
    path: ["microscope", "tiltDeg"],
    error: "must be 0 where views have tilts of their own",
  })
  .refine(({ views, lengths }) => views === undefined || lengths === "nm", {
    path: ["views"],
    error: "must be left out with lengths in pixels: each view would have pixels of its own",
  })
  .refine(
    ({ pools, lengths }) => lengths === "nm" || (pools.calibrationCount === 0 && pools.testCount === 0),
    {
      path: ["pools"],
      error: "must be empty with lengths in pixels: images of one powder may have different ones",
    },
  )
  .refine(({ pools, training }) => pools.calibrationCount === 0 || training.head !== "point", {
    path: ["pools", "calibrationCount"],
    error:
      "must be 0 with the head point: images are pooled by the widths that a head states, such as gaussian",
  });

/** A recipe with its defaults filled in; written beside every result. */
export type InversionRecipe = z.infer<typeof inversionRecipeSchema>;

/** Sizes of a quick run: a quarter of an hour on two cores. A wider network would take half as many steps in that time. */
const QUICK = {
  trainCount: 6000,
  validationCount: 1000,
  testCount: 500,
  epochs: 6,
  powders: 40,
  widths: [16, 32, 64, 96, 96],
} as const;

/**
 * A recipe reduced to what two cores do in a quarter of an hour; its physics stays as it is.
 *
 * @param recipe the whole recipe
 * @returns the same with fewer images, one network of at most so many channels, and fewer powders
 */
export function quickRecipe(recipe: InversionRecipe): InversionRecipe {
  const { corpus, training, pools } = recipe;
  return {
    ...recipe,
    name: `${recipe.name}, quick`,
    corpus: {
      trainCount: Math.min(corpus.trainCount, QUICK.trainCount),
      validationCount: Math.min(corpus.validationCount, QUICK.validationCount),
      testCount: Math.min(corpus.testCount, QUICK.testCount),
    },
    training: {
      ...training,
      epochs: Math.min(training.epochs, QUICK.epochs),
      widths: training.widths.map((width, level) => Math.min(width, QUICK.widths[level] ?? width)),
      members: 1,
    },
    pools: {
      calibrationCount: Math.min(pools.calibrationCount, QUICK.powders),
      testCount: Math.min(pools.testCount, QUICK.powders),
    },
  };
}
