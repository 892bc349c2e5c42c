import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { csvText, openRandomStream, type RandomStream } from "../../src/core/index.ts";
import { encodePng16 } from "../../src/micrograph/index.ts";

/** A set of images by a simulator that is not the suite's. */
export interface DiscSet {
  readonly count: number;
  readonly seed: number;
  /** Edge of the images [px]; 48. */
  readonly edgePx?: number;
  /** Images of one specimen; 1. */
  readonly perGroup?: number;
}

/**
 * Writes images of bright discs on a noisy ground with a table of what they show: mean radius of the discs (of the specimen, 2 to 5 px of 0.5 nm) and
 * the share of the discs that are twice as bright.
 *
 * @returns path of the table
 */
export function writeDiscs(folder: string, { count, seed, edgePx = 48, perGroup = 1 }: DiscSet): string {
  mkdirSync(join(folder, "images"), { recursive: true });
  const rows = Array.from({ length: count }, (_, i) => {
    const group = Math.floor(i / perGroup);
    const radiusPx = 2 + 3 * openRandomStream(seed, "specimen", group).uniform();
    const { data, fraction } = drawDiscs(openRandomStream(seed, "image", i), { edgePx, radiusPx });
    const image = `images/${i}.png`;
    const picture = {
      width: edgePx,
      height: edgePx,
      data,
      pixelSizeNm: null,
      intensityUnit: "arbitrary",
    } as const;
    writeFileSync(join(folder, image), encodePng16(picture));
    return [image, (radiusPx * 0.5).toFixed(4), fraction, 0.5, `s${group}`];
  });
  const table = join(folder, "images.csv");
  writeFileSync(table, csvText([["image", "radius_nm", "fraction", "pixel_size_nm", "group"], ...rows]));
  return table;
}

function drawDiscs(
  rng: RandomStream,
  { edgePx, radiusPx }: { readonly edgePx: number; readonly radiusPx: number },
) {
  const data = Float32Array.from({ length: edgePx ** 2 }, () => 100 + 6 * rng.normal());
  const discCount = 12;
  const brightCount = rng.integerBelow(discCount + 1);
  for (let disc = 0; disc < discCount; disc++) {
    const [x, y] = [rng.uniform() * edgePx, rng.uniform() * edgePx];
    const height = disc < brightCount ? 120 : 60;
    for (let p = 0; p < data.length; p++) {
      const away = Math.hypot((p % edgePx) + 0.5 - x, Math.floor(p / edgePx) + 0.5 - y);
      data[p] += height * Math.min(1, Math.max(0, radiusPx + 0.5 - away));
    }
  }
  return { data, fraction: brightCount / discCount };
}
