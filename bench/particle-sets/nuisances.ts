import { extremes, mean, median, standardDeviation } from "../../src/core/index.ts";
import type { GrayImage } from "../../src/core/index.ts";
import {
  compressionLoss,
  cropCenter,
  edgeSoftnessPx,
  groundTraces,
  noiseExponent,
  resamplePixels,
  robustRange,
} from "../../src/image/index.ts";
import type { Disc } from "../../src/particles/index.ts";

/** An image with its particles; the mask is not 0 where a pixel shows no specimen. */
export interface ParticleImage {
  readonly image: GrayImage;
  readonly mask: Uint8Array | null;
  readonly discs: readonly Disc[];
  readonly isMatterBright: boolean;
}

/** Radius of a typical particle in the pixels of a detector's answer [px]. */
const ANSWER_RADIUS_PX = 9;
/** Edge of the middle of a file's image that is looked at [px]. */
const FILE_PX = 640;

/** Numbers by name; a name is missing where the image does not tell. */
export type Nuisances = Readonly<Record<string, number>>;

/**
 * What an image tells of its own recording, and how its particles stand out of it.
 *
 * Names that begin with "file" are in the pixels of the file, the others in those in which the middle radius is 9 px, as a detector is
 * shown the image; intensities are parts of the range between 0.5 and 99.5 % of the pixels.
 */
export function nuisances({ image, mask, discs, isMatterBright }: ParticleImage): Nuisances {
  const radiusPx = median(discs.map((disc) => disc.radiusPx));
  const ratio = Math.max(1, radiusPx / ANSWER_RADIUS_PX);
  const plain = { ...image, intensityUnit: "arbitrary" as const };
  const shrunk = resamplePixels(plain, { x: 1, y: 1 }, ratio);
  const covered =
    mask === null
      ? null
      : resamplePixels({ ...plain, data: Float32Array.from(mask) }, { x: 1, y: 1 }, ratio).data;
  const small = covered?.map((value) => Number(value > 0.01)) ?? null;
  const own = discs.map(({ x, y, radiusPx: r }) => ({
    x: (x - image.width / 2) / ratio + shrunk.width / 2,
    y: (y - image.height / 2) / ratio + shrunk.height / 2,
    radiusPx: r / ratio,
  }));
  const [lowest, highest] = extremes(image.data);
  const shareAt = (level: number) =>
    image.data.reduce((sum, value) => sum + Number(value === level), 0) / image.data.length;
  return onlyNumbers({
    ...fileTraces(cropCenter(image, Math.min(FILE_PX, image.width), Math.min(FILE_PX, image.height))),
    "file clipped low": shareAt(lowest),
    "file clipped high": shareAt(highest),
    "file noise exponent": noiseExponent(image),
    "file compression loss": compressionLoss(image),
    "file radius [px]": radiusPx,
    ...traces(shrunk, small),
    ...particleTraces(shrunk, own, isMatterBright),
  });
}

/** What pixels have of their own in the middle of a file's image. */
function fileTraces(image: GrayImage): Record<string, number | null> {
  const ground = groundTraces(image);
  return {
    "file edge softness [px]": edgeSoftnessPx(image),
    "file noise": ground?.noise ?? null,
    "file neighbours along x": ground?.correlation.x ?? null,
    "file neighbours along y": ground?.correlation.y ?? null,
    "file row steps": ground?.lineSteps.rows ?? null,
    "file column steps": ground?.lineSteps.columns ?? null,
  };
}

function traces(image: GrayImage, mask: ArrayLike<number> | null): Record<string, number | null> {
  const ground = groundTraces(image, mask);
  const softness = edgeSoftnessPx(image);
  if (ground === null) return { "edge softness [px]": softness };
  return {
    "ground share": ground.share,
    "ground level": ground.level,
    "ground slope": ground.slope,
    noise: ground.noise,
    "fine texture": ground.texture.fine,
    "coarse texture": ground.texture.coarse,
    "neighbours along x": ground.correlation.x,
    "neighbours along y": ground.correlation.y,
    "x less y": ground.correlation.x - ground.correlation.y,
    "row steps": ground.lineSteps.rows,
    "column steps": ground.lineSteps.columns,
    "edge softness [px]": softness,
  };
}

/** Rings about a particle, over its radius. */
const INSIDE = 0.8;
const HEART = 0.35;
const SHOULDER = [0.65, 0.85] as const;
const RIM = [0.85, 0.97] as const;
const SHORE = [1.03, 1.15] as const;
const RING = [1.15, 1.6] as const;
/** Share of a ring that no other particle may cover, for a particle to tell of its surroundings. */
const FREE_SHARE = 0.4;

