/**
 * The error of a reader whose bytes are not what the format wants: wanted, got, and where.
 *
 * `readMicrograph` puts the action before it and the file name behind it.
 *
 * @param wanted what the format asks for, beginning with the name of the field
 * @param got what the file has
 * @param offset byte of the file where it was found; omitted where there is no single one
 * @param cause low-level failure, kept
 * @returns the error, to be thrown
 */
export function unreadable(
  wanted: string,
  got: string | number,
  offset?: number,
  cause?: unknown,
): RangeError {
  const where = offset === undefined ? "" : ` at byte ${offset}`;
  return new RangeError(`${wanted}, got ${got}${where}`, cause === undefined ? {} : { cause });
}

/** A reason with its remedy, which `readMicrograph` puts behind the name of the file. */
export const withRemedy = (reason: string, remedy: string): string => `${reason}\n${remedy}`;

/** A reason and its remedy apart; the remedy as the end of a sentence. */
export function remedyOf(reason: string): { readonly wrong: string; readonly remedy: string } {
  const [wrong, remedy] = reason.split("\n");
  return { wrong, remedy: remedy === undefined ? "" : `; ${remedy}` };
}

/** Largest array that a reader allocates for one image or stack [bytes]; larger files need tiles. */
export const MAX_DECODED_BYTES = 2 ** 31;

/**
 * Refuses sizes that are empty, overflow, or ask for more memory than a reader may take.
 *
 * @param sizes axis sizes [px], any order
 * @throws RangeError naming the sizes
 */
export function checkedValueCount(
  format: string,
  sizes: readonly number[],
  bytesPerValue: number,
  offset?: number,
): number {
  const count = sizes.reduce((product, size) => product * size, 1);
  const isWhole = sizes.every((size) => Number.isInteger(size) && size > 0);
  if (isWhole && count * bytesPerValue <= MAX_DECODED_BYTES) return count;
  const limit = `${MAX_DECODED_BYTES / 2 ** 30} GiB`;
  throw unreadable(
    `${format} sizes must be positive and at most ${limit} of values`,
    sizes.join(" x "),
    offset,
  );
}
