/** Width of the kernel on either side, in standard deviations: what is left out is below 0.3 %. */
const REACH = 3;

/**
 * Blurs an image with a Gaussian, first along rows, then along columns; borders repeat the edge pixel.
 *
 * @param data [height, width], row-major
 * @param size width and height [px]
 * @param sigmaPx standard deviation [px]; below 0.05 nothing is done
 * @returns a new image
 */
export function gaussianBlur(
  data: Float32Array,
  { width, height }: { readonly width: number; readonly height: number },
  sigmaPx: number,
): Float32Array {
  if (sigmaPx < 0.05) return data.slice();
  const reach = Math.ceil(REACH * sigmaPx);
  const kernel = Float64Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-((i - reach) ** 2) / (2 * sigmaPx ** 2)),
  );
  const sum = kernel.reduce((total, value) => total + value, 0);
  const along = (source: Float32Array, length: number, stride: number, lineStride: number, lines: number) => {
    const target = new Float32Array(source.length);
    for (let line = 0; line < lines; line++) {
      for (let i = 0; i < length; i++) {
        let value = 0;
        for (let k = -reach; k <= reach; k++) {
          const from = Math.min(length - 1, Math.max(0, i + k));
          value += kernel[k + reach] * source[line * lineStride + from * stride];
        }
        target[line * lineStride + i * stride] = value / sum;
      }
    }
    return target;
  };
  return along(along(data, width, 1, width, height), height, width, 1, width);
}
