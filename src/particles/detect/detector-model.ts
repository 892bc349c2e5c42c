import { z } from "zod";
import { MODALITIES } from "../../image/index.ts";
import { ANSWER_CHANNELS, CIRCLE_CHANNELS } from "./answer-grid.ts";

/** Kind of model that the detector's files say. */
export const DETECTOR_KIND = "heterostem-particles";

/** What a detector's file says of itself. */
export const detectorMetadataSchema = z.looseObject({
  kind: z.literal(DETECTOR_KIND),
  modality: z.enum(MODALITIES),
  network: z.object({
    widths: z.array(z.int().positive()),
    bottomWidth: z.int().positive(),
    /** Files that do not say see circles alone. */
    answerChannels: z
      .union([z.literal(CIRCLE_CHANNELS), z.literal(ANSWER_CHANNELS)])
      .default(CIRCLE_CHANNELS),
  }),
  /** Least probability at which a particle is reported, chosen on simulated images. */
  threshold: z.number().min(0.01).max(0.99).default(0.3),
  /** True particles over found ones on simulated images, by how crowded they are. */
  hidden: z
    .array(
      z.object({
        fromCrowding: z.number().min(1),
        ratio: z.object({ value: z.number(), low: z.number(), high: z.number() }),
        imageCount: z.int().positive(),
      }),
    )
    .default([]),
  /** True over found mean diameters on simulated images; null in files that do not say. */
  sizes: z
    .object({
      ratio: z.object({ value: z.number(), low: z.number(), high: z.number() }),
      imageCount: z.int().positive(),
    })
    .nullable()
    .default(null),
});

/** What a detector's file says of itself. */
export type DetectorMetadata = z.infer<typeof detectorMetadataSchema>;
