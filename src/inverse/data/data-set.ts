import { beyondMemory, counted, failureText, rangeError } from "../../core/index.ts";
import type { GrayImage } from "../../core/index.ts";
import type { SampleLabels } from "../../corpus/index.ts";
import {
  encodeInputInto,
  encodeTarget,
  measureImage,
  measureRecording,
  rootsInto,
  toInputScale,
  type InputEncoding,
  type InputScale,
  type Target,
} from "../../posterior/index.ts";
import { viewAggregate } from "../../stem-sim/index.ts";
import type { Aggregate } from "../../stochastic/index.ts";
import type { ImageLabels, LabelledSample } from "./labelled-sample.ts";
import { toPixelFrame } from "./to-frame.ts";

/** What an image shows of the plane. */
export interface ImageField {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly pixelSizeNm: number;
}

/** Images of one field of view with what is known of them, in memory. */
export interface ImageSet extends ImageField {
  readonly count: number;
  /** What the intensities mean. */
  readonly scale: InputScale;
  /** [count, height, width], on that scale. */
  readonly intensities: Float32Array;
  readonly labels: readonly ImageLabels[];
  /** [count] classical measures of each image. */
  readonly measures: readonly Float64Array[];
  /** [count] measures of how each image was recorded. */
  readonly recordings: readonly Float64Array[];
  /** [count] what each image shows, as it lies under the beam; null where nobody asked for it, or nobody knows. */
  readonly aggregates: readonly Aggregate[] | null;
}

/** Simulated images of one field of view with their labels, in memory. */
export interface DataSet extends ImageSet {
  readonly labels: readonly SampleLabels[];
}

/** What is gathered. */
export interface GatherOptions<Gathered = LabelledSample> {
  readonly count: number;
  /** Scale that images are brought to; absolute by default. */
  readonly scale?: InputScale;
  /** What lengths are: nanometres by default, or pixels whatever their size; the data set's pixel is 1 then. */
  readonly lengths?: "nm" | "pixels";
  readonly hasAggregates?: boolean;
  /** Called with every sample as it passes by: aggregates of thousands would fill the memory. */
  readonly onSample?: (done: number, sample: Gathered) => void;
}

/**
 * Gathers images and labels into a data set.
 *
 * @throws RangeError where images differ in size or pixel size, the pixel size is not known, or they need more memory than the budget
 */
export async function gatherDataSet<Gathered extends LabelledSample>(
  samples: AsyncIterable<Gathered>,
  {
    count,
    scale = "absolute",
    lengths = "nm",
    hasAggregates = false,
    onSample = () => {},
  }: GatherOptions<Gathered>,
): Promise<DataSet> {
  let field: ImageField | null = null;
  let intensities = new Float32Array(0);
  const labels: SampleLabels[] = [];
  const measures: Float64Array[] = [];
  const recordings: Float64Array[] = [];
  const aggregates: Aggregate[] = [];
  for await (const sample of samples) {
    const { image, labels: line, aggregate } = asGathered(sample, { scale, lengths, hasAggregates });
    const own = fieldOf(image, line.sampleIndex);
    if (field === null) {
      field = own;
      checkMemory(count, own);
      intensities = new Float32Array(count * image.data.length);
    }
    checkSameField(field, own, line.sampleIndex);
    intensities.set(image.data, labels.length * image.data.length);
    labels.push(line);
    measures.push(measureImage(image, own.pixelSizeNm));
    recordings.push(measureRecording(image));
    if (aggregate !== undefined) aggregates.push(aggregate);
    onSample(labels.length, sample);
  }
  if (field === null)
    throw rangeError({ action: "gather data set" }, "it must have at least one image", "none");
  const kept = { labels, measures, recordings, aggregates: hasAggregates ? aggregates : null };
  return { count: labels.length, ...field, scale, intensities, ...kept };
}

