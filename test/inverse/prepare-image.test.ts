import jpeg from "jpeg-js";
import { describe, expect, test } from "vitest";
import { openRandomStream, type GrayImage } from "../../src/core/index.ts";
import { prepareImage } from "../../src/inverse/apply/prepare-image.ts";

const SIZE = 96;

/** A bright disc on a dark film, in counts. */
function recorded(change: (count: number) => number = (count) => count): GrayImage {
  const rng = openRandomStream(1, "recorded");
  const data = Float32Array.from({ length: SIZE * SIZE }, (_, i) =>
    change(rng.poisson(Math.hypot((i % SIZE) - 48, Math.floor(i / SIZE) - 48) < 24 ? 160 : 20)),
  );
  return { width: SIZE, height: SIZE, data, intensityUnit: "arbitrary", pixelSizeNm: 1 };
}

function rectangle(x0: number, y0: number, width: number, height: number): Uint8Array {
  return Uint8Array.from({ length: SIZE * SIZE }, (_, i) => {
    const [x, y] = [i % SIZE, Math.floor(i / SIZE)];
    return x >= x0 && x < x0 + width && y >= y0 && y < y0 + height ? 1 : 0;
  });
}

const withMask = (mask: Uint8Array) => {
  const image = recorded();
  return {
    path: "a.tif",
    mask,
    image: { ...image, data: image.data.map((v, i) => (mask[i] === 1 ? 400 : v)) },
  };
};

describe("prepareImage()", () => {
  test("leaves an image without faults as it is", () => {
    const file = { path: "a.tif", image: recorded() };
    expect(prepareImage(file, 1)).toEqual({ ...file, notes: [], doubts: [] });
  });

  test("fills what was drawn over the film, and doubts an answer where the aggregate was drawn over", () => {
    const beside = prepareImage(withMask(rectangle(4, 84, 30, 4)), 1);
    expect(Math.max(...beside.image.data.filter((_, i) => Math.floor(i / SIZE) >= 80))).toBeLessThan(80);
    expect(beside.doubts).toEqual([]);
    expect(prepareImage(withMask(rectangle(40, 40, 20, 6)), 1).doubts).toEqual([
      "something was drawn over the aggregate",
    ]);
    expect(prepareImage(withMask(rectangle(0, 80, 96, 16)), 1).doubts).toEqual([
      "17 % of it were drawn over",
    ]);
  });

  test("replaces hot pixels and says how many", () => {
    const image = recorded();
    for (const at of [500, 5000, 9000]) image.data[at] = 2000;
    expect(prepareImage({ path: "a.tif", image }, 1).notes).toEqual([
      "3 spoiled pixels (hot, dead or hit by an X-ray) replaced by the median round each",
    ]);
  });

  test("replaces hits of 2 x 2 pixels, and what has a rim about it by no means", () => {
    const image = recorded();
    for (const at of [500, 3020, 9000]) for (const k of [0, 1, SIZE, SIZE + 1]) image.data[at + k] = 900;
    expect(prepareImage({ path: "a.tif", image }, 1).notes?.join()).toMatch(/^1[12] spoiled pixels/);
    // the same as a lens shows it: half of it beside it
    for (const at of [500, 3020, 9000]) {
      for (let k = -SIZE; k <= 2 * SIZE; k += SIZE)
        for (let x = -1; x <= 2; x++) image.data[at + k + x] += 450;
    }
    expect(prepareImage({ path: "a.tif", image }, 1).notes).toEqual([]);
  });

  test("takes one in fifty pixels at the ends of the range for spoiled, not for a saturated detector", () => {
    const image = recorded();
    for (let at = 211; at < image.data.length; at += 83) image.data[at] = 400;
    expect(prepareImage({ path: "a.tif", image }, 1).notes?.join()).toMatch(/^1\d\d spoiled pixels/);
  });

  test("refuses colour, whose luma is no intensity", () => {
    expect(() => prepareImage({ path: "a.png", image: recorded(), colourShare: 0.6 }, 1)).toThrow(
      "Cannot invert: image must be grey, got colour in 60 % of its pixels (a.png); take the micrograph itself",
    );
  });

  test("doubts an answer where the noise of the dark half was rounded away, as by a gamma of 2 in 8 bits", () => {
    const squared = prepareImage(
      { path: "a.tif", image: recorded((count) => Math.round((255 * count ** 2) / 600 ** 2)) },
      1,
    );
    expect(squared.doubts).toEqual([
      "the darker half of it has one grey level: a gamma was applied, or its noise was rounded away or cut off",
    ]);
  });

  test.each([
    ["the square root of its counts", recorded(Math.sqrt), "the noise must grow with the signal"],
    ["a bright field", recorded((count) => 400 - count), "the image must be a dark-field one"],
  ])("refuses %s by what it does to the image", (_, image, message) => {
    expect(() => prepareImage({ path: "a.tif", image }, 1)).toThrow(message);
    expect(() => prepareImage({ path: "a.tif", image }, 1)).toThrow(/\(a\.tif\); /);
  });

  test("refuses blocks of JPEG at the network's pixels, and looks for no spoiled pixels in them at half of these", () => {
    const image = recorded();
    const bytes = new Uint8Array(4 * SIZE * SIZE).fill(255);
    image.data.forEach((value, i) => bytes.fill(Math.min(255, value), 4 * i, 4 * i + 3));
    const decoded = jpeg.decode(jpeg.encode({ width: SIZE, height: SIZE, data: bytes }, 75).data, {
      useTArray: true,
    });
    const compressed = { ...image, data: image.data.map((_, i) => decoded.data[4 * i]) };
    expect(() => prepareImage({ path: "a.jpg", image: compressed }, 1)).toThrow(
      /blocks of JPEG that lack \d+ % of it/,
    );
    const { image: same, notes } = prepareImage({ path: "a.jpg", image: compressed }, 2);
    expect(same).toBe(compressed);
    expect(notes?.join()).toMatch(/blocks of JPEG that lack \d+ % of its fine detail: spoiled pixels/);
  });

  test("refuses a picture that is drawn over as a whole", () => {
    expect(() => prepareImage(withMask(rectangle(0, 0, SIZE, SIZE)), 1)).toThrow(
      "some pixels must show specimen",
    );
  });
});
