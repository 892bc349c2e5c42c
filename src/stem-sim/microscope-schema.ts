import { z } from "zod";
import { priorSchema } from "../core/index.ts";

const prior = (min: number, max: number, unit: string, description: string) =>
  priorSchema({ min, max, unit }, description);

const filmSchema = z.strictObject({
  material: z.string().default("C").describe("material of the support film, by name"),
  thicknessNm: prior(0, 200, "nm", "thickness of the support film").default({ uniform: [5, 30] }),
  slope: prior(0, 2, "share", "relative change of thickness from one side of the field to the other").default(
    0,
  ),
  speckle: prior(0, 1, "share", "relative standard deviation of the film's thickness").default(0),
  speckleNm: prior(0.1, 100, "nm", "standard deviation of the Gaussian that smooths the speckle").default(2),
});

const annulusSchema = z
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

const curveSchema = z.strictObject({
  sensitivity: z
    .array(z.tuple([z.number().min(0).max(500), z.number().min(0).max(1)]))
    .min(2)
    .superRefine((points, context) => {
      const wrong = points.findIndex(([angle], i) => i > 0 && angle <= points[i - 1][0]);
      if (wrong < 0) return;
      const text = `sensitivity must rise in angle, got ${points[wrong][0]} mrad after ${points[wrong - 1][0]} mrad`;
      context.addIssue({ code: "custom", message: `${text} (point ${wrong + 1})` });
    })
    .describe("measured sensitivity of the detector: [angle in mrad, relative sensitivity 0 to 1]"),
});

const scanSchema = z.strictObject({
  dwellUs: prior(0.01, 1e5, "us", "dwell time of a pixel").default(10),
  flybackUs: prior(0, 1e5, "us", "time from the end of a row to the start of the next").default(100),
  driftNm: prior(0, 1000, "nm", "drift of the specimen during a frame, in a random direction").default(0),
  driftWalkNm: prior(0, 100, "nm", "random walk of the specimen, standard deviation after a frame").default(
    0,
  ),
  rowJitterNm: prior(0, 50, "nm", "standard deviation of the shift of rows along the fast axis").default(0),
  rowJitterMemory: prior(0, 0.999, "share", "correlation of the shifts of neighbouring rows").default(0),
  humNm: prior(0, 50, "nm", "amplitude of the mains hum along x and y").default(0),
  humHz: prior(1, 1000, "Hz", "frequency of the mains").default(50),
});

const electronicsSchema = z.strictObject({
  gainExcess: prior(
    1,
    3,
    "factor",
    "excess noise factor of the detector, 1 + variance/mean^2 of its pulses",
  ).default(1),
  afterglow: prior(0, 5, "dwell times", "decay time of the scintillator").default(0),
  darkElectrons: prior(0, 1e4, "electrons", "offset of the detector").default(0),
  amplifierElectrons: prior(0, 1e4, "electrons", "standard deviation of the amplifier's noise").default(0),
});

const outputSchema = z.strictObject({
  mode: z
    .enum(["absolute", "contrast"])
    .default("absolute")
    .describe(
      "absolute: fraction of the beam, as after a detector scan; contrast: grey levels set by an operator",
    ),
  calibrationGain: prior(0.5, 2, "factor", "error of the detector scan's gain, absolute mode").default(1),
  calibrationOffset: prior(-0.1, 0.1, "share", "error of the detector scan's zero, absolute mode").default(0),
  saturation: prior(
    1e-4,
    2,
    "share",
    "fraction of the beam at which the digitiser clips, absolute mode",
  ).default(1),
  brightness: prior(-0.5, 1, "grey", "grey level of the 1 % darkest pixels, contrast mode").default(0.05),
  contrast: prior(
    0.05,
    5,
    "grey",
    "grey levels from there to the 0.1 % brightest pixels, contrast mode",
  ).default(0.9),
  bitDepth: z
    .union([z.literal(8), z.literal(12), z.literal(16), z.literal(32)])
    .default(32)
    .describe("bits of the digitiser; 32 neither rounds nor clips in absolute mode"),
});

const particlesSchema = z.strictObject({
  share: z
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe("share of the images to which the next three apply; in the others particles are bare spheres"),
  elongation: prior(
    0,
    1,
    "share",
    "spread of the axes of ellipsoids of the particles' volume, standard deviation of the logarithm; 0 for spheres",
  ).default(0),
  facetedShare: prior(0, 1, "share", "share of the particles that are crystals with faces").default(0),
  shellNm: prior(0, 20, "nm", "thickness of a shell of the film's material around the particles").default(0),
});

const energySchema = z.number().min(30).max(1000);
const semiAngleSchema = z.number().min(0.1).max(60);
const detectorSchema = z.union([annulusSchema, curveSchema]);

const choiceSchema = z.strictObject({
  name: z.string().min(1).optional().describe("what it is called, for people"),
  beamEnergyKeV: energySchema.describe("kinetic energy of the electrons [keV]"),
  semiAngleMrad: semiAngleSchema.describe("convergence semi-angle of the probe [mrad]"),
  detector: detectorSchema.describe("annulus, disc (innerMrad 0) or measured sensitivity curve"),
});

