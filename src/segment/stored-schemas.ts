import { z } from "zod";
import { isPlainFileName } from "../core/index.ts";
import { segmentSchema } from "./segment-config.ts";
import { SEGMENTER_KIND, type SegmenterMetadata } from "./segmenter-model.ts";
import type { SetManifest } from "./data/labelled-set.ts";

const count = z.int().min(0);
const fold = count.nullable();

/** A recipe that an earlier version may have stored: keys that it did not have get their defaults. */
const config = segmentSchema;

/** What dataset.json of a prepared set must hold; names of images become names of files. */
export const setManifestSchema: z.ZodType<SetManifest> = z.object({
  format: z.literal("heterostem-segmentation-1"),
  config,
  entries: z.array(
    z.object({
      name: z.string().refine(isPlainFileName, "must be the name of a file inside the set"),
      group: z.string(),
      split: z.enum(["training", "validation", "test", "unused"]),
      fold,
      width: z.int().min(1),
      height: z.int().min(1),
      pixelSizeNm: z.number().positive().nullable(),
      classShares: z.array(z.number()),
      sourceSha256: z.string(),
    }),
  ),
  warnings: z.array(z.string()),
});

/** What a segmentation model must say of itself. */
export const segmenterMetadataSchema: z.ZodType<SegmenterMetadata> = z.object({
  kind: z.literal(SEGMENTER_KIND),
  heterostemVersion: z.string(),
  config,
  classNames: z.array(z.string()).min(2),
  normalization: segmentSchema.shape.model.unwrap().shape.normalization,
  tiling: z.object({ marginPx: count, gridPx: z.int().min(1) }),
  pixelSizesNm: z.tuple([z.number(), z.number()]).nullable(),
  trainingNames: z.array(z.string()),
  fold,
  steps: count,
  bestStep: count,
  bestValidationLoss: z
    .number()
    .nullable()
    .transform((loss) => loss ?? NaN),
  startedFrom: z.string().nullable(),
  postProcessing: z.object({
    threshold: z.number(),
    chosenThreshold: z.number(),
    radiusPx: z.number(),
    views: z.int().min(1),
    validationIou: z.number().nullable(),
  }),
});
