import type { GrayImage } from "../../core/index.ts";
import { cropRegion, regionAbout, resamplePixels } from "../../image/index.ts";
import type { Detector } from "../../particles/index.ts";
import type { FoundAggregate, FoundAggregates } from "./find-aggregates.ts";

/** What finds particles on an image with bright matter. */
export type ParticleFinder = Pick<Detector, "detect">;

/** How much of an aggregate's matter the particles explain that a detector finds on it. */
export interface ParticleCover {
  /** Particles whose centres lie on the aggregate. */
  readonly particleCount: number;
  /** Share of the aggregate's pixels that lie inside the discs, 0 to 1. */
  readonly coveredShare: number;
}

/**
 * Largest edges of what is searched [px], one look each. A detector settles for one population of sizes, and by chance it takes the grain of a noisy image for it: at
 * one of two pixel sizes then, never yet at both.
 */
const SEARCHED_EDGES_PX = [512, 1024] as const;
/** Found discs are a little small, and their rims are blurred: discs count as larger by this share and so many searched pixels. */
const [MARGIN_SHARE, MARGIN_PX] = [0.1, 1];
/** Background that is searched round the box of an aggregate, over its longer edge. */
const RIM_SHARE = 0.05;
/** Longest edge below which an aggregate shows too little of its particles: of those that a detector misses in simulated images all are smaller. */
const LEAST_EDGE_PX = 64;

/**
 * Looks for the particles of one aggregate, and says how much of its matter lies inside them.
 *
 * Spheres in contact cover all of an aggregate; metal on a support leaves the support uncovered. Where the first look covers less than is
 * wanted, a second one is taken at finer pixels, if the image has them, and the better of both counts.
 *
 * @param image with bright matter, at the file's own pixels
 * @param place the aggregate, and what else findAggregates found on that image
 * @param finder detector for dark-field images
 * @param wantedShare share at which no second look is needed
 * @returns count and covered share; null for an aggregate below 64 px, which shows too little of its particles
 */
export async function coverByParticles(
  image: GrayImage,
  place: { readonly found: FoundAggregates; readonly aggregate: FoundAggregate },
  finder: ParticleFinder,
  wantedShare: number,
): Promise<ParticleCover | null> {
  const { box } = place.aggregate;
  if (Math.max(box.width, box.height) < LEAST_EDGE_PX) return null;
  const region = regionAbout(box, Math.ceil(RIM_SHARE * Math.max(box.width, box.height)), image);
  const crop = cropRegion({ ...image, intensityUnit: "arbitrary" }, region);
  const isOwn = (x: number, y: number) =>
    ownerAt(place.found, region.x + x, region.y + y) === place.aggregate.owner;
  const edge = Math.max(region.width, region.height);
  const factors = new Set(SEARCHED_EDGES_PX.map((most) => Math.max(1, edge / most)));
  let best: ParticleCover = { particleCount: 0, coveredShare: 0 };
  for (const factor of factors) {
    const cover = await look(crop, isOwn, { finder, factor });
    if (cover.coveredShare >= best.coveredShare) best = cover;
    if (best.coveredShare >= wantedShare) break;
  }
  return best;
}

/** Searches at pixels that are larger by a factor. */
async function look(
  crop: GrayImage,
  isOwn: (x: number, y: number) => boolean,
  { finder, factor }: { readonly finder: ParticleFinder; readonly factor: number },
): Promise<ParticleCover> {
  const { width, height } = crop;
  const seen = factor === 1 ? crop : resamplePixels(crop, { x: 1, y: 1 }, factor);
  const isCovered = new Uint8Array(width * height);
  let particleCount = 0;
  for (const disc of await finder.detect(seen)) {
    // resampling keeps the centre of the image where it is
    const [x, y] = [
      (disc.x - seen.width / 2) * factor + width / 2,
      (disc.y - seen.height / 2) * factor + height / 2,
    ];
    if (isOwn(Math.floor(x), Math.floor(y))) particleCount++;
    const radiusPx = factor * (disc.radiusPx * (1 + MARGIN_SHARE) + MARGIN_PX);
    coverInPlace(isCovered, crop, { x, y, radiusPx });
  }
  let [matter, covered] = [0, 0];
  isCovered.forEach((value, at) => {
    if (!isOwn(at % width, Math.floor(at / width))) return;
    matter++;
    covered += value;
  });
  return { particleCount, coveredShare: matter === 0 ? 0 : covered / matter };
}

function coverInPlace(
  isCovered: Uint8Array,
  { width, height }: Pick<GrayImage, "width" | "height">,
  { x, y, radiusPx }: { readonly x: number; readonly y: number; readonly radiusPx: number },
): void {
  const [top, bottom] = [Math.max(0, Math.floor(y - radiusPx)), Math.min(height, Math.ceil(y + radiusPx))];
  const [left, right] = [Math.max(0, Math.floor(x - radiusPx)), Math.min(width, Math.ceil(x + radiusPx))];
  for (let row = top; row < bottom; row++) {
    for (let column = left; column < right; column++) {
      const isInside = Math.hypot(column + 0.5 - x, row + 0.5 - y) <= radiusPx;
      if (isInside) isCovered[row * width + column] = 1;
    }
  }
}

/** Number of the object that a pixel of the image belongs to; 0 for background. */
function ownerAt(
  { owners, coarse: { width, height, factor } }: FoundAggregates,
  x: number,
  y: number,
): number {
  const [column, row] = [
    Math.min(width - 1, Math.floor(x / factor)),
    Math.min(height - 1, Math.floor(y / factor)),
  ];
  return owners[row * width + column];
}
