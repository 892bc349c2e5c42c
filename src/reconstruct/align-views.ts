import type { ProjectedParticles, TiltedView } from "./projected-particles.ts";

/** Most that a view lies beside the first, after the centres of volume are laid over each other [nm]. */
const MOST_SHIFT_NM = 30;
/** Radii of one particle differ at most so much from view to view, ln. */
const ALIKE = 0.2;

/**
 * Lays a further view over the first: specimens drift while the holder turns.
 *
 * Along the axis of the turn nothing but drift moves particles, so the shift is the one by which the most particles come to lie on others that are as
 * large and of the same material. Across it depth moves them as well: there the centres of volume are laid over each other, y = y_0 cos t, which
 * puts the centre of volume at depth 0.
 *
 * @param first the first view
 * @param view the other
 * @param errorNm standard error of distances [nm]
 * @returns the other view, shifted
 */
export function alignView(first: ProjectedParticles, view: TiltedView, errorNm: number): TiltedView {
  const { particles, tiltDeg } = view;
  const shiftX = shiftAlong(first, particles, errorNm);
  const shiftY =
    Math.cos((tiltDeg * Math.PI) / 180) * centreOfVolume(first, first.yNm) -
    centreOfVolume(particles, particles.yNm);
  return {
    tiltDeg,
    particles: {
      ...particles,
      xNm: particles.xNm.map((x) => x + shiftX),
      yNm: particles.yNm.map((y) => y + shiftY),
    },
  };
}

function centreOfVolume({ radiiNm }: ProjectedParticles, placesNm: Float64Array): number {
  let [sum, volume] = [0, 0];
  radiiNm.forEach((radius, i) => {
    sum += radius ** 3 * placesNm[i];
    volume += radius ** 3;
  });
  return sum / volume;
}

/** The most frequent difference between like particles of both views, by a histogram over triples of bins of one error. */
function shiftAlong(first: ProjectedParticles, other: ProjectedParticles, errorNm: number): number {
  const middle = centreOfVolume(first, first.xNm) - centreOfVolume(other, other.xNm);
  const half = Math.ceil(MOST_SHIFT_NM / errorNm);
  const counts = new Float64Array(2 * half + 1);
  const sums = new Float64Array(2 * half + 1);
  for (let i = 0; i < first.count; i++) {
    for (let k = 0; k < other.count; k++) {
      if (first.materialIndices[i] !== other.materialIndices[k]) continue;
      const difference = Math.log(first.radiiNm[i] / other.radiiNm[k]) / ALIKE;
      const shift = first.xNm[i] - other.xNm[k];
      const bin = half + Math.round((shift - middle) / errorNm);
      if (Math.abs(difference) > 1 || bin < 0 || bin >= counts.length) continue;
      // the liker two particles are, the more their difference counts
      const weight = (1 - difference * difference) ** 2;
      counts[bin] += weight;
      sums[bin] += weight * shift;
    }
  }
  let best = half;
  const around = (values: Float64Array, bin: number) =>
    (values[bin - 1] ?? 0) + values[bin] + (values[bin + 1] ?? 0);
  for (let bin = 0; bin < counts.length; bin++) if (around(counts, bin) > around(counts, best)) best = bin;
  return around(counts, best) === 0 ? middle : around(sums, best) / around(counts, best);
}

/**
 * By how many entries a table of depths must be moved so that it agrees best with another: the drift of a further view across the axis of the
 * turn, which moves all of its depths alike.
 *
 *   lag = argmax sum_i ln(1/2 + sum_z (P_i(z) - lost_P)(T_i(z + lag) - lost_T))
 *
 * @param known [count, length] likelihoods
 * @param table the same of the further view
 * @param shape entries a particle, least likelihoods of both tables, and most entries to move
 */
export function depthLag(
  known: Float32Array,
  table: Float32Array,
  {
    length,
    lost: [lostKnown, lostTable],
    mostLag,
  }: { readonly length: number; readonly lost: readonly [number, number]; readonly mostLag: number },
): number {
  const count = known.length / length;
  // of each particle the entries at which the known table says anything
  const entries = Array.from({ length: count }, (_, i) =>
    Array.from({ length }, (__, at) => at).filter((at) => known[i * length + at] > 2 * lostKnown),
  );
  let best = { lag: 0, score: -Infinity };
  for (let lag = -mostLag; lag <= mostLag; lag++) {
    let score = 0;
    for (let i = 0; i < count; i++) {
      let sum = 0.5;
      for (const at of entries[i]) {
        const moved = at + lag;
        if (moved < 0 || moved >= length) continue;
        sum += (known[i * length + at] - lostKnown) * (table[i * length + moved] - lostTable);
      }
      score += Math.log(sum);
    }
    if (score > best.score) best = { lag, score };
  }
  return best.lag;
}
