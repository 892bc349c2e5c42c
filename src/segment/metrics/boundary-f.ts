/** A mask's width and height. */
interface Frame {
  readonly width: number;
  readonly height: number;
}

/**
 * Boundary F1: harmonic mean of the shares of found boundary near a true one and of true boundary near a found one [csurka2013].
 *
 * @param truth [height, width]; anything but 0 is inside
 * @param frame width, height and how near is near [px]; distances are Chebyshev's
 */
export function boundaryF(
  truth: ArrayLike<number>,
  found: ArrayLike<number>,
  frame: Frame & { readonly tolerancePx: number },
): number {
  const [trueEdge, foundEdge] = [boundaryOf(truth, frame), boundaryOf(found, frame)];
  const precision = shareNear(foundEdge, trueEdge, frame);
  const recall = shareNear(trueEdge, foundEdge, frame);
  if (Number.isNaN(precision) && Number.isNaN(recall)) return NaN;
  if (Number.isNaN(precision) || Number.isNaN(recall) || precision + recall === 0) return 0;
  return (2 * precision * recall) / (precision + recall);
}

/** Pixels inside with a neighbour outside; the image's border is no boundary. */
function boundaryOf(mask: ArrayLike<number>, { width, height }: Frame): Uint8Array {
  const edge = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      if (mask[at] === 0) continue;
      const isEdge =
        (x > 0 && mask[at - 1] === 0) ||
        (x < width - 1 && mask[at + 1] === 0) ||
        (y > 0 && mask[at - width] === 0) ||
        (y < height - 1 && mask[at + width] === 0);
      if (isEdge) edge[at] = 1;
    }
  }
  return edge;
}

function shareNear(
  edge: Uint8Array,
  other: Uint8Array,
  { width, height, tolerancePx }: Frame & { readonly tolerancePx: number },
): number {
  const near = widened(
    widened(other, { length: width, step: 1, lines: height, lineStep: width }, tolerancePx),
    {
      length: height,
      step: width,
      lines: width,
      lineStep: 1,
    },
    tolerancePx,
  );
  let [count, hits] = [0, 0];
  for (let i = 0; i < edge.length; i++) {
    if (edge[i] === 0) continue;
    count++;
    hits += near[i];
  }
  return hits / count;
}

interface Lines {
  readonly length: number;
  readonly step: number;
  readonly lines: number;
  readonly lineStep: number;
}

/** Spreads ones along lines by a count of pixels either way. */
function widened(mask: Uint8Array, { length, step, lines, lineStep }: Lines, reach: number): Uint8Array {
  const result = new Uint8Array(mask.length);
  for (let line = 0; line < lines; line++) {
    for (let i = 0; i < length; i++) {
      if (mask[line * lineStep + i * step] === 0) continue;
      for (let k = Math.max(0, i - reach); k <= Math.min(length - 1, i + reach); k++) {
        result[line * lineStep + k * step] = 1;
      }
    }
  }
  return result;
}