/** Gathers truths and classical measures alone, of images that do not stay in memory. */
export async function gatherMeasures(
  samples: AsyncIterable<LabelledSample>,
  options: Required<Pick<GatherOptions, "scale" | "lengths" | "onSample">>,
): Promise<Pick<DataSet, "labels" | "measures">> {
  const labels: SampleLabels[] = [];
  const measures: Float64Array[] = [];
  for await (const sample of samples) {
    const { image, labels: line } = asGathered(sample, { ...options, hasAggregates: false });
    labels.push(line);
    measures.push(measureImage(image, fieldOf(image, line.sampleIndex).pixelSizeNm));
    options.onSample(labels.length, sample);
  }
  return { labels, measures };
}

type Gathering = Required<Pick<GatherOptions, "scale" | "lengths" | "hasAggregates">>;

/** A sample on a network's scale and in its frame, with its spheres as they lie under the beam where they are wanted. */
function asGathered(sample: LabelledSample, { scale, lengths, hasAggregates }: Gathering): LabelledSample {
  const viewed = inView(sample, hasAggregates);
  const framed = lengths === "nm" ? viewed : toPixelFrame(viewed, scale);
  return { ...framed, image: toInputScale(framed.image, scale) };
}

/**
 * A single sample as a set of one, on a network's scale and in its frame, without the measures that nobody trains on.
 *
 * @throws RangeError where its pixel size is not known
 */
export function imageSetOf(sample: LabelledSample, gathering: Gathering): ImageSet {
  const { image, labels, aggregate } = asGathered(sample, gathering);
  const aggregates = aggregate === undefined ? null : [aggregate];
  const { scale } = gathering;
  const own = { ...fieldOf(image, labels.sampleIndex), count: 1, scale, intensities: image.data };
  return { ...own, labels: [labels], measures: [], recordings: [], aggregates };
}

/** A sample with its spheres as they lie under the beam, where they are wanted. */
function inView({ image, labels, aggregate }: LabelledSample, isWanted: boolean): LabelledSample {
  if (!isWanted || aggregate === undefined) return { image, labels };
  return { image, labels, aggregate: viewAggregate(aggregate, labels.microscope) };
}

/** Single precision, once as imaged, once as the network reads it, and once turned for training. */
const BYTES_PER_PIXEL = 12;

function checkMemory(count: number, field: ImageField): void {
  const beyond = beyondMemory(BYTES_PER_PIXEL * count * field.widthPx * field.heightPx);
  if (beyond === null) return;
  const wanted = `${counted(count, "image")} of ${field.widthPx} x ${field.heightPx} px must ${beyond.wanted}`;
  const text = failureText({ action: "gather data set" }, wanted, beyond.got);
  throw new RangeError(`${text}; take fewer or smaller images, or ${beyond.remedy}`);
}

function fieldOf(image: GrayImage, sampleIndex: number): ImageField {
  const { width, height, pixelSizeNm } = image;
  if (pixelSizeNm !== null) return { widthPx: width, heightPx: height, pixelSizeNm };
  throw rangeError(
    { action: "gather data set" },
    "every image must say its pixel size",
    `none (sample ${sampleIndex})`,
  );
}

/** A field in words. */
export function fieldText({ widthPx, heightPx, pixelSizeNm }: ImageField): string {
  return `${widthPx} x ${heightPx} px of ${pixelSizeNm} nm`;
}

function checkSameField(first: ImageField, own: ImageField, sampleIndex: number): void {
  if (fieldText(first) === fieldText(own)) return;
  throw new RangeError(
    `Cannot gather data set: all images must have ${fieldText(first)}, got ${fieldText(own)} (sample ${sampleIndex}); ` +
      "fix pixelSizeNm in the recipe's microscope section",
  );
}

/**
 * A part of a data set; shares its memory.
 *
 * @param data the whole
 * @param start first sample
 * @param end after the last sample
 * @returns the part
 */
export function sliceDataSet(data: DataSet, start: number, end: number): DataSet {
  return { ...sliceImageSet(data, start, end), labels: data.labels.slice(start, end) };
}

