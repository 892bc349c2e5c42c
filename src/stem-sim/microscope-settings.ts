import { drawFromPrior } from "../core/index.ts";
import type { Prior, RandomStream } from "../core/index.ts";
import type { Microscope } from "./microscope-schema.ts";
import type { View } from "./view.ts";

/** What was drawn for one image; plain numbers, recorded beside it. Keys and units are those of the schema. */
export interface MicroscopeSettings extends View {
  readonly pixelSizeNm: number;
  readonly probeFwhmNm: number;
  readonly defocusNm: number;
  readonly electronsPerPixel: number;
  /** 0 without a film. */
  readonly filmThicknessNm: number;
  readonly filmSlope: number;
  /** Direction in which the film grows thicker, from x to y. */
  readonly filmSlopeDeg: number;
  readonly filmSpeckle: number;
  readonly filmSpeckleNm: number;
  readonly contaminationNm: number;
  readonly orientationSpread: number;
  readonly elongation: number;
  readonly facetedShare: number;
  readonly shellNm: number;
  /** Further aggregates in the field. */
  readonly neighbourCount: number;
  readonly dwellUs: number;
  readonly flybackUs: number;
  readonly driftXNm: number;
  readonly driftYNm: number;
  readonly driftWalkNm: number;
  readonly rowJitterNm: number;
  readonly rowJitterMemory: number;
  readonly humNm: number;
  readonly humHz: number;
  readonly gainExcess: number;
  readonly afterglow: number;
  readonly darkElectrons: number;
  readonly amplifierElectrons: number;
  readonly calibrationGain: number;
  readonly calibrationOffset: number;
  readonly saturation: number;
  readonly brightness: number;
  readonly contrast: number;
}

/** Electrons per picoampere and microsecond, 1e-18 C over the elementary charge [codata2018]. */
const ELECTRONS_PER_PA_US = 1e-18 / 1.602176634e-19;
const DEFAULT_ELECTRONS_PER_PIXEL = 3000;

/**
 * Draws the settings of one image from the microscope's priors.
 *
 * Each quantity has a stream of its own, so adding a prior to one leaves the others as they were.
 *
 * @param rng stream of the image
 * @param microscope the study's microscope
 * @returns drawn numbers
 * @example
 * import { openRandomStream } from "../src/core/index.ts";
 * import { drawMicroscopeSettings, microscopeSchema } from "../src/stem-sim/index.ts";
 * import { expect } from "vitest";
 * const microscope = microscopeSchema.parse({ beamCurrentPA: 50, scan: { dwellUs: 10 } });
 * const { electronsPerPixel } = drawMicroscopeSettings(openRandomStream(1, "sample", 0), microscope);
 * expect(electronsPerPixel).toBeCloseTo(3121, 0);
 */
