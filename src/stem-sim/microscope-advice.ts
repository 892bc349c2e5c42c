import { openRandomStream, priorRange } from "../core/index.ts";
import type { Microscope } from "./microscope-schema.ts";
import { drawMicroscopeSettings } from "./microscope-settings.ts";
import type { PreparedMicroscope } from "./prepare-microscope.ts";

/** A column that an experimenter wants to see above the film: 10 nm of the weaker scatterer. */
const VISIBLE_NM = 10;
/** A dark-field signal below this many electrons drowns in counting noise. */
const FEW_ELECTRONS = 3;

/**
 * What an experienced microscopist would say about the settings; the simulator computes them all the same.
 *
 * @param prepared prepared microscope
 * @returns one sentence per doubt, none for sound settings
 * @example
 * import { findMaterial } from "../src/core/index.ts";
 * import { microscopeAdvice, microscopeSchema, prepareMicroscope } from "../src/stem-sim/index.ts";
 * import { expect } from "vitest";
 * const materials = [findMaterial("TiO2-anatase"), findMaterial("WO3")] as const;
 * const adviceOn = (settings: object) => microscopeAdvice(prepareMicroscope(microscopeSchema.parse(settings), materials));
 * expect(adviceOn({})).toEqual([]);
 * expect(adviceOn({ semiAngleMrad: 25, detector: { innerMrad: 20, outerMrad: 200 } })[0]).toContain("undeflected beam");
 */
export function microscopeAdvice(prepared: PreparedMicroscope): readonly string[] {
  return [...angleAdvice(prepared.microscope), ...doseAdvice(prepared), ...pixelAdvice(prepared.microscope)];
}

function angleAdvice({ detector, semiAngleMrad }: Microscope): string[] {
  const [inner, outer] = detectorRangeMrad(detector);
  const advice: string[] = [];
  if (inner > 0 && inner < semiAngleMrad) {
    advice.push(
      `detector from ${inner} mrad catches part of the undeflected beam (semi-angle ${semiAngleMrad} mrad): no dark field`,
    );
  } else if (inner > 0 && inner < Math.max(40, 2 * semiAngleMrad)) {
    advice.push(`detector from ${inner} mrad sees diffraction contrast of crystals, which is not modelled`);
  }
  if (outer > 300) {
    advice.push(`detector to ${outer} mrad is wider than microscopes let pass: measure its sensitivity`);
  }
  return advice;
}

function detectorRangeMrad(detector: Microscope["detector"]): readonly [number, number] {
  if ("innerMrad" in detector) return [detector.innerMrad, detector.outerMrad];
  const seeing = detector.sensitivity.filter(([, relative]) => relative > 0.01).map(([angle]) => angle);
  return [seeing[0] ?? 0, seeing.at(-1) ?? 0];
}

function doseAdvice({ microscope, detectedPerNm }: PreparedMicroscope): string[] {
  const drawn = drawMicroscopeSettings(openRandomStream(0), microscope);
  const electrons = drawn.electronsPerPixel * Math.min(...detectedPerNm) * VISIBLE_NM;
  if (electrons >= FEW_ELECTRONS) return [];
  return [
    `dose of ${drawn.electronsPerPixel.toPrecision(3)} electrons per pixel gives ${electrons.toPrecision(2)} from ` +
      `${VISIBLE_NM} nm of the weaker material: noise will hide it`,
  ];
}

function pixelAdvice({ pixelSizeNm, probeFwhmNm }: Microscope): string[] {
  const [pixel, probe] = [priorRange(pixelSizeNm)[1], priorRange(probeFwhmNm)[0]];
  if (probe <= 0 || pixel > probe / 8) return [];
  return [
    `pixel of ${pixel} nm is an eighth of the probe of ${probe} nm or less: dose is spent on empty resolution`,
  ];
}
