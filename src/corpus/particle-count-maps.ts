import { rangeError } from "../core/index.ts";
import { CONTACT_TOLERANCE, findContacts, type Aggregate } from "../stochastic/index.ts";

/** What is summed over the particles, or counted over the contacts, that lie in one cell of an image. */
export const COUNT_CHANNELS = [
  "particles, first",
  "particles, second",
  "radii, first [nm]",
  "radii, second [nm]",
  "squared radii, first [nm2]",
  "squared radii, second [nm2]",
  "contacts within first",
  "contacts between the materials",
  "contacts within second",
] as const;

/** Edge of a cell [px]: about the radius of a small particle, so that even neighbours that overlap rarely share one. */
export const COUNT_CELL_PX = 4;

/** Channels of sums over particles: the material is added to each. */
const [COUNT, RADII, SQUARES, CONTACTS] = [0, 2, 4, 6];

/** Where an image lies in space. */
export interface CountField {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly pixelSizeNm: number;
}

/**
 * Counts what an image shows, cell by cell: particles of each material, their radii, their contacts.
 *
 * A particle is shared out among the four cells whose centres surround its own, by bilinear weights, so that one near
 * an edge does not jump from cell to cell. What lies outside the image is not counted; a contact lies between both
 * centres, in the ratio of the radii.
 *
 * @param aggregate spheres as they lie under the beam (`viewAggregate`); the middle of the image is x = y = 0
 * @param field size of the image; a multiple of COUNT_CELL_PX
 * @returns [COUNT_CHANNELS.length, heightPx / COUNT_CELL_PX, widthPx / COUNT_CELL_PX], row-major
 * @throws RangeError where the image cannot be cut into cells
 * @example
 * import { particleCountMaps } from "../src/corpus/index.ts";
 * import { sphereAggregate } from "../src/stochastic/aggregate.ts";
 * import { expect } from "vitest";
 * const one = sphereAggregate([{ x: 0, y: 0, z: 0, radiusNm: 5, materialIndex: 0 }]);
 * const counts = particleCountMaps(one, { widthPx: 8, heightPx: 8, pixelSizeNm: 1 });
 * // in the middle of the image, where four cells meet
 * expect([...counts.slice(0, 4)]).toEqual([0.25, 0.25, 0.25, 0.25]);
 */
export function particleCountMaps(aggregate: Aggregate, field: CountField): Float32Array {
  checkCells(field);
  const { centersNm, radiiNm, materialIndices, particleCount } = aggregate;
  const [columns, rows] = [field.widthPx / COUNT_CELL_PX, field.heightPx / COUNT_CELL_PX];
  const counts = new Float32Array(COUNT_CHANNELS.length * columns * rows);
  const cellNm = field.pixelSizeNm * COUNT_CELL_PX;
  const put = (channel: number, xNm: number, yNm: number, value: number) => {
    // in cells, measured from the centre of the first; y points up, rows run down
    const [x, y] = [(columns - 1) / 2 + xNm / cellNm, (rows - 1) / 2 - yNm / cellNm];
    const [left, top] = [Math.floor(x), Math.floor(y)];
    for (const [column, row] of [
      [left, top],
      [left + 1, top],
      [left, top + 1],
      [left + 1, top + 1],
    ]) {
      if (column < 0 || row < 0 || column >= columns || row >= rows) continue;
      const weight = (1 - Math.abs(x - column)) * (1 - Math.abs(y - row));
      counts[(channel * rows + row) * columns + column] += weight * value;
    }
  };
  for (let i = 0; i < particleCount; i++) {
    const [x, y, radius, material] = [centersNm[3 * i], centersNm[3 * i + 1], radiiNm[i], materialIndices[i]];
    put(COUNT + material, x, y, 1);
    put(RADII + material, x, y, radius);
    put(SQUARES + material, x, y, radius * radius);
  }
  const { first, second, contactCount } = findContacts(aggregate, CONTACT_TOLERANCE);
  for (let k = 0; k < contactCount; k++) {
    const [a, b] = [first[k], second[k]];
    const share = radiiNm[a] / (radiiNm[a] + radiiNm[b]);
    const [x, y] = [0, 1].map(
      (axis) => centersNm[3 * a + axis] + share * (centersNm[3 * b + axis] - centersNm[3 * a + axis]),
    );
    put(CONTACTS + materialIndices[a] + materialIndices[b], x, y, 1);
  }
  return counts;
}

function checkCells({ widthPx, heightPx }: CountField): void {
  if (widthPx % COUNT_CELL_PX === 0 && heightPx % COUNT_CELL_PX === 0) return;
  throw rangeError(
    { action: "count particles in cells" },
    `the image must be a multiple of ${COUNT_CELL_PX} px wide and high`,
    `${widthPx} x ${heightPx} px`,
  );
}
