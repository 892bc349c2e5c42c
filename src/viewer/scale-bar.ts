/**
 * A scale bar of a round length: the largest of 1, 2, 5 times a power of ten that fits.
 *
 * @param longestPx room for the bar [px]
 */
export function scaleBarOf(
  pixelsPerNm: number,
  longestPx: number,
): { readonly lengthNm: number; readonly lengthPx: number } {
  const longestNm = longestPx / pixelsPerNm;
  const decade = 10 ** Math.floor(Math.log10(longestNm));
  const step = [5, 2, 1].find((multiple) => multiple * decade <= longestNm) ?? 1;
  // 0.1 x 2 and the like print as they are meant
  const lengthNm = Number((step * decade).toPrecision(1));
  return { lengthNm, lengthPx: lengthNm * pixelsPerNm };
}
