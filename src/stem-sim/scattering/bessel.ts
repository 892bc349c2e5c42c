/**
 * Bessel functions by the polynomial approximations of [abramowitz1964]; absolute errors below 2e-7 (J0, J1) and
 * 2e-7 relative (K0). The integrals of this folder need no more: cross sections move by less than 1e-5.
 */

/** Evaluates sum c_k x^k by Horner's rule. */
function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (let k = coefficients.length - 1; k >= 0; k--) sum = sum * x + coefficients[k];
  return sum;
}

/** J0(x) for x <= 3 in powers of (x/3)^2 ([abramowitz1964] 9.4.1). */
const J0_NEAR = [1, -2.2499997, 1.2656208, -0.3163866, 0.0444479, -0.0039444, 0.00021];
/** Modulus for x >= 3 in powers of u = 3/x, and phase less x - pi/4, over u ([abramowitz1964] 9.4.3). */
const J0_MODULUS = [0.79788456, -0.00000077, -0.0055274, -0.00009512, 0.00137237, -0.00072805, 0.00014476];
const J0_PHASE = [-0.04166397, -0.00003954, 0.00262573, -0.00054125, -0.00029333, 0.00013558];

/** Bessel function of the first kind, order 0 ([abramowitz1964] 9.4.1, 9.4.3). */
export function besselJ0(x: number): number {
  if (x <= 3) return polynomial(J0_NEAR, (x * x) / 9);
  const u = 3 / x;
  const phase = x - 0.78539816 + u * polynomial(J0_PHASE, u);
  return (polynomial(J0_MODULUS, u) * Math.cos(phase)) / Math.sqrt(x);
}

/** J1(x)/x for x <= 3 in powers of (x/3)^2 ([abramowitz1964] 9.4.4). */
const J1_NEAR = [0.5, -0.56249985, 0.21093573, -0.03954289, 0.00443319, -0.00031761, 0.00001109];
/** Modulus and phase for x >= 3 in powers of 3/x ([abramowitz1964] 9.4.6). */
const J1_MODULUS = [0.79788456, 0.00000156, 0.01659667, 0.00017105, -0.00249511, 0.00113653, -0.00020033];
const J1_PHASE = [-2.35619449, 0.12499612, 0.0000565, -0.00637879, 0.00074348, 0.00079824, -0.00029166];

/** Bessel function of the first kind, order 1 ([abramowitz1964] 9.4.4, 9.4.6). */
export function besselJ1(x: number): number {
  if (x <= 3) return x * polynomial(J1_NEAR, (x * x) / 9);
  return (polynomial(J1_MODULUS, 3 / x) * Math.cos(x + polynomial(J1_PHASE, 3 / x))) / Math.sqrt(x);
}

/** I0(x) for x <= 3.75 in powers of (x/3.75)^2 ([abramowitz1964] 9.8.1). */
const I0_NEAR = [1, 3.5156229, 3.0899424, 1.2067492, 0.2659732, 0.0360768, 0.0045813];
/** K0(x) + ln(x/2) I0(x) for x <= 2 in powers of (x/2)^2 ([abramowitz1964] 9.8.5). */
const K0_NEAR = [-0.57721566, 0.4227842, 0.23069756, 0.0348859, 0.00262698, 0.0001075, 0.0000074];
/** sqrt(x) exp(x) K0(x) for x >= 2 in powers of 2/x ([abramowitz1964] 9.8.6). */
const K0_FAR = [1.25331414, -0.07832358, 0.02189568, -0.01062446, 0.00587872, -0.0025154, 0.00053208];

/** Modified Bessel function of the second kind, order 0 ([abramowitz1964] 9.8.5, 9.8.6). */
export function besselK0(x: number): number {
  if (x > 2) return (polynomial(K0_FAR, 2 / x) * Math.exp(-x)) / Math.sqrt(x);
  const i0 = polynomial(I0_NEAR, (x / 3.75) ** 2);
  return -Math.log(x / 2) * i0 + polynomial(K0_NEAR, (x / 2) ** 2);
}

/** sqrt(x) exp(-x) I0(x) for x >= 3.75 in powers of 3.75/x ([abramowitz1964] 9.8.2). */
const I0_FAR = [
  0.39894228, 0.01328592, 0.00225319, -0.00157565, 0.00916281, -0.02057706, 0.02635537, -0.01647633,
  0.00392377,
];

/**
 * Modified Bessel function of the first kind, order 0, times exp(-x) so that it does not overflow
 * ([abramowitz1964] 9.8.1, 9.8.2).
 */
export function scaledBesselI0(x: number): number {
  if (x <= 3.75) return Math.exp(-x) * polynomial(I0_NEAR, (x / 3.75) ** 2);
  return polynomial(I0_FAR, 3.75 / x) / Math.sqrt(x);
}
