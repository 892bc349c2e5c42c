import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { boxMean, gaussianBlur } from "../../src/image/index.ts";

const SIZE = { width: 31, height: 23 };
const MIDDLE = 11 * SIZE.width + 15;
const COUNT = SIZE.width * SIZE.height;
const total = (data: Float64Array) => data.reduce((sum, value) => sum + value, 0);
const spot = (place: number) => new Float64Array(COUNT).fill(1, place, place + 1);

describe("gaussianBlur()", () => {
  test("spreads a spot by its variance along either axis and loses nothing", () => {
    const sigmaPx = 1.3;
    const blurred = gaussianBlur(spot(MIDDLE), SIZE, sigmaPx, { reachPx: 9 });
    let [across, down] = [0, 0];
    blurred.forEach((value, i) => {
      across += value * ((i % SIZE.width) - 15) ** 2;
      down += value * (Math.floor(i / SIZE.width) - 11) ** 2;
    });
    expect(total(blurred)).toBeCloseTo(1, 12);
    // the sampled kernel's variance differs from sigma^2 by less than exp(-2 pi^2 sigma^2), its cut at 7 sigma by less
    expect(across).toBeCloseTo(sigmaPx ** 2, 9);
    expect(down).toBeCloseTo(sigmaPx ** 2, 9);
  });

  test("keeps a constant where the border goes on, and darkens towards a border of zero", () => {
    const flat = new Float64Array(COUNT).fill(2);
    for (const border of ["edge", "periodic"] as const) {
      for (const value of gaussianBlur(flat, SIZE, 2, { border })) expect(value).toBeCloseTo(2, 12);
    }
    const darker = gaussianBlur(flat, SIZE, 2, { border: "zero" });
    expect(darker[MIDDLE]).toBeCloseTo(2, 12);
    // half of the middle weight lies inside, and half of the rest: (1 + w0) / 2 along the side, both ways at the corner
    expect(darker[0]).toBeCloseTo(2 * ((1 + kernelMiddle(2)) / 2) ** 2, 12);
  });

  test("lets a periodic image go round the border as if it had none", () => {
    const atCorner = gaussianBlur(spot(0), SIZE, 1.5, { border: "periodic" });
    const inMiddle = gaussianBlur(spot(MIDDLE), SIZE, 1.5, { border: "periodic" });
    for (let i = 0; i < COUNT; i++) {
      const x = ((i % SIZE.width) + 15) % SIZE.width;
      const y = (Math.floor(i / SIZE.width) + 11) % SIZE.height;
      expect(atCorner[i]).toBeCloseTo(inMiddle[y * SIZE.width + x], 14);
    }
  });

  test("has the precision of what it is given, and leaves an image alone below a twentieth of a pixel", () => {
    const data = Float32Array.of(0, 1, 0);
    const size = { width: 3, height: 1 };
    expect(gaussianBlur(data, size, 1)).toBeInstanceOf(Float32Array);
    expect(gaussianBlur(data, size, 0.01)).toEqual(data);
  });
});

/** Middle weight of a Gaussian kernel that is cut at three standard deviations. */
function kernelMiddle(sigmaPx: number): number {
  const reach = Math.ceil(3 * sigmaPx);
  let sum = 0;
  for (let k = -reach; k <= reach; k++) sum += Math.exp(-(k ** 2) / (2 * sigmaPx ** 2));
  return 1 / sum;
}

test("boxMean() is the brute-force mean over squares, at the border of what there is or with the edge repeated", () => {
  const image = fc.record({
    data: fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 35, maxLength: 35 }),
    reach: fc.integer({ min: 0, max: 3 }),
  });
  fc.assert(
    fc.property(image, ({ data, reach }) => {
      const size = { width: 7, height: 5 };
      const pixels = { ...size, data: Float32Array.from(data) };
      const [edge, inside] = [
        boxMean(pixels, 2 * reach + 1, "edge"),
        boxMean(pixels, 2 * reach + 1, "inside"),
      ];
      for (let i = 0; i < 35; i++) {
        const squares: [number, number] = [0, 0];
        let count = 0;
        for (let dy = -reach; dy <= reach; dy++) {
          for (let dx = -reach; dx <= reach; dx++) {
            const [x, y] = [(i % 7) + dx, Math.floor(i / 7) + dy];
            const clamped = Math.min(4, Math.max(0, y)) * 7 + Math.min(6, Math.max(0, x));
            squares[0] += data[clamped];
            if (x < 0 || y < 0 || x > 6 || y > 4) continue;
            squares[1] += data[clamped];
            count++;
          }
        }
        // sums of 49 bytes are exact in single precision; only the division rounds
        expect(edge[i]).toBe(Math.fround(squares[0] / (2 * reach + 1) ** 2));
        expect(inside[i]).toBe(Math.fround(squares[1] / count));
      }
    }),
  );
});
