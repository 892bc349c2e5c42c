import { extremes, type GrayImage } from "../core/index.ts";
import { closeBySquare, openBySquare } from "../image/index.ts";
import type { Feature } from "./feature.ts";

const SIDES_PX = [3, 5, 9, 17, 33];

/**
 * Granulometry [matheron1975]: the share of the image's volume that openings (bright grains) and closings (dark
 * ones) of growing squares take away, from one size to the next.
 */
export function granulometryFeatures(image: GrayImage): Feature[] {
  const [low, high] = extremes(image.data);
  const volume = (high - low) * image.data.length;
  const shares = (filter: typeof openBySquare): number[] => {
    let before: Float32Array = image.data;
    return SIDES_PX.map((side) => {
      const after = filter(image, side);
      let change = 0;
      for (let i = 0; i < after.length; i++) change += Math.abs(before[i] - after[i]);
      before = after;
      return volume === 0 ? 0 : change / volume;
    });
  };
  const entries = (name: string, values: readonly number[]) =>
    values.map((value, i) => ({
      name: `granulometry ${name} ${SIDES_PX[i]} px`,
      value,
      unit: "1",
      source: "matheron1975",
    }));
  return [...entries("bright", shares(openBySquare)), ...entries("dark", shares(closeBySquare))];
}
