import { z } from "zod";
import { isNamePattern, PATTERN_WORDS } from "./data/name-pattern.ts";

const share = (preset: number, description: string) =>
  z.number().min(0).max(0.9).default(preset).describe(description);
const splitName = z.enum(["training", "validation", "test"]);
const pattern = z.string().refine(isNamePattern, { error: PATTERN_WORDS });

const color = z.string().regex(/^#[0-9a-f]{6}$/i, { error: 'wanted a colour such as "#00ff00"' });
const ignored = z
  .union([z.int(), color])
  .optional()
  .describe("value, index or colour of pixels that nobody labelled: neither trained on nor counted");

const maskSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("binary").default("binary"),
    foreground: z
      .union([z.enum(["bright", "dark"]), color, z.int()])
      .default("bright")
      .describe("which of the two is class 1: the brighter, the darker, or a colour, value or index"),
    threshold: z
      .number()
      .optional()
      .describe("for masks with values between (resampled, lossy): values above this are bright"),
    ignore: ignored,
  }),
  z.strictObject({
    kind: z.literal("classIds"),
    values: z
      .array(z.int())
      .min(2)
      .optional()
      .describe("grey value or palette index of each class, background first; 0, 1, 2, ... without"),
    ignore: ignored,
  }),
  z.strictObject({
    kind: z.literal("colors"),
    colors: z
      .array(z.union([z.tuple([z.int(), z.int(), z.int()]), color]))
      .min(1)
      .describe("exact RGB of class 1, 2, ...; anything else is background"),
    ignore: ignored,
  }),
  z.strictObject({
    kind: z.literal("instances").describe("numbered or coloured objects of class 1, as Cellpose writes them"),
    ignore: ignored,
  }),
]);

const groupsSchema = z.union(
  [
    z.strictObject({
      pattern: pattern.describe("regular expression on the image's name; its first parenthesis is the group"),
    }),
    z.strictObject({
      table: z.string().describe("CSV file with a row an image"),
      nameColumn: z.string().describe("column with the image's name"),
      groupColumns: z.array(z.string()).min(1).describe("columns that together name the group"),
    }),
  ],
  { error: 'wanted {pattern: "..."} or {table: FILE, nameColumn: NAME, groupColumns: [NAME]}' },
);

const splitSchema = z.discriminatedUnion("by", [
  z.strictObject({ by: z.literal("folders").describe("as the sets say: a published split") }),
  z.strictObject({
    by: z.literal("names").describe("by regular expressions on names; the rest is for training"),
    validation: pattern,
    test: pattern,
  }),
  z.strictObject({
    by: z.enum(["groups", "images"]).describe("drawn at random; by images warns of leakage"),
    validationShare: share(0.15, "share of the groups that chooses weights and threshold"),
    testShare: share(0.2, "share of the groups that is measured on"),
  }),
  z.strictObject({
    by: z.literal("folds").describe("k-fold cross-validation over groups"),
    count: z.int().min(2).max(100).default(5),
  }),
]);

const labelKind = z.enum(["masks", "polygonCsv", "coco", "via", "labelme", "yolo", "imageJRois"]);

const dataObject = z.strictObject({
  sets: z
    .array(
      z.strictObject({
        images: z.string().describe("folder of images"),
        labels: z.string().describe("folder of masks, or the file that labelKind says"),
        split: splitName.optional(),
        labelKind: labelKind.optional().describe("of this set, where it is another than that of all"),
      }),
    )
    .min(1),
  labelKind: labelKind
    .default("masks")
    .describe(
      "labelme: a folder with NAME.json for each image; yolo: with NAME.txt, class 0 the first object; imageJRois: with NAME.zip or NAME_RoiSet.zip",
    ),
  classNames: z.array(z.string().min(1)).min(2).max(255).default(["background", "object"]),
  mask: maskSchema.prefault({ kind: "binary" }),
  groups: groupsSchema.optional().describe("what must not be torn apart between training and test"),
  split: splitSchema.prefault({ by: "groups" }),
  trainingNames: pattern.optional().describe("only these are trained on, as in one-shot splits"),
  unlabelledEdgePx: z
    .int()
    .min(0)
    .max(4096)
    .default(0)
    .describe(
      "where objects cut by the image's edge were not labelled, how far they reach in: not trained on; found ones are not counted [px]",
    ),
  cropDataBar: z
    .boolean()
    .default(true)
    .describe(
      "cut off the bar with the microscope's text, and leave out what is drawn into images (scale bars, writing)",
    ),
  pixelSizeNm: z.number().positive().optional().describe("over what the files say [nm]"),
});

