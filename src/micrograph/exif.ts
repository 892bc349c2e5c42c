import { orientPixels, swapsAxes } from "../image/index.ts";
import type { Orientation } from "../image/index.ts";
import { frameLayout } from "./frame-image.ts";
import type { DecodedMicrograph } from "./micrograph.ts";
import { parseTiffPages, tagNumber } from "./tiff/tiff-tags.ts";
import type { TiffPage } from "./tiff/tiff-tags.ts";

const ORIENTATION = 274;

/** How a directory says that its picture is to be turned; as it is stored where it says nothing known. */
export function orientationOf(page: TiffPage): Orientation {
  const stated = tagNumber(page, ORIENTATION) ?? 1;
  return Number.isInteger(stated) && stated >= 1 && stated <= 8 ? (stated as Orientation) : 1;
}

/** The orientation in EXIF data, which are a TIFF file without pixels; damaged ones turn nothing. */
export function exifOrientation(exif: Uint8Array): Orientation {
  try {
    return orientationOf(parseTiffPages(exif, 1)[0]);
  } catch {
    return 1;
  }
}

const HOW: Readonly<Record<Orientation, string>> = {
  1: "",
  2: "mirrored left to right",
  3: "turned by 180 degrees",
  4: "mirrored top to bottom",
  5: "mirrored and turned by 90 degrees",
  6: "turned by 90 degrees clockwise",
  7: "mirrored and turned by 270 degrees",
  8: "turned by 90 degrees counter-clockwise",
};

/** A micrograph turned as programs display it, with a note; one without rows and columns stays as it is. */
export function oriented(decoded: DecodedMicrograph, orientation: Orientation): DecodedMicrograph {
  if (orientation === 1) return decoded;
  const { width, height, channelCount } = frameLayout({ ...decoded, fileName: decoded.format });
  const partCount = channelCount * (decoded.dtype.startsWith("complex") ? 2 : 1);
  const { axes } = decoded;
  const y = axes.findIndex(({ name }) => name === "y");
  const shown = swapsAxes(orientation)
    ? axes.with(y, { ...axes[y + 1], name: "y" }).with(y + 1, { ...axes[y], name: "x" })
    : axes;
  return {
    ...decoded,
    axes: shown,
    values: orientPixels(decoded.values, orientation, { width, height, partCount }),
    metadata: { ...decoded.metadata, Orientation: orientation },
    warnings: [...decoded.warnings, `${HOW[orientation]}, as the file asks (orientation ${orientation})`],
  };
}
