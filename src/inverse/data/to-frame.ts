import { rangeError, type GrayImage } from "../../core/index.ts";
import type { SampleLabels } from "../../corpus/index.ts";
import { contrastAsThickness, toThickness, type InputScale } from "../../posterior/index.ts";
import type { Aggregate } from "../../stochastic/index.ts";
import type { LabelledSample } from "./labelled-sample.ts";

/** Labels in a network's frame. */
export interface FramedLabels extends SampleLabels {
  /** Whether intensities have the scale of thickness; a network is not told the signal of a pixel's length where they do not. */
  readonly isScaled?: boolean;
}

/**
 * A sample in the frame of a network whose lengths are pixels: everything as if a pixel were a nanometre. On the scale of thickness, the image in thicknesses of
 * the first material. The settings of the microscope stay as they are: they say how large the pixel was.
 *
 * @param sample with its spheres as they lie under the beam
 * @throws RangeError where the sample does not say what it was imaged with
 */
export function toPixelFrame(
  { image, labels, aggregate }: LabelledSample,
  scale: InputScale,
): LabelledSample & { readonly labels: FramedLabels } {
  const { pixelSizeNm } = labels.microscope;
  const isScaled = scale === "thickness" || (scale === "either" && isScaleKnown(labels));
  return {
    image: { ...imageInFrame(image, labels, { scale, isScaled }), pixelSizeNm: 1 },
    labels: { ...labelsInFrame(labels, pixelSizeNm), isScaled },
    ...(aggregate === undefined ? {} : { aggregate: aggregateInFrame(aggregate, pixelSizeNm) }),
  };
}

/** Share of the beam that one pixel's length of a sample's first material scatters to the detector. */
export function signalPerPixelOf({ combination, microscope, sampleIndex }: SampleLabels): number {
  if (combination !== undefined) return combination.strengthsPerNm[0] * microscope.pixelSizeNm;
  throw rangeError(
    { action: "bring sample to the network's frame" },
    "it must say what its materials scatter",
    `nothing (sample ${sampleIndex})`,
  );
}

/** Every second image is one whose intensities have a scale. */
const isScaleKnown = ({ sampleIndex }: SampleLabels) => sampleIndex % 2 === 0;

function imageInFrame(
  image: GrayImage,
  labels: SampleLabels,
  { scale, isScaled }: { readonly scale: InputScale; readonly isScaled: boolean },
): GrayImage {
  if (isScaled) return toThickness(image, signalPerPixelOf(labels));
  return scale === "either" ? contrastAsThickness(image) : image;
}

function labelsInFrame(labels: SampleLabels, pixelSizeNm: number): SampleLabels {
  const { parameters, descriptors } = labels;
  return {
    ...labels,
    parameters: {
      ...parameters,
      radiusFirstNm: parameters.radiusFirstNm / pixelSizeNm,
      radiusSecondNm: parameters.radiusSecondNm / pixelSizeNm,
    },
    descriptors: { ...descriptors, radiusOfGyrationNm: descriptors.radiusOfGyrationNm / pixelSizeNm },
  };
}

function aggregateInFrame(aggregate: Aggregate, pixelSizeNm: number): Aggregate {
  return {
    ...aggregate,
    centersNm: aggregate.centersNm.map((nm) => nm / pixelSizeNm),
    radiiNm: aggregate.radiiNm.map((nm) => nm / pixelSizeNm),
  };
}
