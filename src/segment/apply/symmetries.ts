import type { GrayImage } from "../../core/index.ts";
import type { Segmenter } from "./open-segmenter.ts";
import type { ProbabilityMap } from "./pixel-classifier.ts";

/** Turns a raster of several values a pixel: bit 0 mirrors columns, bit 1 mirrors rows, bit 2 then transposes; 0 gives the raster itself. */
function turned(
  data: Float32Array,
  size: { width: number; height: number; channels: number },
  symmetry: number,
) {
  const { width, height, channels } = size;
  if (symmetry === 0) return { data, width, height };
  const isTransposed = (symmetry & 4) !== 0;
  const [newWidth, newHeight] = isTransposed ? [height, width] : [width, height];
  const result = new Float32Array(data.length);
  for (let y = 0; y < newHeight; y++) {
    for (let x = 0; x < newWidth; x++) {
      const [u, v] = isTransposed ? [y, x] : [x, y];
      const fromX = (symmetry & 1) === 0 ? u : width - 1 - u;
      const fromY = (symmetry & 2) === 0 ? v : height - 1 - v;
      const [from, to] = [(fromY * width + fromX) * channels, (y * newWidth + x) * channels];
      for (let c = 0; c < channels; c++) result[to + c] = data[from + c];
    }
  }
  return { data: result, width: newWidth, height: newHeight };
}

/** The symmetry that undoes one: transposing swaps the roles of the two mirrors. */
function inverseOf(symmetry: number): number {
  if ((symmetry & 4) === 0) return symmetry;
  return 4 | ((symmetry & 1) << 1) | ((symmetry & 2) >> 1);
}

/** Mean probabilities of several answers, and how far they differ. */
export interface JointAnswer {
  readonly map: ProbabilityMap;
  /** [height, width] standard deviation of the probability of the class that won, 0 to 0.5; null for a single answer. */
  readonly uncertainty: Float32Array | null;
}

/**
 * Segments with several models, each under several symmetries of the square, and averages the probabilities.
 */
export async function jointAnswer(
  segmenters: readonly Pick<Segmenter, "probabilities">[],
  image: GrayImage,
  symmetryCount: number,
): Promise<JointAnswer> {
  const maps: ProbabilityMap[] = [];
  for (const segmenter of segmenters) {
    for (let symmetry = 0; symmetry < symmetryCount; symmetry++) {
      const view = turned(image.data, { width: image.width, height: image.height, channels: 1 }, symmetry);
      const map = await segmenter.probabilities({ ...image, ...view });
      const { width, height, channelCount: channels } = map;
      maps.push({ ...map, ...turned(map.data, { width, height, channels }, inverseOf(symmetry)) });
    }
  }
  if (maps.length === 1) return { map: maps[0], uncertainty: null };
  const data = new Float32Array(maps[0].data.length);
  for (const map of maps) for (let i = 0; i < data.length; i++) data[i] += map.data[i] / maps.length;
  const mean = { ...maps[0], data };
  return { map: mean, uncertainty: spreadOfWinner(mean, maps) };
}

/**
 * Several models under several views as one segmenter.
 *
 * @param segmenters an ensemble of one or more, of the same classes
 * @param symmetryCount 1, 2, 4 or 8 views of the image
 * @returns what gives their mean probabilities
 */
export function jointSegmenter(
  segmenters: readonly Pick<Segmenter, "probabilities">[],
  symmetryCount: number,
): Pick<Segmenter, "probabilities"> {
  return { probabilities: async (image) => (await jointAnswer(segmenters, image, symmetryCount)).map };
}

function spreadOfWinner(
  { data, channelCount, width, height }: ProbabilityMap,
  maps: readonly ProbabilityMap[],
) {
  return Float32Array.from({ length: width * height }, (_, pixel) => {
    let winner = pixel * channelCount;
    for (let at = winner; at < (pixel + 1) * channelCount; at++) if (data[at] > data[winner]) winner = at;
    const variance = maps.reduce((sum, map) => sum + (map.data[winner] - data[winner]) ** 2, 0) / maps.length;
    return Math.sqrt(variance);
  });
}
