import { z } from "zod";
import type { RandomStream } from "../../core/index.ts";
import { MODALITIES } from "../../image/index.ts";
import { brightFieldMicroscopes, drawBrightField } from "../simulate/draw-bright-field.ts";
import { darkFieldMicroscopes, drawDarkField } from "../simulate/draw-dark-field.ts";
import { widePrior } from "../simulate/draw-bodies.ts";
import { drawScene } from "../simulate/draw-scene.ts";
import type { SceneSettings } from "../simulate/draw-scene.ts";
import type { TrainingImage } from "../simulate/training-image.ts";

const share = (description: string) => z.number().min(0).max(1).describe(description);

const scenesSchema = z.strictObject({
  radiusPx: z
    .tuple([z.number().min(1), z.number().max(500)])
    .default([4.5, 20])
    .describe("range of the typical radius, logarithmic [px]"),
  aggregateShare: share("share of aggregates").default(0.6),
  supportedShare: share("share of particles on a support; the rest lies on a film").default(0.28),
  twoMaterialShare: share("share of aggregates that are of two materials").default(0.35),
  elongation: z.number().min(0).max(1).default(0.22).describe("largest spread of the axes' ratios, ln"),
  waviness: z
    .number()
    .min(0)
    .max(0.5)
    .default(0.07)
    .describe("largest spread of the outline's second harmonic"),
  facetedShare: share("largest share of particles with straight edges").default(0.6),
});

/** The recipe of a detector: what its training images show, and how it is trained. */
export const particleRecipeSchema = z
  .strictObject({
    name: z.string().min(1),
    seed: z.int().min(0).default(1),
    modality: z.enum(MODALITIES).describe("how the images are taken"),
    fieldPx: z
      .union([z.literal(128), z.literal(256), z.literal(512)])
      .default(256)
      .describe("edge of a simulated field; its middle is trained on [px]"),
    edgePx: z.int().min(32).default(224).describe("edge of what is kept of it [px]"),
    cropPx: z.int().min(32).default(128).describe("edge of a training sample [px]"),
    imageCount: z.int().min(1).default(1500).describe("simulated training images"),
    validationCount: z.int().min(1).default(320).describe("simulated images that the training is judged by"),
    threshold: z
      .number()
      .min(0.01)
      .max(0.99)
      .optional()
      .describe(
        "probability from which a particle counts; omitted: the best on the simulated validation images",
      ),
    scenes: scenesSchema.prefault({}),
    network: z
      .strictObject({
        widths: z.array(z.int().min(1)).min(1).default([24, 48, 64]),
        bottomWidth: z.int().min(1).default(96),
      })
      .prefault({}),
    training: z
      .strictObject({
        epochs: z.int().min(1).default(6),
        batchSize: z.int().min(1).default(8),
        learningRate: z.number().positive().default(2e-3),
        measurements: z.int().min(1).default(12),
      })
      .prefault({}),
  })
  .superRefine(({ cropPx, edgePx, fieldPx, network }, context) => {
    const grid = 4 * 2 ** network.widths.length;
    if (cropPx % grid === 0 && cropPx <= edgePx && edgePx <= fieldPx) return;
    const message = `cropPx must be a multiple of ${grid} up to edgePx, and edgePx at most fieldPx, got ${cropPx}, ${edgePx}, ${fieldPx}`;
    context.addIssue({ code: "custom", path: ["cropPx"], message });
  });

/** The recipe of a detector. */
export type ParticleRecipe = z.infer<typeof particleRecipeSchema>;

/**
 * What draws the images of a recipe.
 *
 * @param recipe parsed recipe
 * @returns an image with its particles from a stream; the microscopes are prepared once, in seconds
 */
export function imagesOfRecipe({
  modality,
  fieldPx,
  scenes,
}: ParticleRecipe): (rng: RandomStream) => TrainingImage {
  const { elongation, waviness, facetedShare, ...shares } = scenes;
  const settings: SceneSettings = {
    ...shares,
    side: fieldPx,
    shapes: { elongation, waviness, facetedShare },
    growth: widePrior(),
  };
  if (modality === "haadf") {
    const microscopes = darkFieldMicroscopes();
    return (rng) => drawDarkField(rng.fork("image"), drawScene(rng.fork("scene"), settings), microscopes);
  }
  const microscopes = brightFieldMicroscopes();
  return (rng) => drawBrightField(rng.fork("image"), drawScene(rng.fork("scene"), settings), microscopes);
}
