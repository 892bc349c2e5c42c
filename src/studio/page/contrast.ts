/** How grey levels become shades: black at and below `low`, white at and above `high`. */
export interface Contrast {
  readonly low: number;
  readonly high: number;
}

/** Most pixels that are sorted for percentiles: a regular sample of larger images. */
const SAMPLE = 2 ** 17;

/** Grey levels of an image in order, or of a sample of it. */
export function sortedLevels(data: Float32Array): Float32Array {
  const step = Math.max(1, Math.ceil(data.length / SAMPLE));
  return Float32Array.from({ length: Math.ceil(data.length / step) }, (_, i) => data[i * step]).sort();
}

/** The grey level below which a share of the pixels lies. */
export function levelAt(sorted: Float32Array, share: number): number {
  return sorted[Math.round(share * (sorted.length - 1))];
}

/** How many of the levels fall into each of equal steps from the least to the largest. */
export function histogramOf(sorted: Float32Array, binCount: number): Uint32Array {
  const counts = new Uint32Array(binCount);
  const [least, most] = [sorted[0], sorted[sorted.length - 1]];
  const scale = most > least ? binCount / (most - least) : 0;
  for (const level of sorted) counts[Math.min(binCount - 1, Math.floor((level - least) * scale))]++;
  return counts;
}

/** Pixels for a canvas. */
export function shadesOf(
  data: Float32Array | Uint8Array,
  { low, high }: Contrast,
): Uint8ClampedArray<ArrayBuffer> {
  const shades = new Uint8ClampedArray(4 * data.length);
  const scale = high > low ? 255 / (high - low) : 0;
  for (let i = 0; i < data.length; i++) {
    const shade = (data[i] - low) * scale;
    shades[4 * i] = shades[4 * i + 1] = shades[4 * i + 2] = shade;
    shades[4 * i + 3] = 255;
  }
  return shades;
}