const dataSchema = dataObject.superRefine(({ sets, labelKind: kind, classNames, mask }, context) => {
  if (sets.every((set) => (set.labelKind ?? kind) !== "masks")) return;
  const count = classNames.length;
  const wrong = (key: string, message: string) =>
    context.addIssue({ code: "custom", path: ["mask", key], message });
  if ((mask.kind === "binary" || mask.kind === "instances") && count !== 2) {
    wrong(
      "kind",
      `${mask.kind} masks have 2 classes, but classNames has ${count}: wanted classIds or colors`,
    );
  }
  if (mask.kind === "classIds" && mask.values !== undefined && mask.values.length !== count) {
    wrong("values", `wanted a value for each of the ${count} classes, got ${mask.values.length}`);
  }
  if (mask.kind === "colors" && mask.colors.length !== count - 1) {
    const wanted = `wanted a colour for each of the ${count - 1} classes but the background`;
    wrong("colors", `${wanted}, got ${mask.colors.length}`);
  }
});

const normalizationSchema = z
  .enum(["none", "minMax", "percentile", "zScore", "histogramEqualization", "clahe", "levels"])
  .default("zScore")
  .describe(
    "intensity step before the network; levels keeps what a grey means, for images of one brightness and contrast",
  );

const levelsSchema = z
  .tuple([z.number(), z.number()])
  .refine(([low, high]) => low < high, { error: "the first must be below the second" })
  .default([0, 255])
  .describe("of normalization levels: what becomes -2 and 2; 0 and 65535 for 16-bit images");

const modelSchema = z.strictObject({
  widths: z
    .array(z.int().min(1).max(1024))
    .min(1)
    .max(6)
    .default([16, 32, 64])
    .describe("channels per level"),
  bottomWidth: z.int().min(1).max(2048).default(96),
  blockPx: z
    .int()
    .min(1)
    .max(8)
    .default(1)
    .describe(
      "edge of the blocks that the network takes as one pixel: it sees as many times farther, at less cost [px]",
    ),
  batchNormalisation: z.boolean().default(false),
  normalization: normalizationSchema,
  levels: levelsSchema,
});

/** What greys of a normalised image are counted in. */
const GREY_UNIT = "[standard deviations; with levels, quarters of their range]";

const augmentationSchema = z.strictObject({
  symmetry: z
    .enum(["square", "mirror", "none"])
    .default("square")
    .describe("turned and mirrored; only left and right swapped, where up and down differ; as it is"),
  zoom: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe("range of the logarithm of the magnification, over the image's"),
  gamma: z.number().min(0).max(1).default(0.2).describe("range of the logarithm of the exponent"),
  contrast: z.number().min(0).max(1).default(0.1).describe("range of the logarithm of the gain"),
  brightness: z.number().min(0).max(2).default(0.1).describe(`range of the offset ${GREY_UNIT}`),
  noise: z.number().min(0).max(2).default(0.1).describe(`largest normal noise ${GREY_UNIT}`),
  blurPx: z.number().min(0).max(8).default(0).describe("largest sigma of a Gaussian blur [px]"),
  strokes: z
    .strictObject({
      cover: share(
        0,
        "largest nominal share of a crop under strokes, one at least; half of the crops get none",
      ),
      brightness: z
        .number()
        .min(0)
        .max(8)
        .default(1.5)
        .describe(`largest of one stroke, above what lies below ${GREY_UNIT}`),
    })
    .prefault({})
    .describe("bright arcs that are no object, such as lamellae or scratches"),
});

