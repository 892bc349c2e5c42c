/** What rays along the beam pass through: for each pixel, the intervals inside of bodies. */
export interface Chords {
  /** Newest interval of each pixel, -1 for none. */
  readonly first: Int32Array;
  next: Int32Array;
  low: Float32Array;
  high: Float32Array;
  label: Uint16Array;
  count: number;
}

const ROOM = 1024;

/** No chords yet, for an image of so many pixels. */
export function openChords(pixelCount: number): Chords {
  return {
    first: new Int32Array(pixelCount).fill(-1),
    next: new Int32Array(ROOM),
    low: new Float32Array(ROOM),
    high: new Float32Array(ROOM),
    label: new Uint16Array(ROOM),
    count: 0,
  };
}

/**
 * Adds the interval of a ray inside of a body.
 *
 * @param chords receives it
 * @param pixel index of the ray
 * @param low where the ray enters
 * @param high where it leaves, in the same unit
 * @param label of the body, 0 to 65535
 */
export function addChord(chords: Chords, pixel: number, low: number, high: number, label: number): void {
  const at = chords.count;
  if (at === chords.next.length) {
    chords.next = grown(chords.next, new Int32Array(2 * at));
    chords.low = grown(chords.low, new Float32Array(2 * at));
    chords.high = grown(chords.high, new Float32Array(2 * at));
    chords.label = grown(chords.label, new Uint16Array(2 * at));
  }
  chords.next[at] = chords.first[pixel];
  chords.low[at] = low;
  chords.high[at] = high;
  chords.label[at] = label;
  chords.first[pixel] = at;
  chords.count++;
}

/**
 * Goes through what each ray passes, every point once: where bodies overlap along the beam the lower one keeps the overlap.
 *
 * @param chords of all bodies
 * @param visit called with pixel, label and length, in order of the pixels and from below
 */
export function unionOfChords(
  chords: Chords,
  visit: (pixel: number, label: number, length: number) => void,
): void {
  const { first, low, high, label } = chords;
  let line = new Int32Array(16);
  for (let pixel = 0; pixel < first.length; pixel++) {
    if (first[pixel] < 0) continue;
    let count = 0;
    for (let k = first[pixel]; k >= 0; k = chords.next[k]) {
      if (count === line.length) line = grown(line, new Int32Array(2 * count));
      // by their lower ends
      let at = count++;
      for (; at > 0 && low[line[at - 1]] > low[k]; at--) line[at] = line[at - 1];
      line[at] = k;
    }
    let top = -Infinity;
    for (let i = 0; i < count; i++) {
      const k = line[i];
      const start = Math.max(top, low[k]);
      if (high[k] <= start) continue;
      visit(pixel, label[k], high[k] - start);
      top = high[k];
    }
  }
}

function grown<Values extends Int32Array | Float32Array | Uint16Array>(from: Values, to: Values): Values {
  to.set(from);
  return to;
}
