import { rangeError } from "../../core/index.ts";
import { sourceImage, toBeamFractions, type SourceImage } from "../../inverse/index.ts";
import { readMicrograph, stackOf, type ImageFile, type Micrograph } from "../../micrograph/index.ts";
import type { ImageOrder, ReadImage } from "./protocol.ts";

/** The micrograph that was read last: what is asked of an image next is mostly asked of the same. */
let last: { readonly key: string; readonly micrograph: Micrograph } | null = null;

const micrographKey = ({ file, series }: ImageOrder) =>
  JSON.stringify([file.name, file.size, file.lastModified, series]);

/** The image of it that was asked for last: to look for what is drawn into a picture takes half a second a megapixel. */
let lastImage: { readonly key: string; readonly file: ImageFile } | null = null;

/** What an image is known by: the same for two orders of the same pixels. */
export const imageKey = (order: ImageOrder): string =>
  JSON.stringify([micrographKey(order), order.frame, order.pixelSizeNm]);

async function micrographOf(order: ImageOrder): Promise<Micrograph> {
  const { file, series } = order;
  const key = micrographKey(order);
  if (last?.key === key) return last.micrograph;
  last = null;
  const bytes = new Uint8Array(await file.arrayBuffer());
  const micrograph = await readMicrograph(bytes, file.name, series === undefined ? {} : { series });
  last = { key, micrograph };
  return micrograph;
}

/** Most pixels of an image: a page dies, with all that is in it, where its browser runs out of memory; one of 105 million did. */
const MOST_PIXELS = 2 ** 24;

/** The image that is asked for, by the same steps as the command line's. */
export async function imageOf(order: ImageOrder): Promise<{ micrograph: Micrograph; file: ImageFile }> {
  const { frame = 0, pixelSizeNm, series } = order;
  const micrograph = await micrographOf(order);
  const key = imageKey(order);
  if (lastImage?.key === key) return { micrograph, file: lastImage.file };
  lastImage = null;
  const stack = stackOf(micrograph, order.file.name, { frame, pixelSizeNm, series });
  if (stack.pixelCount > MOST_PIXELS) {
    const text = rangeError(
      { action: "read image", where: order.file.name },
      `image must have at most ${(MOST_PIXELS / 1e6).toFixed(1)} million pixels in the page`,
      `${(stack.pixelCount / 1e6).toFixed(1)} million`,
    ).message;
    throw new RangeError(`${text}; crop it, save it at coarser pixels, or take the command line`);
  }
  const image = stack.image(frame);
  lastImage = { key, file: image };
  return { micrograph, file: image };
}

/** The same as what is inverted: in fractions of the beam where its grey levels are known. */
export async function sourceOf(order: ImageOrder): Promise<SourceImage> {
  const source = sourceImage((await imageOf(order)).file);
  return order.beamLevels === undefined ? source : toBeamFractions(source, order.beamLevels);
}

/** Reads an image for the page to show. */
export async function readImage(order: ImageOrder): Promise<ReadImage> {
  const { micrograph, file } = await imageOf(order);
  const { image, field, picture, pixelSizeSource, series, frame, frameCount, notes, sha256 } = file;
  const { width, height, data, intensityUnit, pixelSizeNm } = image;
  const pixels = { width, height, data: data.slice(), intensityUnit, pixelSizeNm };
  const record = { field, picture, pixelSizeSource, series, frame, frameCount, notes, sha256 };
  const { format, seriesNames } = micrograph;
  return { ...record, ...pixels, name: file.name, format, seriesNames };
}