/** A part of a set of images; shares its memory. */
export function sliceImageSet(data: ImageSet, start: number, end: number): ImageSet {
  const pixelCount = data.widthPx * data.heightPx;
  return {
    ...data,
    count: end - start,
    intensities: data.intensities.subarray(start * pixelCount, end * pixelCount),
    labels: data.labels.slice(start, end),
    measures: data.measures.slice(start, end),
    recordings: data.recordings.slice(start, end),
    aggregates: data.aggregates?.slice(start, end) ?? null,
  };
}

/** Images encoded at once: 64 of 160 x 160 are 7 MB. */
const CHUNK = 64;

/** Images in parts that a network is asked about at once. */
export function* imageChunks(data: ImageSet): Generator<ImageSet, void, undefined> {
  for (let start = 0; start < data.count; start += CHUNK) {
    yield sliceImageSet(data, start, Math.min(start + CHUNK, data.count));
  }
}

/**
 * The network's inputs for a data set.
 *
 * @returns [count, 1, height, width], standardised
 */
export function encodeInputs(data: ImageSet, input: InputEncoding): Float32Array {
  const inputs = new Float32Array(data.intensities.length);
  for (let i = 0; i < data.count; i++) {
    encodeInputInto(inputs, intensitiesOf(data, i), { input, offset: i * data.widthPx * data.heightPx });
  }
  return inputs;
}

/**
 * Intensities of one image; shares the data set's memory.
 *
 * @returns [height, width]
 */
export function intensitiesOf({ intensities, widthPx, heightPx }: ImageSet, index: number): Float32Array {
  const pixelCount = widthPx * heightPx;
  return intensities.subarray(index * pixelCount, (index + 1) * pixelCount);
}

/** One image as it was gathered; shares the data set's memory. */
export function grayImageOf(data: ImageSet, index: number): GrayImage {
  const { widthPx: width, heightPx: height, pixelSizeNm, scale } = data;
  const intensityUnit = scale === "absolute" ? "fraction of the incident beam" : "arbitrary";
  return { width, height, data: intensitiesOf(data, index), pixelSizeNm, intensityUnit };
}

/**
 * The network's targets for a data set.
 *
 * @returns [count, targetCount], standardised; 0, the middle, where an aggregate does not have the quantity
 * @throws RangeError for a value that the target's scale cannot hold, as outside a bounded prior
 */
export function encodeTargets(
  data: Pick<ImageSet, "count" | "labels">,
  targets: readonly Target[],
): Float32Array {
  const codes = new Float32Array(data.count * targets.length);
  data.labels.forEach((labels, i) => {
    const truths = truthsOf(labels);
    targets.forEach((target, t) => {
      const value = truths[target.key];
      // about one aggregate in a thousand lacks a material, and so a descriptor: it is taught the middle
      if (!Number.isFinite(value)) return;
      const code = encodeTarget(target, value);
      if (!Number.isFinite(code)) throw new RangeError(outOfScaleText(target, value, labels.sampleIndex));
      codes[i * targets.length + t] = code;
    });
  });
  return codes;
}

function outOfScaleText({ label, unit }: Target, value: number, sampleIndex: number): string {
  return (
    `Cannot use corpus with this model: ${label} must lie inside the prior that the model was trained on, ` +
    `got ${`${value} ${unit}`.trim()} in sample ${sampleIndex}; use a corpus of the model's recipe, or train on a wider prior`
  );
}

/** Everything that is true of a sample's aggregate, by key: parameters and descriptors. */
export function truthsOf({
  parameters,
  descriptors,
}: Pick<ImageLabels, "parameters" | "descriptors">): Readonly<Record<string, number>> {
  return { ...descriptors, ...parameters };
}

/** Centre and deviation of the roots of a data set's intensities: the input standardisation. */
export function inputStandardisation(data: ImageSet): InputEncoding {
  const { scale, intensities, widthPx, heightPx } = data;
  const roots = new Float32Array(widthPx * heightPx);
  let sum = 0;
  let square = 0;
  for (let i = 0; i < data.count; i++) {
    rootsInto(roots, intensitiesOf(data, i), { scale, offset: 0 });
    for (const root of roots) {
      sum += root;
      square += root * root;
    }
  }
  const center = sum / intensities.length;
  return { scale, center, deviation: Math.sqrt(square / intensities.length - center * center) };
}
