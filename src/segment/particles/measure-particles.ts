import type { ObjectMap } from "../metrics/instance-scores.ts";
import {
  croftonPerimeter,
  feretDiameters,
  maskHull,
  nearestDistances,
  polygonArea,
} from "../../image/index.ts";
import { cropsOfMap } from "./object-crops.ts";
import type { Frame, ObjectCrop } from "./object-crops.ts";

/** One object in pixels; lengths become nm by the pixel size. */
export interface Particle {
  /** Its number in the object map. */
  readonly number: number;
  readonly areaPx: number;
  /** Centre of mass; (0.5, 0.5) is the middle of the first pixel. */
  readonly centerXPx: number;
  readonly centerYPx: number;
  /** 2 sqrt(A/pi). */
  readonly equivalentDiameterPx: number;
  /** Length of the outline by Crofton's formula in four directions [legland2007]. */
  readonly perimeterPx: number;
  /** 4 pi A/P^2, 1 for a disc; up to some hundredths above 1 for small ones. */
  readonly circularity: number;
  /** Share of the convex hull that is filled. */
  readonly solidity: number;
  readonly feretPx: number;
  readonly minFeretPx: number;
  /** Axes of the ellipse with the same second moments. */
  readonly majorAxisPx: number;
  readonly minorAxisPx: number;
  /** Of the major axis against the x axis, counter-clockwise as seen, -90 to 90 [degrees]. */
  readonly orientationDeg: number;
  /** Whether it touches the image's edge, or what is drawn into the image, and so may go on beyond. */
  readonly isCut: boolean;
  /** From centre to the nearest other centre; NaN where it is alone. */
  readonly nearestNeighbourPx: number;
}

/**
 * Measures every object of a map.
 *
 * @param frame width and height [px]
 */
export function measureParticles(map: ObjectMap, frame: Frame, minAreaPx = 1): Particle[] {
  const crops = cropsOfMap(map, frame).map((crop, index) => ({ ...crop, number: index + 1 }));
  return measureCrops(
    crops.filter(({ areaPx }) => areaPx >= minAreaPx),
    frame,
  );
}

/** An object with the number that it is known by. */
export interface NumberedCrop extends ObjectCrop {
  readonly number: number;
}

/**
 * Measures objects that were cut out of an image.
 *
 * @param frame width and height of the image [px]
 */
export function measureCrops(crops: readonly NumberedCrop[], frame: Frame): Particle[] {
  const found = crops.map((crop) => measureOne(crop, frame));
  const distances = nearestDistances(found);
  return found.map((particle, index) => ({ ...particle, nearestNeighbourPx: distances[index] }));
}

function measureOne(crop: NumberedCrop, frame: Frame): Omit<Particle, "nearestNeighbourPx"> {
  const { number, left, top, width, height, areaPx } = crop;
  const mask = { width, height, data: crop.mask };
  const hull = maskHull(mask);
  const { largest, smallest } = feretDiameters(hull);
  const perimeterPx = croftonPerimeter(mask);
  return {
    number,
    areaPx,
    ...ellipseOf(crop),
    equivalentDiameterPx: 2 * Math.sqrt(areaPx / Math.PI),
    perimeterPx,
    circularity: (4 * Math.PI * areaPx) / perimeterPx ** 2,
    solidity: areaPx / polygonArea(hull),
    feretPx: largest,
    minFeretPx: smallest,
    isCut: left === 0 || top === 0 || left + width === frame.width || top + height === frame.height,
  };
}

/** Ellipse of equal second moments; 1/12 is what a pixel has in itself. */
function ellipseOf({ left, top, width, mask, areaPx }: ObjectCrop) {
  let [sumX, sumY] = [0, 0];
  mask.forEach((isInside, at) => {
    if (isInside === 0) return;
    sumX += at % width;
    sumY += Math.floor(at / width);
  });
  const [meanX, meanY] = [sumX / areaPx, sumY / areaPx];
  let [xx, yy, xy] = [0, 0, 0];
  mask.forEach((isInside, at) => {
    if (isInside === 0) return;
    const [dx, dy] = [(at % width) - meanX, Math.floor(at / width) - meanY];
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  });
  [xx, yy, xy] = [xx / areaPx + 1 / 12, yy / areaPx + 1 / 12, xy / areaPx];
  const spread = Math.hypot((xx - yy) / 2, xy);
  const middle = (xx + yy) / 2;
  return {
    centerXPx: left + meanX + 0.5,
    centerYPx: top + meanY + 0.5,
    majorAxisPx: 4 * Math.sqrt(middle + spread),
    minorAxisPx: 4 * Math.sqrt(Math.max(0, middle - spread)),
    // rows run downwards, angles are read upwards
    orientationDeg: (-0.5 * Math.atan2(2 * xy, xx - yy) * 180) / Math.PI,
  };
}
