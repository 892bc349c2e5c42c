import { mean, openRandomStream, standardDeviation, type GrayImage } from "../../core/index.ts";
import { toInputScale, type InversionModel } from "../../posterior/index.ts";
import { cropCenter, resampleSharply } from "../../image/index.ts";

/** An image brought to a network's field of view, and what had to be done to it. */
export interface FittedImage {
  /** The network's size and pixel size; intensities on the scale of the training images. */
  readonly image: GrayImage;
  /** Why an answer cannot be relied on, clauses with the image as "it". */
  readonly doubts: readonly string[];
  /** Steps in words, for the person who has to believe the result. */
  readonly notes: readonly string[];
}

/** What of a network's record says which field it sees. */
export type NetworkField = Pick<
  InversionModel,
  "pixelSizeNm" | "widthPx" | "heightPx" | "input" | "measured"
>;

/** A field of less than this share of the network's would be mostly padding. */
const SMALLEST_FIELD_SHARE = 0.5;

/**
 * Brings an image to a network's field of view: pixel size, centre crop or padding, intensity scale.
 *
 * For a network of the contrast scale every image is brought to that scale. For one of the absolute scale, intensities that
 * have none are mapped linearly to the mean and the spread of the training images; the network can then be asked, but
 * material and thickness no longer come from measured numbers.
 *
 * @param name of the image, for messages
 * @throws RangeError where the pixel size is not known or the field is smaller than half the network's
 */
export function fitToField(source: GrayImage, model: NetworkField, name: string): FittedImage {
  const { pixelSizeNm } = source;
  if (pixelSizeNm === null) {
    throw new RangeError(
      `Cannot invert ${name}: the pixel size must be known, got none in the file; give it with --pixel-size`,
    );
  }
  const notes: string[] = [];
  const rng = openRandomStream("padding");
  const resampled = resampleSharply(source, model.pixelSizeNm);
  if (pixelSizeNm !== model.pixelSizeNm) {
    const [from, to] = [pixelSizeNm, model.pixelSizeNm].map(formatLength);
    notes.push(`resampled from ${from} to ${to} ${unitOf(model)} pixels`);
  }
  checkField(resampled, model, name);
  const cropped = cropCenter(resampled, model.widthPx, model.heightPx, { padding: { background: rng } });
  if (resampled.width > model.widthPx || resampled.height > model.heightPx) {
    notes.push(
      `only the central ${fieldText(model.widthPx, model.heightPx, model)} of ${fieldText(resampled.width, resampled.height, model)} were used`,
    );
  }
  if (resampled.width < model.widthPx || resampled.height < model.heightPx) {
    notes.push("padded with pixels of the background to the network's field");
  }
  const doubts = doubtsOfField(source, resampled, model);
  if (model.input.scale === "contrast") {
    notes.push("brightness and contrast set by the image's own darkest and brightest pixels");
    return { image: toInputScale(cropped, "contrast"), doubts, notes };
  }
  if (source.intensityUnit === "fraction of the incident beam") return { image: cropped, doubts, notes };
  notes.push("no absolute intensities: mapped to mean and spread of the training images");
  return {
    image: matchIntensities(cropped, model),
    doubts: [...doubts, "its intensities have no absolute scale"],
    notes,
  };
}

/** Pixels up to this many times as coarse as the network's are answered as well as its own; at 1.5 times the count is not. */
const COARSEST_PIXEL = 1.25;
/** Fields from this share of the network's edge on are answered as well as whole ones. */
const CALIBRATED_FIELD_SHARE = 0.75;

/** Where an image leaves what intervals hold on (docs/decisions/recording-faults.md). */
function doubtsOfField(source: GrayImage, resampled: GrayImage, model: NetworkField): string[] {
  const doubts: string[] = [];
  const pixelSizeNm = source.pixelSizeNm ?? model.pixelSizeNm;
  if (pixelSizeNm > COARSEST_PIXEL * model.pixelSizeNm) {
    const ours = formatLength(model.pixelSizeNm);
    const unit = unitOf(model);
    doubts.push(
      `its pixels of ${formatLength(pixelSizeNm)} ${unit} are too coarse for a network of ${ours} ${unit}`,
    );
  }
  if (fieldShare(resampled, model) < CALIBRATED_FIELD_SHARE) {
    const whole = fieldText(model.widthPx, model.heightPx, model);
    doubts.push(`it shows ${fieldText(resampled.width, resampled.height, model)} of the network's ${whole}`);
  }
  return doubts;
}

const fieldShare = (resampled: GrayImage, model: NetworkField) =>
  Math.min(resampled.width / model.widthPx, resampled.height / model.heightPx);

function checkField(resampled: GrayImage, model: NetworkField, name: string): void {
  if (fieldShare(resampled, model) >= SMALLEST_FIELD_SHARE) return;
  throw new RangeError(
    `Cannot invert ${name}: the field of view must be at least half of the network's ` +
      `${fieldText(model.widthPx, model.heightPx, model)}, got ${fieldText(resampled.width, resampled.height, model)}; check the pixel size`,
  );
}

/** Linear map to the mean and spread that the training images have, on the square-root scale the network sees. */
function matchIntensities(image: GrayImage, { input }: NetworkField): GrayImage {
  const low = image.data.reduce((least, value) => Math.min(least, value), Infinity);
  const roots = image.data.map((value) => Math.sqrt(value - low));
  const [center, spread] = [mean(roots), standardDeviation(roots)];
  const data = roots.map((root) => {
    const matched = input.center + (spread > 0 ? ((root - center) / spread) * input.deviation : 0);
    return Math.max(0, matched) ** 2;
  });
  return { ...image, data, intensityUnit: "fraction of the incident beam" };
}

/** Pixels of the network as lengths. */
function fieldText(width: number, height: number, model: NetworkField): string {
  const { pixelSizeNm } = model;
  return `${formatLength(width * pixelSizeNm)} x ${formatLength(height * pixelSizeNm)} ${unitOf(model)}`;
}

/** A network whose images had no pixel sizes counts in pixels of the files. */
const unitOf = ({ measured }: NetworkField) => (measured?.hasPixelSize === false ? "px" : "nm");

function formatLength(nanometres: number): string {
  return String(Number(nanometres.toPrecision(3)));
}
