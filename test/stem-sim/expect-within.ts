/**
 * Fails unless a value lies within a relative tolerance of its reference; the text names what was compared.
 *
 * @param what the quantity and its case, such as "W 300 keV 58-150"
 * @param value the number under test
 * @param bound reference, relative tolerance and the reason for the tolerance
 */
export function expectWithin(
  what: string,
  value: number,
  bound: { readonly of: number; readonly rel: number; readonly because: string },
): void {
  const deviation = value / bound.of - 1;
  if (Math.abs(deviation) <= bound.rel) return;
  const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
  throw new Error(
    `${what}: got ${value}, reference ${bound.of}, off by ${percent(deviation)}, allowed ${percent(bound.rel)} (${bound.because})`,
  );
}
