import { failureText, median } from "../core/index.ts";
import type { FittedParticle, ImageParticles } from "../particles/index.ts";
import type { ProjectedParticles } from "./projected-particles.ts";

/** Least standard error of a distance between particles of an image [px]: discs are no spheres, and spheres no particles. */
const LEAST_ERROR_PX = 0.3;

/**
 * The particles of an image as a reconstruction takes them: in nm, from the middle of the image, y upwards.
 *
 * @param image size, pixel size and name of the image
 * @param fitted its particles, as the fit left them
 * @param materials names, the first and the second; one where all particles are alike
 * @returns the particles as the view shows them
 * @throws RangeError where no pixel size is known, or fewer than two particles are found
 * @example
 * import { particlesOfImage } from "../src/reconstruct/index.ts";
 * import { expect } from "vitest";
 * const image = { name: "a", width: 100, height: 80, pixelSizeNm: 0.5 };
 * const disc = { source: "detected", radiusPx: 10, probability: 1, secondProbability: 1, number: 1, isCut: false, depth: 1 };
 * const errorPx = { x: 0.1, y: 0.1, radius: 0.1 };
 * const fitted = [
 *   { ...disc, x: 60, y: 30, material: "WO3", errorPx },
 *   { ...disc, x: 50, y: 40, material: "TiO2-anatase", errorPx },
 * ];
 * const { xNm, yNm, materialIndices } = particlesOfImage(image, fitted, ["TiO2-anatase", "WO3"]);
 * expect([xNm[0], yNm[0], materialIndices[0]]).toEqual([5, 5, 1]);
 */
export function particlesOfImage(
  { name, width, height, pixelSizeNm }: Pick<ImageParticles, "name" | "width" | "height" | "pixelSizeNm">,
  fitted: readonly FittedParticle[],
  materials: readonly string[],
): ProjectedParticles {
  const failure = (wanted: string, got: string) =>
    new RangeError(failureText({ action: "reconstruct aggregate", where: name }, wanted, got));
  if (pixelSizeNm === null) throw failure("image must have a pixel size, as by --pixel-size", "none");
  if (fitted.length < 2) throw failure("image must show two particles at least", String(fitted.length));
  const errorsPx = fitted.map(({ errorPx }) => Math.hypot(errorPx.x, errorPx.y, errorPx.radius));
  const numbers = (of: (particle: FittedParticle) => number) => Float64Array.from(fitted, of);
  return {
    count: fitted.length,
    xNm: numbers(({ x }) => (x - width / 2) * pixelSizeNm),
    yNm: numbers(({ y }) => (height / 2 - y) * pixelSizeNm),
    radiiNm: numbers(({ radiusPx }) => radiusPx * pixelSizeNm),
    materialIndices: Uint8Array.from(fitted, ({ material }) =>
      Number(material !== null && materials.indexOf(material) === 1),
    ),
    errorNm: Math.max(LEAST_ERROR_PX, median(errorsPx)) * pixelSizeNm,
  };
}
