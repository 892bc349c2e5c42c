import { z } from "zod";
import { instrumentSchema } from "./instrument.ts";

const count = (preset: number, min: number, description: string) =>
  z.int().min(min).max(10_000).default(preset).describe(description);

const budgetShape = {
  lots: count(400, 4, "lots, each with a microstructure of its own"),
  specimensPerLot: count(3, 1, "specimens of a lot"),
  imagesPerSpecimen: count(3, 1, "images of a specimen, whose descriptors are averaged"),
  shiftedEvery: count(4, 1, "every n-th lot is recorded at all settings, the others at the first alone"),
  networkSteps: count(3000, 1, "training steps of the network in the learning curve"),
};

/** Settings that are compared by default: the one trained at, then the shifts. */
const SETTINGS = [
  { name: "as trained" },
  { name: "brighter", brightness: 0.15 },
  { name: "darker", brightness: -0.15 },
  { name: "less contrast", contrast: 0.6 },
  { name: "gamma 1.6", gamma: 1.6 },
];

/** A robustness study on generated micrographs; every key has a default. */
export const ucsStudySchema = z.strictObject({
  name: z.string().min(1).default("ucs-synthetic"),
  seed: z.int().min(0).default(1),
  imageSize: z.literal([64, 128, 256, 512]).default(128).describe("edge of an image [px]"),
  strengthNoiseMPa: z.number().min(0).max(100).default(0.8).describe("scatter of tests about the law [MPa]"),
  foldCount: z.int().min(2).max(100).default(5).describe("folds; lots are held out whole"),
  settings: z.array(instrumentSchema).min(2).max(20).prefault(SETTINGS).describe("the first is trained at"),
  budget: z.strictObject(budgetShape).prefault({}),
  quick: z
    .strictObject(budgetShape)
    .prefault({ lots: 400, specimensPerLot: 2, imagesPerSpecimen: 2, shiftedEvery: 10, networkSteps: 600 })
    .describe("the budget of --quick"),
});

/** A study with its defaults filled in. */
export type UcsStudyConfig = z.infer<typeof ucsStudySchema>;
