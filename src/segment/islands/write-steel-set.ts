import { join } from "node:path";
import type { RandomStream } from "../../core/index.ts";
import { makeFolders, writeNewFile } from "../../io/index.ts";
import { pngBytes } from "../../report/index.ts";
import { drawSteel } from "./draw-steel.ts";
import type { SteelGroup } from "./draw-steel.ts";

/** Names of the files of the Aachen-Heerlen set, which the drawn set has too. */
export const STEEL_FILES = {
  images: "PNG",
  polygons: "nature_scidata_heerlen_aachen_steel_annotations_polygon.csv",
  metadata: "nature_scidata_steel_metadata.csv",
} as const;

const TEMPERATURES_C = [350, 400, 450, 500] as const;

/**
 * Writes a drawn set with the folder, the file names and the tables of the Aachen-Heerlen steel set [iren2021], so that a study of it runs
 * without the download.
 *
 * @param rng stream; one fork an image
 * @param folder written into
 * @param options images, and their size [px]
 * @returns count of islands
 */
export function writeSteelSet(
  rng: RandomStream,
  folder: string,
  { count, width, height }: { readonly count: number; readonly width: number; readonly height: number },
): number {
  makeFolders(join(folder, STEEL_FILES.images));
  const groups = (["granular", "upper", "lower"] as const).flatMap((type) =>
    TEMPERATURES_C.map((temperatureC): SteelGroup => ({ type, temperatureC })),
  );
  const polygons = ["image_url;point;polygon"];
  const metadata = ["image;Type;Temperature"];
  for (let index = 0; index < count; index++) {
    const name = `IMG_${String(index).padStart(5, "0")}.png`;
    const group = groups[index % groups.length];
    const { image, islands } = drawSteel(rng.fork("image", index), group, { width, height });
    const pixels = Uint8Array.from(image.data);
    writeNewFile(join(folder, STEEL_FILES.images, name), pngBytes({ width, height, pixels, channels: 1 }));
    polygons.push(...islands.map((ring) => `${name};${pointText(ring.slice(0, 2))};[${ringText(ring)}]`));
    metadata.push(`${name};${group.type};${group.temperatureC}`);
  }
  writeNewFile(join(folder, STEEL_FILES.polygons), `${polygons.join("\n")}\n`);
  writeNewFile(join(folder, STEEL_FILES.metadata), `${metadata.join("\n")}\n`);
  return polygons.length - 1;
}

const pointText = ([x, y]: readonly number[]) => `(${x}, ${y})`;

function ringText(ring: readonly number[]): string {
  const points = Array.from({ length: ring.length / 2 }, (_, i) => pointText(ring.slice(2 * i, 2 * i + 2)));
  return points.join(", ");
}
