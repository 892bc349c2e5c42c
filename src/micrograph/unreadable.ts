import { beyondMemory } from "../core/index.ts";

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

/**
 * Refuses sizes that are empty, and those that need more memory than the command may take.
 *
 * @param format whose sizes, for the error
 * @param sizes axis sizes [px], any order
 * @param bytesPerValue bytes that the reader holds for one of them at its peak
 * @returns number of values
 * @throws RangeError naming the sizes
 */
export function checkedValueCount(
  format: string,
  sizes: readonly number[],
  bytesPerValue: number,
  offset?: number,
): number {
  const count = sizes.reduce((product, size) => product * size, 1);
  if (!sizes.every((size) => Number.isInteger(size) && size > 0)) {
    throw unreadable(`${format} sizes must be positive`, sizes.join(" x "), offset);
  }
  const beyond = beyondMemory(count * bytesPerValue);
  if (beyond === null) return count;
  const got = `${beyond.got} for ${sizes.join(" x ")} values`;
  throw unreadable(`${format} must ${beyond.wanted}`, withRemedy(got, beyond.remedy));
}

/**
 * The words for a failure below a reader: its own where the project wrote them, else that the data are damaged; what a library or the
 * language says stays in the cause.
 */
export function reasonOf(cause: unknown): string {
  return cause instanceof RangeError && cause.message.includes(", got ") ? cause.message : DAMAGED;
}

const DAMAGED = "damaged data";
