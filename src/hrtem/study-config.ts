import { z } from "zod";
import { hrtemMicroscopeSchema } from "./simulate/hrtem-settings.ts";
import { hrtemSpecimenSchema } from "./simulate/plan-field.ts";

const count = (preset: number, description: string) =>
  z.int().min(1).max(100_000).default(preset).describe(description);

/** How much is simulated, and how long the network is trained. */
const budgetShape = {
  trainingFields: count(160, "simulated images that network and forest are trained on"),
  validationFields: count(30, "simulated images that choose weights and threshold"),
  testFields: count(80, "held-out simulated images that all scores come from"),
  epochs: count(12, "passes of the network's training"),
  cutsPerEpoch: count(400, "square crops of the training images in a pass"),
};

/** A whole HRTEM study; every key has a default: gold on carbon. */
export const hrtemStudySchema = z.strictObject({
  name: z.string().min(1).default("hrtem-au"),
  seed: z.int().min(0).default(1),
  pixelSizeNm: z.number().min(0.005).max(0.2).default(0.04).describe("pixel size [nm]"),
  fieldSize: z.literal([128, 256, 512, 1024]).default(512).describe("edge of a simulated image [px]"),
  sliceThicknessNm: z.number().min(0.1).max(100).default(2).describe("thickest slice of particles [nm]"),
  specimen: hrtemSpecimenSchema.prefault({}),
  microscope: hrtemMicroscopeSchema.prefault({}),
  regions: z
    .strictObject({
      cutSize: z.literal([64, 128, 256, 512]).default(256).describe("edge of the crops [px]"),
      batchSize: z.int().min(2).max(256).multipleOf(2).default(8).describe("crops of a step"),
      learningRate: z.number().min(1e-6).max(1).default(5e-3).describe("peak step size of Adam"),
    })
    .prefault({}),
  budget: z.strictObject(budgetShape).prefault({}),
  quick: z
    .strictObject(budgetShape)
    .prefault({
      trainingFields: 60,
      validationFields: 10,
      testFields: 30,
      epochs: 6,
      cutsPerEpoch: 160,
    })
    .describe("the budget of --quick"),
});

/** An HRTEM study with its defaults filled in. */
export type HrtemStudyConfig = z.infer<typeof hrtemStudySchema>;

/** How much is simulated, and how long the network is trained. */
export type HrtemBudget = HrtemStudyConfig["budget"];
