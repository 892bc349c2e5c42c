import type { GrayImage } from "../../core/index.ts";
import type { Feature } from "../../features/index.ts";
import { maskHull, polygonArea } from "../../image/index.ts";
import type { FoundParticle } from "../segment/find-particles.ts";
import { braggSpots, SPOT_COUNT, type BraggSpot, type SpotList } from "./bragg-spots.ts";
import { cropParticle, type ParticleCrop } from "./crop.ts";
import { fringeEvenness } from "./fringe-map.ts";
import { radialFeatures } from "./radial-features.ts";

/** Spots whose fringes are mapped over the particle. */
const MAPPED_SPOTS = 4;
/** A spot this many ring medians high is not noise: exponential power reaches it once in 2^15 pixels. */
const CLEAR_HEIGHT = 15;
/** Edges of the rings of {111} and {200} in gold [nm]; other crystals have theirs, and the forest learns them. */
const OUTER_RING_NM = 0.22;

/** Number of features at the head of the list that are those of the paper. */
export const PUBLISHED_FEATURE_COUNT = 5;

/**
 * Describes a found particle for the forest: the five features of [groschner2021], then spots, fringes and outline.
 *
 * @param pixelSizeNm pixel size [nm]
 */
export function particleFeatures(image: GrayImage, particle: FoundParticle, pixelSizeNm: number): Feature[] {
  const crop = cropParticle(image, particle, pixelSizeNm);
  const list = braggSpots(crop, particle.equivalentDiameterPx);
  return [
    ...radialFeatures(crop),
    ...spotFeatures(list),
    ...fringeFeatures(crop, list.spots, particle),
    ...outlineFeatures(crop, particle, image.width),
  ];
}

const NO_SPOT: BraggSpot = { kx: 0, ky: 0, spacingNm: 0, angleRad: 0, height: 0, share: 0, elongation: 1 };

function spotFeatures({ spots, restShare, latticeStrength }: SpotList): Feature[] {
  const padded = Array.from({ length: SPOT_COUNT }, (_, i) => spots[i] ?? NO_SPOT);
  const clear = spots.filter(({ height }) => height > CLEAR_HEIGHT);
  const outer = clear.filter(({ spacingNm }) => spacingNm < OUTER_RING_NM);
  const entry = (name: string, value: number, unit = "1") => ({ name, value, unit, source: "fultz2013" });
  return [
    entry("lattice strength", Math.log1p(latticeStrength)),
    entry("rest of lattice", restShare),
    entry("clear spots", clear.length),
    entry("clear spots, wide planes", clear.length - outer.length),
    entry("clear spots, narrow planes", outer.length),
    ...padded.flatMap((spot, i) => [
      entry(`spot ${i + 1} share`, spot.share),
      entry(`spot ${i + 1} height`, Math.log1p(spot.height)),
      entry(`spot ${i + 1} spacing`, spot.spacingNm, "nm"),
      entry(`spot ${i + 1} elongation`, spot.elongation),
    ]),
    ...padded
      .slice(1)
      .map((spot, i) => entry(`angle of spot ${i + 2} to 1`, angleBetween(padded[0], spot), "rad")),
  ];
}

/** Angle between two sets of planes, 0 to pi/2. */
function angleBetween(a: BraggSpot, b: BraggSpot): number {
  const difference = Math.abs(a.angleRad - b.angleRad);
  return Math.min(difference, Math.PI - difference);
}

function fringeFeatures(
  crop: ParticleCrop,
  spots: readonly BraggSpot[],
  { equivalentDiameterPx }: FoundParticle,
): Feature[] {
  const width = 1.5 * Math.max(1, crop.side / equivalentDiameterPx);
  const entry = (name: string, value: number) => ({ name, value, unit: "1", source: "hytch1998" });
  const maps = Array.from({ length: MAPPED_SPOTS }, (_, i) =>
    spots[i] === undefined ? { amplitudeVariation: 0, coherence: 0 } : fringeEvenness(crop, spots[i], width),
  );
  return [
    ...maps.flatMap(({ amplitudeVariation, coherence }, i) => [
      entry(`fringes ${i + 1} variation`, amplitudeVariation),
      entry(`fringes ${i + 1} coherence`, coherence),
    ]),
    entry(
      "least coherent of fringes 1 to 3",
      Math.min(...maps.slice(0, 3).map(({ coherence }) => coherence)),
    ),
    entry("most coherent fringes", Math.max(...maps.map(({ coherence }) => coherence))),
    entry(
      "most uneven of fringes 1 to 3",
      Math.max(...maps.slice(0, 3).map((map) => map.amplitudeVariation)),
    ),
  ];
}

function outlineFeatures(crop: ParticleCrop, particle: FoundParticle, width: number): Feature[] {
  let [inside, outside, count] = [0, 0, 0];
  for (let i = 0; i < crop.inside.length; i++) {
    if (crop.inside[i] === 1) {
      inside += crop.values[i];
      count++;
    } else outside += crop.values[i];
  }
  const contrast = inside / Math.max(1, count) - outside / Math.max(1, crop.inside.length - count);
  const entry = (name: string, value: number, unit = "1") => ({ name, value, unit, source: "serra1982" });
  return [
    entry("contrast to surroundings", contrast),
    entry("equivalent diameter", particle.equivalentDiameterPx * crop.pixelSizeNm, "nm"),
    entry("circularity", particle.circularity),
    entry("aspect ratio", particle.aspectRatio),
    entry("solidity", solidity(particle, width)),
  ];
}

/** Share of its convex hull that a particle fills: less than 1 where it has bays. */
export function solidity({ box, pixels }: FoundParticle, imageWidth: number): number {
  const data = new Uint8Array(box.width * box.height);
  for (const place of pixels) {
    const [x, y] = [place % imageWidth, Math.floor(place / imageWidth)];
    data[(y - box.y) * box.width + x - box.x] = 1;
  }
  return pixels.length / polygonArea(maskHull({ ...box, data }));
}