/**
 * The section `microscope:` of a study: what is fixed for the study, and the laws of what differs from image to image.
 *
 * Keys that accept a prior are drawn once per image by drawMicroscopeSettings and recorded with it.
 */
export const microscopeSchema = z
  .strictObject({
    beamEnergyKeV: energySchema.default(300).describe("kinetic energy of the electrons [keV]"),
    semiAngleMrad: semiAngleSchema.default(9).describe("convergence semi-angle of the probe [mrad]"),
    detector: detectorSchema
      .default({ innerMrad: 60, outerMrad: 200 })
      .describe("annulus, disc (innerMrad 0) or measured sensitivity curve"),
    anyOf: z
      .array(choiceSchema)
      .min(1)
      .optional()
      .describe(
        "microscopes of which each image draws one, in place of beamEnergyKeV, semiAngleMrad and detector",
      ),
    widthPx: z.int().min(8).max(8192).default(128).describe("columns of the image"),
    heightPx: z.int().min(8).max(8192).default(128).describe("rows of the image"),
    pixelSizeNm: prior(0.005, 50, "nm", "edge of a pixel").default(1),
    probeFwhmNm: prior(0, 20, "nm", "full width at half maximum of the source's image in the probe").default(
      0.2,
    ),
    defocusNm: prior(-5000, 5000, "nm", "height of the focal plane above the aggregate's centre").default(0),
    electronsPerPixel: prior(
      1,
      1e9,
      "electrons",
      "incident electrons per pixel; 3000 where nothing is given",
    ).optional(),
    beamCurrentPA: prior(
      0.01,
      1e5,
      "pA",
      "beam current; with scan.dwellUs it gives the electrons per pixel",
    ).optional(),
    orientation: z
      .enum(["as-grown", "random"])
      .default("as-grown")
      .describe("how aggregates lie under the beam: in their own frame or turned at random"),
    tiltDeg: prior(-80, 80, "degrees", "tilt of the holder about x").default(0),
    rotationDeg: prior(-360, 360, "degrees", "rotation of the scan about the beam").default(0),
    offsetXNm: prior(-1e4, 1e4, "nm", "shift of the aggregate in the field along x").default(0),
    offsetYNm: prior(-1e4, 1e4, "nm", "shift of the aggregate in the field along y").default(0),
    film: z
      .union([z.literal("none"), filmSchema])
      .prefault({})
      .describe("support film under the aggregate, or none"),
    contaminationNm: prior(
      0,
      100,
      "nm",
      "carbon that has grown by the end of the frame, exponentially",
    ).default(0),
    orientationSpread: prior(
      0,
      1,
      "share",
      "spread of the particles' scattering by their crystal orientation, standard deviation of the logarithm",
    ).default(0),
    particles: particlesSchema
      .prefault({})
      .describe("how particles look that the model grows as spheres; labels stay those of the spheres"),
    neighbourShare: z
      .number()
      .min(0)
      .max(1)
      .default(0)
      .describe("share of the images in which a second aggregate lies beside the one that is asked for"),
    neckOwner: z
      .enum(["radical-plane", "first-material", "second-material"])
      .default("radical-plane")
      .describe("which material a lens between two particles belongs to"),
    inelastic: z
      .boolean()
      .default(true)
      .describe("add scattering by the atom's electrons, a factor 1 + 1/Z (absent from multislice)"),
    scan: scanSchema.prefault({}),
    electronics: electronicsSchema.prefault({}),
    output: outputSchema.prefault({}),
  })
  .superRefine(({ electronsPerPixel, beamCurrentPA }, context) => {
    if (electronsPerPixel === undefined || beamCurrentPA === undefined) return;
    context.addIssue({
      code: "custom",
      path: ["beamCurrentPA"],
      message: "dose must be given once, got electronsPerPixel and beamCurrentPA",
    });
  });

/** A microscope as a study describes it, defaults filled in. */
export type Microscope = z.infer<typeof microscopeSchema>;

/**
 * The microscopes that a section chooses from, each without a choice.
 *
 * @param microscope a parsed `microscope` section
 * @returns one for each entry of anyOf, in order; the microscope itself where it has none
 * @example
 * import { microscopeChoices, microscopeSchema } from "../src/stem-sim/index.ts";
 * import { expect } from "vitest";
 * const detector = { innerMrad: 50, outerMrad: 180 };
 * const anyOf = [200, 80].map((beamEnergyKeV) => ({ beamEnergyKeV, semiAngleMrad: 20, detector }));
 * const choices = microscopeChoices(microscopeSchema.parse({ anyOf, widthPx: 64 }));
 * expect(choices.map(({ beamEnergyKeV, widthPx }) => [beamEnergyKeV, widthPx])).toEqual([[200, 64], [80, 64]]);
 */
export function microscopeChoices({ anyOf, ...rest }: Microscope): readonly Microscope[] {
  if (anyOf === undefined) return [rest];
  return anyOf.map(({ beamEnergyKeV, semiAngleMrad, detector }) => ({
    ...rest,
    beamEnergyKeV,
    semiAngleMrad,
    detector,
  }));
}
