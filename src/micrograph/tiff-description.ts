import type { GrayImage, IntensityUnit } from "../core/index.ts";

/** Linear meaning of the stored values, as it is written. */
export interface WrittenScale {
  readonly unit: IntensityUnit;
  readonly offset: number;
  readonly scale: number;
}

/**
 * ImageJ's ImageDescription: stack size, unit of the resolution tags, and the straight-line calibration
 * intensity = c0 + c1 x value (cf=0) that ImageJ shows under the cursor.
 *
 * @param scale meaning of the values; null where they are the intensities
 */
export function imageJDescription(image: GrayImage, frameCount: number, scale: WrittenScale | null): string {
  const lines = ["ImageJ=1.54f", `images=${frameCount}`, `slices=${frameCount}`];
  if (image.pixelSizeNm !== null) lines.push("unit=nm");
  if (scale !== null) lines.push("cf=0", `c0=${scale.offset}`, `c1=${scale.scale}`);
  lines.push(`vunit=${image.intensityUnit}`, "loop=false");
  return `${lines.join("\n")}\n`;
}

/**
 * OME-XML: dimensions, physical pixel size, and the meaning of the values as a map annotation.
 *
 * @param scale meaning of the values; null where they are the intensities
 */
export function omeDescription(
  image: GrayImage,
  frameCount: number,
  pixelType: "uint8" | "uint16" | "float",
  scale: WrittenScale | null,
): string {
  const physical =
    image.pixelSizeNm === null
      ? ""
      : ["X", "Y"].map((a) => ` PhysicalSize${a}="${image.pixelSizeNm}" PhysicalSize${a}Unit="nm"`).join("");
  const pixels = [
    `<Pixels ID="Pixels:0" DimensionOrder="XYZCT" Type="${pixelType}" BigEndian="false"`,
    ` SizeX="${image.width}" SizeY="${image.height}" SizeZ="1" SizeC="1" SizeT="${frameCount}"${physical}>`,
    `<Channel ID="Channel:0:0" SamplesPerPixel="1"/><TiffData/></Pixels>`,
  ].join("");
  const { offset, scale: step } = scale ?? { offset: 0, scale: 1 };
  const entries = [
    ["heterostem:intensityUnit", image.intensityUnit],
    ["heterostem:intensityOffset", offset],
    ["heterostem:intensityScale", step],
  ].map(([key, value]) => `<M K="${key}">${value}</M>`);
  return [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    `<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06">`,
    `<Image ID="Image:0">${pixels}<AnnotationRef ID="Annotation:0"/></Image>`,
    `<StructuredAnnotations><MapAnnotation ID="Annotation:0"><Value>${entries.join("")}</Value>`,
    `</MapAnnotation></StructuredAnnotations></OME>`,
  ].join("");
}
