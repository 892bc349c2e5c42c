import type { GrayImage } from "../../core/index.ts";

/** Grey levels below which an image is a mask or a drawing. */
const FEWEST_LEVELS = 16;
/** Share of pixels at the very highest value from which on the bright particles are cut off. */
const SATURATED_SHARE = 0.01;

/**
 * Checks that an image can be a micrograph that something can be read off.
 *
 * @param image as it was read
 * @param name of the image, for the message
 * @param mask [height, width]: pixels of 1 show no specimen and are passed over
 * @throws RangeError where pixels are no numbers, all are alike, or there are too few grey levels
 */
export function checkImage({ data, width }: GrayImage, name: string, mask: Uint8Array | null = null): void {
  const levels = new Set<number>();
  let [last, shown] = [NaN, 0];
  for (let i = 0; i < data.length; i++) {
    if (mask !== null && mask[i] === 1) continue;
    shown++;
    if (!Number.isFinite(data[i])) {
      const where = `column ${i % width}, row ${Math.floor(i / width)}`;
      throw new RangeError(`Cannot invert ${name}: pixels must be finite numbers, got ${data[i]} (${where})`);
    }
    if (levels.size < FEWEST_LEVELS) levels.add(data[i]);
    last = data[i];
  }
  if (shown === 0) {
    throw new RangeError(
      `Cannot invert ${name}: some pixels must show specimen, got writing and blank areas alone`,
    );
  }
  if (levels.size === 1) {
    throw new RangeError(`Cannot invert ${name}: the image must show something, got ${last} in every pixel`);
  }
  if (levels.size < FEWEST_LEVELS) {
    throw new RangeError(
      `Cannot invert ${name}: the image must have at least ${FEWEST_LEVELS} grey levels, got ${levels.size}; ` +
        "give the micrograph itself, not a mask or a drawing",
    );
  }
}

/**
 * Checks that a detector was not saturated by the specimen; spoiled pixels, which stand at the highest value too, have been replaced before.
 *
 * @throws RangeError where more pixels than single ones have the highest value
 */
export function checkSaturation({ data }: GrayImage, name: string, mask: Uint8Array | null = null): void {
  const isShown = (i: number) => mask?.[i] !== 1;
  const brightest = data.reduce((most, value, i) => (isShown(i) && value > most ? value : most), -Infinity);
  const shown = data.reduce((sum, _, i) => sum + Number(isShown(i)), 0);
  const saturated = data.reduce((sum, value, i) => sum + Number(value === brightest && isShown(i)), 0);
  const share = saturated / shown;
  if (share <= SATURATED_SHARE) return;
  throw new RangeError(
    `Cannot invert ${name}: at most ${100 * SATURATED_SHARE} % of the pixels may have the highest value, ` +
      `got ${(100 * share).toFixed(1)} %; the detector was saturated there, record the image with less gain`,
  );
}

/** Pixel sizes of one powder's images may differ by rounding. */
const PIXEL_SIZE_TOLERANCE = 0.01;

/**
 * Checks that images that are answered together were taken at one pixel size.
 *
 * Each is resampled to the network's pixels, but images of one powder at different magnifications show different parts
 * of its aggregates' sizes: those that fit into the field.
 *
 * @param files images with their names
 * @throws RangeError naming the first two that differ
 */
export function checkPoolPixels(
  files: readonly { readonly path: string; readonly image: GrayImage }[],
): void {
  const [first, ...others] = files.filter(({ image }) => image.pixelSizeNm !== null);
  if (first === undefined) return;
  const wanted = first.image.pixelSizeNm as number;
  const odd = others.find(
    ({ image }) => Math.abs((image.pixelSizeNm as number) / wanted - 1) > PIXEL_SIZE_TOLERANCE,
  );
  if (odd === undefined) return;
  throw new RangeError(
    `Cannot pool images: all must have one pixel size, got ${wanted} nm (${first.path}) and ` +
      `${odd.image.pixelSizeNm} nm (${odd.path})`,
  );
}
