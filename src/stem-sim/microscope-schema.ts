import { z } from "zod";
import { priorSchema } from "../core/index.ts";

const filmSchema = z.strictObject({
  material: z.string().default("C").describe("material of the support film, by name"),
  thicknessNm: priorSchema({ min: 0, max: 200, unit: "nm" }, "thickness of the support film").default({
    uniform: [5, 30],
  }),
});

const detectorSchema = z
  .strictObject({
    innerMrad: z.number().min(0).max(500).describe("inner semi-angle of the annular detector [mrad]"),
    outerMrad: z.number().min(0).max(500).describe("outer semi-angle of the annular detector [mrad]"),
  })
  .superRefine(({ innerMrad, outerMrad }, context) => {
    if (innerMrad < outerMrad) return;
    context.addIssue({
      code: "custom",
      message: `innerMrad must be below outerMrad, got inner ${innerMrad}, outer ${outerMrad}`,
    });
  });

/**
 * The section `microscope:` of a study: what is fixed for the study, and the laws of what differs from image to image.
 *
 * Keys that accept a prior are drawn once per image by drawMicroscopeSettings and recorded with it.
 */
export const microscopeSchema = z.strictObject({
  beamEnergyKeV: z
    .number()
    .min(30)
    .max(1000)
    .default(300)
    .describe("kinetic energy of the beam's electrons [keV]"),
  semiAngleMrad: z
    .number()
    .min(0.1)
    .max(60)
    .default(9)
    .describe("convergence semi-angle of the probe [mrad]"),
  detector: detectorSchema.default({ innerMrad: 60, outerMrad: 200 }),
  widthPx: z.int().min(8).max(8192).default(128).describe("columns of the image"),
  heightPx: z.int().min(8).max(8192).default(128).describe("rows of the image"),
  pixelSizeNm: priorSchema({ min: 0.005, max: 50, unit: "nm" }, "edge of a pixel").default(1),
  probeFwhmNm: priorSchema(
    { min: 0, max: 20, unit: "nm" },
    "full width at half maximum of the Gaussian probe",
  ).default(0.2),
  electronsPerPixel: priorSchema(
    { min: 1, max: 1e9, unit: "electrons" },
    "incident electrons per pixel, beam current times dwell time",
  ).default(3000),
  film: z
    .union([z.literal("none"), filmSchema])
    .default({ material: "C", thicknessNm: { uniform: [5, 30] } })
    .describe("support film under the aggregate, or none"),
  inelastic: z
    .boolean()
    .default(true)
    .describe("add scattering by the atom's electrons, a factor 1 + 1/Z (absent from multislice)"),
});

/** A microscope as a study describes it, defaults filled in. */
export type Microscope = z.infer<typeof microscopeSchema>;