const trainingSchema = z
  .strictObject({
    cropPx: z.int().min(16).max(1024).default(128).describe("edge of the crops that are trained on"),
    cropsPerImage: z.int().min(1).default(16).describe("crops of an image in an epoch"),
    epochs: z.int().min(1).max(100_000).default(20),
    batchSize: z.int().min(1).max(256).default(8),
    partCount: z.int().min(1).max(64).default(2).describe("parts of a step computed at the same time"),
    learningRate: z.number().min(1e-7).max(1).default(2e-3).describe("peak step size of AdamW"),
    crossEntropyShare: z.number().min(0).max(1).default(0.5).describe("of the loss; the rest is Dice"),
    classWeights: z.array(z.number().positive()).optional().describe("of the cross-entropy, one a class"),
    foregroundShare: share(0.3, "share of the crops that are laid on a pixel of a rare class"),
    averageDecay: z.number().min(0).max(0.9999).default(0.98).describe("moving average of the weights"),
    validationCrops: z.int().min(1).max(10_000).default(24),
    augmentation: augmentationSchema.prefault({}),
  })
  .refine(({ batchSize, partCount }) => batchSize % partCount === 0, {
    path: ["batchSize"],
    error: "must be a multiple of partCount",
  });

const postSchema = z.strictObject({
  threshold: z
    .number()
    .min(0.01)
    .max(0.99)
    .default(0.5)
    .describe("probability above which a pixel is object"),
  candidates: z
    .array(z.number().min(0.01).max(0.99))
    .default([0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8])
    .describe("thresholds of the second rule; the best on the validation set is taken"),
  views: z
    .union([z.literal(1), z.literal(2), z.literal(4), z.literal(8)])
    .default(1)
    .describe(
      "symmetric views whose answers are averaged: 2 swaps left and right, 4 also up and down, 8 turns too",
    ),
  radiusPx: z.number().min(0.5).max(50).default(1.5).describe("disc of the opening and closing [px]"),
});

const particlesSchema = z.strictObject({
  classId: z.int().min(1).default(1).describe("class whose objects are measured"),
  separation: z.enum(["none", "watershed"]).default("watershed"),
  seedDepthPx: z
    .number()
    .min(0)
    .default(1)
    .describe("how deep the neck between two maxima of the distance map must be for two objects [px]"),
  minAreaPx: z.int().min(1).default(8).describe("smaller objects are dropped"),
  edgeRule: z
    .enum(["exclude", "flag"])
    .default("exclude")
    .describe("what becomes of objects cut by the image's edge, in statistics"),
});

const sweepSchema = z.strictObject({
  trainingImages: z.array(z.int().min(1)).min(1).optional().describe("sizes of the training set"),
  epochs: z.array(z.int().min(1)).min(1).optional(),
  folds: z.boolean().default(false).describe("every fold of the data set in turn"),
  randomSplit: z
    .boolean()
    .default(false)
    .describe(
      "every training a second time, with as many images on each side, drawn whatever their groups: what it gives to have seen the specimens",
    ),
});

/** A segmentation study: data, split, network, training, what is done with the answer. */
export const segmentSchema = z
  .strictObject({
    name: z.string().min(1).describe("name of the study, for reports"),
    problem: z.string().default("").describe("what is to be found, and what for"),
    seed: z.int().min(0).default(1).describe("seed of every random stream"),
    data: dataSchema,
    model: modelSchema.prefault({}),
    training: trainingSchema.prefault({}),
    postProcessing: postSchema.prefault({}),
    particles: particlesSchema.prefault({}),
    sweep: sweepSchema.prefault({}),
  })
  .refine(({ data, particles }) => particles.classId < data.classNames.length, {
    path: ["particles", "classId"],
    error: "must be the number of a class of data.classNames, and not the background",
  })
  .refine(
    ({ data, training: { classWeights } }) =>
      classWeights === undefined || classWeights.length === data.classNames.length,
    { path: ["training", "classWeights"], error: "must be one weight for each of data.classNames" },
  );

/** A segmentation study with its defaults filled in; kept beside every result. */
export type SegmentConfig = z.infer<typeof segmentSchema>;
/** The data section of a study. */
export type DataConfig = SegmentConfig["data"];