function particleTraces(
  image: GrayImage,
  discs: readonly Disc[],
  isMatterBright: boolean,
): Record<string, number> {
  const { width, height, data } = image;
  const sign = isMatterBright ? 1 : -1;
  const { low, high } = robustRange(image);
  const covers = new Uint8Array(width * height);
  for (const disc of discs) eachPixel(disc, 1, image, (i) => (covers[i] = Math.min(255, covers[i] + 1)));
  const union = covers.reduce((sum, value) => sum + Number(value > 0), 0);
  const areas = covers.reduce((sum, value) => sum + value, 0);
  const rows = discs.flatMap((disc) => {
    const all = { inside: [], heart: [], shoulder: [], rim: [], shore: [], ring: [] } as Record<
      "inside" | "heart" | "shoulder" | "rim" | "shore" | "ring",
      number[]
    >;
    let [ring, free] = [0, 0];
    eachPixel(disc, RING[1], image, (i, rho) => {
      const value = (sign * data[i]) / (high - low);
      if (rho < INSIDE) all.inside.push(value);
      if (rho < HEART) all.heart.push(value);
      if (rho >= SHOULDER[0] && rho < SHOULDER[1]) all.shoulder.push(value);
      if (rho >= RIM[0] && rho < RIM[1]) all.rim.push(value);
      if (rho >= SHORE[0] && rho < SHORE[1] && covers[i] === 0) all.shore.push(value);
      if (rho < RING[0]) return;
      ring++;
      if (covers[i] > 0) return;
      free++;
      all.ring.push(value);
    });
    const { inside, ring: around } = all;
    if (inside.length < 5 || around.length < 5 || free < FREE_SHARE * ring) return [];
    const contrast = mean(inside) - mean(around);
    const level = (name: keyof typeof all) => mean(all[name]);
    return [
      {
        contrast,
        unevenness: standardDeviation(around),
        profile: (level("heart") - level("shoulder")) / contrast,
        edge: (level("rim") - level("shore")) / contrast,
        halo: (level("shore") - mean(around)) / contrast,
      },
    ];
  });
  const radii = discs.map(({ radiusPx }) => Math.log(radiusPx));
  const ratios = rows.map(({ contrast, unevenness }) => contrast / unevenness);
  const standing = rows.filter(({ contrast }) => contrast > 0.02);
  return {
    "particles a field of (18 r)^2": (discs.length * (18 * ANSWER_RADIUS_PX) ** 2) / (width * height),
    "share covered": union / (width * height),
    crowding: union === 0 ? NaN : areas / union,
    "spread of radii": radii.length < 5 ? NaN : Math.exp(standardDeviation(radii)),
    "share with free ring": rows.length / Math.max(1, discs.length),
    "contrast, low tenth": quantileOf(
      rows.map(({ contrast }) => contrast),
      0.1,
    ),
    contrast: middle(rows.map(({ contrast }) => contrast)),
    "contrast over unevenness around": middle(ratios),
    "heart over shoulder": middle(standing.map(({ profile }) => profile)),
    "step at the rim": middle(standing.map(({ edge }) => edge)),
    halo: middle(standing.map(({ halo }) => halo)),
  };
}

const middle = (values: readonly number[]) => (values.length < 3 ? NaN : median(values));

function quantileOf(values: readonly number[], share: number): number {
  if (values.length < 3) return NaN;
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.floor(share * (sorted.length - 1))];
}

/** Visits the pixels within some radii of a disc, each with its distance over the radius. */
function eachPixel(
  { x, y, radiusPx }: Disc,
  reach: number,
  { width, height }: { readonly width: number; readonly height: number },
  visit: (pixel: number, rho: number) => void,
): void {
  const far = reach * radiusPx;
  for (let row = Math.max(0, Math.floor(y - far)); row < Math.min(height, y + far); row++) {
    for (let column = Math.max(0, Math.floor(x - far)); column < Math.min(width, x + far); column++) {
      const rho = Math.hypot(column + 0.5 - x, row + 0.5 - y) / radiusPx;
      if (rho < reach) visit(row * width + column, rho);
    }
  }
}

function onlyNumbers(numbers: Readonly<Record<string, number | null>>): Nuisances {
  return Object.fromEntries(
    Object.entries(numbers).filter((entry): entry is [string, number] => Number.isFinite(entry[1])),
  );
}
