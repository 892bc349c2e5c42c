import type { GrayImage } from "../../core/index.ts";
import type { PixelRegion } from "../../image/index.ts";
import { areaBudget, MOST_COVERS } from "./area-budget.ts";
import type { InkComponent } from "./ink-components.ts";

/** Touching pixels of one exact value. */
export interface FlatZone extends InkComponent {
  readonly value: number;
}

/**
 * Finds the zones of an image in which all pixels have exactly one value, with a run of that value along a row or a column.
 *
 * A detector's noise leaves short runs only; programs draw long ones. Zones within zones, whose boxes cover the picture many times,
 * are left out from there on: each box is gone through.
 *
 * @param image any image; pixels that are no numbers belong to no zone
 * @param shortestRunPx length of a run from which on its zone counts
 * @returns zones by first run in reading order
 */
export function flatZones({ data, width, height }: GrayImage, shortestRunPx: number): FlatZone[] {
  const zones: FlatZone[] = [];
  const seen = new Uint8Array(data.length);
  const fits = areaBudget(MOST_COVERS * data.length);
  for (const seed of runEnds({ data, width, height }, shortestRunPx)) {
    if (seen[seed] === 1) continue;
    const { members, box } = grown(seed, { data, width, height }, seen);
    if (fits(box)) zones.push({ value: data[seed], ...inkOf(members, box, width) });
  }
  return zones;
}

type Pixels = Pick<GrayImage, "data" | "width" | "height">;

/** A pixel of every run of one value that is long enough. */
function* runEnds({ data, width, height }: Pixels, shortestRunPx: number): Generator<number> {
  const runs = new Uint32Array(width);
  for (let y = 0; y < height; y++) {
    for (let x = 0, run = 0; x < width; x++) {
      const at = y * width + x;
      run = x > 0 && data[at] === data[at - 1] ? run + 1 : 1;
      runs[x] = y > 0 && data[at] === data[at - width] ? runs[x] + 1 : 1;
      if (run === shortestRunPx || runs[x] === shortestRunPx) yield at;
    }
  }
}

/** All pixels of the seed's value that hang together by sides; marks them as seen. */
function grown(seed: number, { data, width, height }: Pixels, seen: Uint8Array) {
  const value = data[seed];
  const members = [seed];
  seen[seed] = 1;
  let [x0, y0, x1, y1] = [width, height, 0, 0];
  const take = (next: number) => {
    if (seen[next] === 1 || data[next] !== value) return;
    seen[next] = 1;
    members.push(next);
  };
  for (let k = 0; k < members.length; k++) {
    const at = members[k];
    const x = at % width;
    const y = (at - x) / width;
    if (x < x0) x0 = x;
    if (x > x1) x1 = x;
    if (y < y0) y0 = y;
    if (y > y1) y1 = y;
    if (x > 0) take(at - 1);
    if (x < width - 1) take(at + 1);
    if (y > 0) take(at - width);
    if (y < height - 1) take(at + width);
  }
  return { members, box: { x: x0, y: y0, width: x1 - x0 + 1, height: y1 - y0 + 1 } };
}

function inkOf(members: readonly number[], box: PixelRegion, imageWidth: number): InkComponent {
  const mask = new Uint8Array(box.width * box.height);
  for (const at of members) {
    const column = at % imageWidth;
    mask[((at - column) / imageWidth - box.y) * box.width + column - box.x] = 1;
  }
  return { ...box, mask, inkCount: members.length };
}
