import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { cropSource } from "../../src/segment/train/crop-source.ts";
import { randomCropInto } from "../../src/segment/train/random-crop.ts";

const EDGE = 6;
const [WIDTH, HEIGHT] = [20, 15];
/** Each pixel's value says where it is. */
const places = Float32Array.from({ length: WIDTH * HEIGHT }, (_, i) => i);
/** No two neighbours along either axis have all their classes alike: 3 x + y mod 4. */
const classIds = Uint8Array.from(places, (i) => (3 * (i % WIDTH) + Math.floor(i / WIDTH)) % 4);
const image = { width: WIDTH, height: HEIGHT, image: places, classIds };

describe("cropSource()", () => {
  test("crops image and classes at the same place, every place in its turn, under any symmetry", () => {
    const source = cropSource([image], { edge: EDGE, cropsPerImage: 1, classCount: 4, symmetryCount: 8 });
    const [x, target] = [new Float32Array(EDGE * EDGE), new Float32Array(4 * EDGE * EDGE)];
    const corners = new Set<number>();
    const turns = new Set<number>();
    let areAlike = true;
    for (let draw = 0; draw < 3000; draw++) {
      source.fillInto(openRandomStream(3, draw), 0, x, target);
      const wanted = [0, 1, 2, 3].flatMap((id) => Array.from(x, (place) => (classIds[place] === id ? 1 : 0)));
      areAlike &&= target.every((value, i) => value === wanted[i]);
      corners.add(Math.min(...x));
      turns.add(10 * (x[1] - x[0]) + (x[EDGE] - x[0]));
    }
    expect(areAlike).toBe(true);
    // 15 x 10 places, each missed by 3000 draws with probability (149/150)^3000 = 2e-9
    expect(corners.size).toBe((WIDTH - EDGE + 1) * (HEIGHT - EDGE + 1));
    expect(turns.size).toBe(8);
  });

  test("takes images in turn, so that each gives the same number of crops", () => {
    const other = { ...image, image: places.map((place) => place + 1000) };
    const source = cropSource([image, other], { edge: EDGE, cropsPerImage: 3, classCount: 4 });
    const [x, target] = [new Float32Array(EDGE * EDGE), new Float32Array(4 * EDGE * EDGE)];
    const isOther = Array.from({ length: source.count }, (_, i) => {
      source.fillInto(openRandomStream(1, i), i, x, target);
      return x[0] >= 1000;
    });
    expect(isOther).toEqual([false, true, false, true, false, true]);
  });

  test("refuses images smaller than a crop, and none", () => {
    const options = { cropsPerImage: 1, classCount: 2 };
    expect(() => cropSource([image], { edge: 16, ...options })).toThrow(
      "Cannot cut training samples: cropPx must be a whole number from 1 to 15 px, got 16",
    );
    expect(() => cropSource([], { edge: 4, ...options })).toThrow(
      "image count must be a number of at least 1",
    );
  });
});

test("randomCropInto() gives every place and every symmetry of the square", () => {
  const whole = {
    width: WIDTH,
    height: HEIGHT,
    data: places,
    intensityUnit: "arbitrary",
    pixelSizeNm: 1,
  } as const;
  const crop = new Float32Array(EDGE * EDGE);
  const seen = new Set<string>();
  for (let draw = 0; draw < 12_000; draw++) {
    const [first, second] = randomCropInto(openRandomStream(5, draw), whole, EDGE, crop);
    seen.add(`${first} ${second} ${crop[EDGE]}`);
  }
  // 150 places x 8 symmetries, each missed with probability (1199/1200)^12000 = 5e-5: at most some in a thousand
  expect(seen.size).toBeGreaterThan(1190);
});
