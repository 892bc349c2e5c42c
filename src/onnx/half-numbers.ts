const single = new Float32Array(1);
const singleBits = new Uint32Array(single.buffer);

/** Least normal number of half precision, 2^-14, as bits of single precision; below it numbers are multiples of 2^-24. */
const LEAST_NORMAL_BITS = 0x38800000;
/** From 2^16 on everything is infinite. */
const INFINITE_BITS = 0x47800000;
const [INFINITY_HALF, NAN_HALF] = [0x7c00, 0x7e00];

/**
 * The half-precision number (IEEE 754 binary16) nearest to a number, ties to even, as its 16 bits. Node 20 has no Float16Array, and packages that stand in for it take a
 * microsecond a number, which for a million weights is felt.
 */
export function halfBits(value: number): number {
  single[0] = value;
  const sign = (singleBits[0] >>> 16) & 0x8000;
  const bits = singleBits[0] & 0x7fffffff;
  if (Number.isNaN(value)) return NAN_HALF;
  if (bits >= INFINITE_BITS) return sign | INFINITY_HALF;
  if (bits < LEAST_NORMAL_BITS) return sign | roundToEven(Math.abs(single[0]) * 2 ** 24);
  // 13 bits of the mantissa go; the exponent's bias goes from 127 to 15
  const rounded = bits + 0xfff + ((bits >>> 13) & 1);
  return sign | ((rounded - 0x38000000) >>> 13);
}

/** Exponents of half precision are biased by 15, those of single precision by 127. */
const BIAS_FACTOR = 2 ** 112;

/** The number that 16 bits of half precision stand for. */
export function halfNumber(bits: number): number {
  const magnitude = bits & 0x7fff;
  const sign = magnitude === bits ? 1 : -1;
  if (magnitude >= INFINITY_HALF) return magnitude === INFINITY_HALF ? sign * Infinity : NaN;
  // exponent and mantissa where single precision has them: subnormal numbers come out as well. A power and a pair of numbers for each weight took a second a network
  singleBits[0] = magnitude << 13;
  return sign * single[0] * BIAS_FACTOR;
}

function roundToEven(value: number): number {
  const nearest = Math.round(value);
  return nearest - value === 0.5 && nearest % 2 === 1 ? nearest - 1 : nearest;
}
