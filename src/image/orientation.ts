/**
 * How a picture is turned before it is shown, as EXIF and TIFF number it (tag 274): 1 as it is stored, 3 by half a turn, 6 and 8
 * by a quarter (clockwise and counter-clockwise); 2, 4, 5 and 7 are mirrored as well [tiff6].
 */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

interface Turn {
  readonly flipsX: boolean;
  readonly flipsY: boolean;
  /** After the flips. */
  readonly swapsAxes: boolean;
}

const turn = (flipsX: boolean, flipsY: boolean, swapsAxes: boolean): Turn => ({ flipsX, flipsY, swapsAxes });

const TURNS: Readonly<Record<Orientation, Turn>> = {
  1: turn(false, false, false),
  2: turn(true, false, false),
  3: turn(true, true, false),
  4: turn(false, true, false),
  5: turn(false, false, true),
  6: turn(false, true, true),
  7: turn(true, true, true),
  8: turn(true, false, true),
};

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Whether rows become columns. */
export const swapsAxes = (orientation: Orientation): boolean => TURNS[orientation].swapsAxes;

/**
 * Where a point of the stored picture lies in the displayed one; with the opposite orientation (8 for 6, 6 for 8, each other for
 * itself) and the displayed size, the way back.
 *
 * @param point x and y from the upper left corner [px]: the first pixel reaches from 0 to 1
 */
export function orientPoint(
  [x, y]: readonly [number, number],
  orientation: Orientation,
  { width, height }: Size,
): [number, number] {
  const { flipsX, flipsY, swapsAxes: isSwapped } = TURNS[orientation];
  const [u, v] = [flipsX ? width - x : x, flipsY ? height - y : y];
  return isSwapped ? [v, u] : [u, v];
}

/**
 * Turns the pixels of pictures as they are displayed.
 *
 * @param values frames of [height, width, parts], row-major, one behind the other
 * @param partCount values a pixel
 */
export function orientPixels<T extends { readonly length: number; slice(): T; [index: number]: number }>(
  values: T,
  orientation: Orientation,
  { width, height, partCount = 1 }: Size & { readonly partCount?: number },
): T {
  const shownWidth = swapsAxes(orientation) ? height : width;
  const placeOf = (x: number, y: number) => {
    const [column, row] = orientPoint([x + 0.5, y + 0.5], orientation, { width, height });
    return (Math.floor(row) * shownWidth + Math.floor(column)) * partCount;
  };
  const origin = placeOf(0, 0);
  const [stepX, stepY] = [placeOf(1, 0) - origin, placeOf(0, 1) - origin];
  const frameLength = width * height * partCount;
  const result = values.slice();
  for (let frame = 0; frame < values.length; frame += frameLength) {
    let from = frame;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const to = frame + origin + x * stepX + y * stepY;
        for (let part = 0; part < partCount; part++) result[to + part] = values[from++];
      }
    }
  }
  return result;
}
