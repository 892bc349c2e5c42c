const MAX_PART = 2 ** 32 - 1;

/** The ratio of 32-bit integers nearest to a number, by its continued fraction. */
export function bestRational(value: number): [number, number] {
  // convergents p_k = a_k p_{k-1} + p_{k-2}, q_k likewise, starting from 1/0 and 0/1
  let [p, q, beforeP, beforeQ] = [1, 0, 0, 1];
  let rest = value;
  for (let term = 0; term < 40; term++) {
    const whole = Math.floor(rest);
    const [nextP, nextQ] = [whole * p + beforeP, whole * q + beforeQ];
    if (nextP > MAX_PART || nextQ > MAX_PART) break;
    [beforeP, beforeQ, p, q] = [p, q, nextP, nextQ];
    const fraction = rest - whole;
    if (fraction < 1e-12) break;
    rest = 1 / fraction;
  }
  return q === 0 ? [MAX_PART, 1] : [p, q];
}