export function drawMicroscopeSettings(rng: RandomStream, microscope: Microscope): MicroscopeSettings {
  // a fixed value needs no stream: opening one costs more than rendering a small particle
  const draw = (key: string, prior: Prior) =>
    typeof prior === "number" ? prior : drawFromPrior(rng.fork(key), prior);
  const { film, scan, electronics, output, particles, neighbourShare } = microscope;
  const filmOr = (key: "thicknessNm" | "slope" | "speckle" | "speckleNm", bare: number) =>
    film === "none" ? bare : draw(`film.${key}`, film[key]);
  const dwellUs = draw("scan.dwellUs", scan.dwellUs);
  const driftNm = draw("scan.driftNm", scan.driftNm);
  const driftAngle = driftNm === 0 ? 0 : 2 * Math.PI * rng.fork("driftAngle").uniform();
  const filmSlope = filmOr("slope", 0);
  const isShaped = particles.share === 1 || rng.fork("particles").uniform() < particles.share;
  const shaped = (key: "elongation" | "facetedShare" | "shellNm") =>
    isShaped ? draw(`particles.${key}`, particles[key]) : 0;
  return {
    ...drawView(rng, microscope, draw),
    pixelSizeNm: draw("pixelSizeNm", microscope.pixelSizeNm),
    probeFwhmNm: draw("probeFwhmNm", microscope.probeFwhmNm),
    defocusNm: draw("defocusNm", microscope.defocusNm),
    electronsPerPixel: drawDose(microscope, dwellUs, draw),
    filmThicknessNm: filmOr("thicknessNm", 0),
    filmSlope,
    filmSlopeDeg: filmSlope === 0 ? 0 : 360 * rng.fork("filmSlopeDeg").uniform(),
    filmSpeckle: filmOr("speckle", 0),
    filmSpeckleNm: filmOr("speckleNm", 1),
    contaminationNm: draw("contaminationNm", microscope.contaminationNm),
    orientationSpread: draw("orientationSpread", microscope.orientationSpread),
    elongation: shaped("elongation"),
    facetedShare: shaped("facetedShare"),
    shellNm: shaped("shellNm"),
    neighbourCount: neighbourShare > 0 && rng.fork("neighbourCount").uniform() < neighbourShare ? 1 : 0,
    dwellUs,
    flybackUs: draw("scan.flybackUs", scan.flybackUs),
    driftXNm: driftNm * Math.cos(driftAngle),
    driftYNm: driftNm * Math.sin(driftAngle),
    driftWalkNm: draw("scan.driftWalkNm", scan.driftWalkNm),
    rowJitterNm: draw("scan.rowJitterNm", scan.rowJitterNm),
    rowJitterMemory: draw("scan.rowJitterMemory", scan.rowJitterMemory),
    humNm: draw("scan.humNm", scan.humNm),
    humHz: draw("scan.humHz", scan.humHz),
    gainExcess: draw("electronics.gainExcess", electronics.gainExcess),
    afterglow: draw("electronics.afterglow", electronics.afterglow),
    darkElectrons: draw("electronics.darkElectrons", electronics.darkElectrons),
    amplifierElectrons: draw("electronics.amplifierElectrons", electronics.amplifierElectrons),
    calibrationGain: draw("output.calibrationGain", output.calibrationGain),
    calibrationOffset: draw("output.calibrationOffset", output.calibrationOffset),
    saturation: draw("output.saturation", output.saturation),
    brightness: draw("output.brightness", output.brightness),
    contrast: draw("output.contrast", output.contrast),
  };
}

type Draw = (key: string, prior: Prior) => number;

function drawDose({ electronsPerPixel, beamCurrentPA }: Microscope, dwellUs: number, draw: Draw): number {
  if (beamCurrentPA !== undefined)
    return draw("beamCurrentPA", beamCurrentPA) * dwellUs * ELECTRONS_PER_PA_US;
  return draw("electronsPerPixel", electronsPerPixel ?? DEFAULT_ELECTRONS_PER_PIXEL);
}

/** Uniform over all orientations: the first and last Euler angle, and the cosine of the middle one, are uniform. */
function drawView(rng: RandomStream, microscope: Microscope, draw: Draw): View {
  const isRandom = microscope.orientation === "random";
  const turn = isRandom ? rng.fork("orientation") : null;
  return {
    eulerAlphaDeg: turn === null ? 0 : 360 * turn.uniform(),
    eulerBetaDeg: turn === null ? 0 : (Math.acos(1 - 2 * turn.uniform()) * 180) / Math.PI,
    eulerGammaDeg: (turn === null ? 0 : 360 * turn.uniform()) + draw("rotationDeg", microscope.rotationDeg),
    tiltDeg: draw("tiltDeg", microscope.tiltDeg),
    offsetXNm: draw("offsetXNm", microscope.offsetXNm),
    offsetYNm: draw("offsetYNm", microscope.offsetYNm),
  };
}

/**
 * The settings of a tilt series: one image after the other, all else equal.
 *
 * @param settings settings of the untilted image
 * @param tiltsDeg tilts of the holder about x [degrees]
 * @returns settings in the same order
 */
export function tiltSeries(
  settings: MicroscopeSettings,
  tiltsDeg: readonly number[],
): readonly MicroscopeSettings[] {
  return tiltsDeg.map((tiltDeg) => ({ ...settings, tiltDeg }));
}
