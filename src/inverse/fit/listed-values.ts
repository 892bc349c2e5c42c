import { mean, standardDeviation } from "../../core/index.ts";
import type { Particle } from "../../particles/index.ts";

/** Fewest particles of a material that say something of their sizes. */
const FEWEST = 3;

/**
 * What a list of particles says of a powder's parameters, with nothing made good for what is hidden.
 *
 * @param particles of one image
 * @param materials names, the first and the second of the parameters; one for a powder of one material
 * @param pixelSizeNm edge of the image's pixels [nm]
 * @returns numberFraction; geometric mean radii [nm] and geometric standard deviations, by material; NaN where the list does not say
 */
export function listedValues(
  particles: readonly Pick<Particle, "radiusPx" | "material">[],
  materials: readonly string[],
  pixelSizeNm: number,
): Readonly<Record<string, number>> {
  const [first, second] = materials.map((name) =>
    particles
      .filter(({ material }) => material === name)
      .map(({ radiusPx }) => Math.log(radiusPx * pixelSizeNm)),
  );
  const [one, other] = [sizesOf(first), sizesOf(second ?? [])];
  return {
    numberFraction:
      particles.length < FEWEST || second === undefined ? NaN : second.length / particles.length,
    radiusFirstNm: one.radius,
    radiusSecondNm: other.radius,
    radiusSpreadFirst: one.spread,
    radiusSpreadSecond: other.spread,
  };
}

function sizesOf(logRadii: readonly number[]) {
  if (logRadii.length < FEWEST) return { radius: NaN, spread: NaN };
  return { radius: Math.exp(mean(logRadii)), spread: Math.exp(standardDeviation(logRadii)) };
}
