import { counted, failureText, median, type GrayImage } from "../../core/index.ts";
import {
  boxMean,
  brightBorderShare,
  COMPRESSED_LOSS,
  compressionLoss,
  noiseExponent,
  otsuThreshold,
  removeSpikeClusters,
  removeSpikes,
  SPIKE_SIGMAS,
} from "../../image/index.ts";
import { checkGrey, filledImage } from "../../micrograph/index.ts";
import { MOST_BRIGHT_BORDER } from "./as-dark-field.ts";
import { checkImage, checkSaturation } from "./check-image.ts";
import type { SourceImage } from "./read-images.ts";

/** Pixels of this share of the network's edge are averaged over so many that what compression took of each is not missed. */
const COMPRESSIBLE_PIXEL = 0.5;

/**
 * Makes an image ready to be inverted: what was drawn into it and single spoiled pixels are filled from their surroundings; what cannot be
 * repaired is refused.
 *
 * @param file image with the mask of what is no specimen
 * @param networkPixelNm edge of the network's pixels [nm]
 * @returns the repaired image, notes of what was done, doubts where an answer cannot be relied on
 * @throws RangeError where nothing can be read off the image, or where its intensities were changed after it was recorded
 */
export function prepareImage(file: SourceImage, networkPixelNm: number): SourceImage {
  const { path, mask = null, notes = [], doubts = [] } = file;
  checkGrey(file, "invert");
  checkImage(file.image, path, mask);
  const filled = filledImage({ image: file.image, mask });
  checkDarkField(filled, path);
  const loss = compressionLoss(filled) ?? 0;
  const { image, note } =
    loss > COMPRESSED_LOSS
      ? asCompressed(filled, loss, { path, mask, networkPixelNm })
      : withoutSpikes(filled, file);
  return {
    ...file,
    image,
    notes: note === null ? notes : [...notes, note],
    doubts: [
      ...doubts,
      ...(mask === null ? [] : doubtsOfMask(image, mask)),
      ...(file.modality === "bright-field" ? [] : doubtsOfNoise(filled)),
    ],
  };
}

/** What a picture lacks of a recording's noise that cannot be told by how it grows. */
function doubtsOfNoise(image: GrayImage): string[] {
  const middle = median(image.data);
  const darkest = image.data.reduce((least, value) => Math.min(least, value), Infinity);
  // as pictures of 8 bits 24 images have 3 to 13 grey levels there, at 70 % of the range 2 and more, 22 of them 1 after a gamma of 2
  if (darkest === middle) {
    return [
      "the darker half of it has one grey level: a gamma was applied, or its noise was rounded away or cut off",
    ];
  }
  return [];
}

/** An image, and in words what was done to it. */
interface Treated {
  readonly image: GrayImage;
  readonly note: string | null;
}

/**
 * Exponents of 200 simulated images of clean recipes lie from 0.63 to 1.13, of 121 of the recipe that ships (film texture, amplifier noise,
 * jitter) from 0.70 to 1.31; of 0.5 as a gamma they are below 0.25, of 0.7 below 0.7, of 2 above 1.12 (nearly all lose their noise in 8 bits).
 */
const NOISE_EXPONENTS = [0.6, 1.35] as const;

/** Refuses images with a bright background: in dark field, vacuum and a thin film are dark. */
function checkDarkField(image: GrayImage, path: string): void {
  const share = brightBorderShare(image);
  if (share <= MOST_BRIGHT_BORDER) return;
  const wanted = "the image must be a dark-field one (HAADF) of an aggregate on a dark background";
  const got = `a border of which ${Math.round(100 * share)} % are bright`;
  const remedy =
    "a bright-field image of one material is read with --materials, such as --materials C; one that shows no border cannot be";
  throw refusal(path, wanted, got, remedy);
}

/**
 * A compressed image as it is, where its pixels are averaged before the network sees them. Its noise is no longer the detector's: neither spoiled
 * pixels nor a gamma can be told by it.
 */
function asCompressed(
  image: GrayImage,
  loss: number,
  { path, mask, networkPixelNm }: Pick<SourceImage, "path" | "mask"> & { readonly networkPixelNm: number },
): Treated {
  const blocks = `blocks of JPEG that lack ${Math.round(100 * loss)} %`;
  const pixelNm = image.pixelSizeNm ?? networkPixelNm;
  if (pixelNm > COMPRESSIBLE_PIXEL * networkPixelNm) {
    const wanted = "fine detail must not have been compressed away";
    const remedy = "give the file that the microscope wrote, or a TIFF or PNG made from it";
    throw refusal(path, wanted, `${blocks} of it`, remedy);
  }
  checkSaturation(image, path, mask);
  return { image, note: `${blocks} of its fine detail: spoiled pixels and a gamma cannot be recognised` };
}

function withoutSpikes(recorded: GrayImage, { path, mask, modality }: SourceImage): Treated {
  const single = removeSpikes(recorded, { thresholdSigmas: SPIKE_SIGMAS });
  const clusters = removeSpikeClusters(single.image, SPIKE_SIGMAS);
  const image = clusters.image;
  const spikeCount = single.spikeCount + clusters.spikeCount;
  checkSaturation(image, path, mask);
  // in bright field most of the grain is phase contrast, which does not follow the counts
  if (modality !== "bright-field") checkNoise(image, path);
  const spikes = `${counted(spikeCount, "spoiled pixel")} (hot, dead or hit by an X-ray) replaced by the median round each`;
  return { image, note: spikeCount === 0 ? null : spikes };
}

/** Refuses images whose grey levels were bent after they were recorded, by what this does to their noise. */
function checkNoise(image: GrayImage, path: string): void {
  const exponent = noiseExponent(image);
  const [lowest, highest] = NOISE_EXPONENTS;
  if (exponent === null || (exponent >= lowest && exponent <= highest)) return;
  const wanted = `the noise must grow with the signal as that of counted electrons (variance ~ signal^${lowest} to ^${highest})`;
  const remedy =
    "a gamma or a curve was applied, pixels were averaged, or it is no HAADF image: give one as it was recorded";
  throw refusal(path, wanted, `^${exponent.toFixed(2)}`, remedy);
}

const refusal = (path: string, wanted: string, got: string, remedy: string) =>
  new RangeError(`${failureText({ action: "invert", where: path }, wanted, got)}; ${remedy}`);

/** Share of the field that may be drawn over. */
const MOST_MASKED = 0.1;
/** Filled pixels that look like matter: fewer are noise. */
const MATTER_PX = 5;

function doubtsOfMask(image: GrayImage, mask: Uint8Array): string[] {
  const masked = mask.reduce((sum, value) => sum + value, 0);
  if (masked > MOST_MASKED * mask.length) {
    return [`${Math.round((100 * masked) / mask.length)} % of it were drawn over`];
  }
  const smooth = boxMean(image, 3, "edge");
  const threshold = otsuThreshold(smooth);
  const matter = smooth.reduce((sum, value, i) => sum + Number(mask[i] === 1 && value > threshold), 0);
  return matter > MATTER_PX ? ["something was drawn over the aggregate"] : [];
}
