import { type GrayImage, rangeError } from "../../core/index.ts";
import { shapeOf, type Micrograph } from "../../micrograph/index.ts";
import type { RecordedImage } from "./recorded-image.ts";

/** Channel of one-hot maps that holds the particles: labels are sorted, the film comes first. */
const PARTICLE_CHANNEL = 1;

/**
 * Takes the images of a labelled stack apart: the layout of the set that came with [groschner2021] (doi 10.5281/zenodo.3755011),
 * images [N, height, width, 1] or [N, height, width] and one-hot maps [N, height, width, classes]; maps of one channel mark
 * particles by any value above 0.
 *
 * @param options pixel size of the images [nm], which the published files do not say; null where it is not known
 * @throws RangeError naming the file whose shape does not fit
 */
export function stackImages(
  images: Micrograph,
  maps: Micrograph,
  { pixelSizeNm }: { readonly pixelSizeNm: number | null },
): RecordedImage[] {
  const { count, width, height } = stackShape(images, 1);
  const mapShape = stackShape(maps, Infinity);
  const sizes = [count, height, width].join(" x ");
  if ([mapShape.count, mapShape.height, mapShape.width].join(" x ") !== sizes) {
    const wanted = `maps must have the shape of ${images.fileName}, ${sizes}, and a last axis of classes`;
    throw wrong(maps, wanted, shapeOf(maps).join(" x "));
  }
  const pixelCount = width * height;
  return Array.from({ length: count }, (_, index) => {
    const data = Float32Array.from(images.values.subarray(index * pixelCount, (index + 1) * pixelCount));
    const image: GrayImage = { width, height, data, intensityUnit: "arbitrary", pixelSizeNm };
    return {
      name: `${images.fileName.split(/[\\/]/).at(-1)} ${index}`,
      set: images.fileName,
      imageFile: `${images.fileName}, image ${index}`,
      mapFile: `${maps.fileName}, map ${index}`,
      image,
      map: { width, height, classIds: particlesOf(maps, index, { pixelCount, ...mapShape }) },
      marks: null,
    };
  });
}

function particlesOf(
  { values }: Micrograph,
  index: number,
  { pixelCount, channelCount }: { readonly pixelCount: number; readonly channelCount: number },
): Uint8Array {
  const channel = channelCount === 1 ? 0 : PARTICLE_CHANNEL;
  const start = index * pixelCount * channelCount + channel;
  return Uint8Array.from({ length: pixelCount }, (_, i) => (values[start + i * channelCount] > 0 ? 1 : 0));
}

/** [N, height, width] or [N, height, width, channels]; a lone [height, width] is one image. */
function stackShape(micrograph: Micrograph, maxChannels: number) {
  const shape = shapeOf(micrograph);
  const [count, height, width, channelCount = 1] = shape.length === 2 ? [1, ...shape] : shape;
  if (shape.length < 2 || shape.length > 4 || channelCount > maxChannels) {
    const channels = maxChannels === 1 ? "1" : "classes";
    throw wrong(micrograph, `stack must be N x height x width x ${channels}`, shape.join(" x "));
  }
  return { count, height, width, channelCount };
}

function wrong(micrograph: Micrograph, wanted: string, got: string): RangeError {
  return rangeError({ action: "read labelled stack", where: micrograph.fileName }, wanted, got);
}
