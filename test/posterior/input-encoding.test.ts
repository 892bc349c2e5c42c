import { expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { encodeInputInto, toInputScale } from "../../src/posterior/index.ts";

const rng = openRandomStream(1);
/** A dark film and a bright particle on a fifth of the image. */
const IMAGE = Float32Array.from({ length: 4096 }, (_, i) =>
  Math.max(0, (i % 5 === 0 ? 0.1 : 0.01) + 0.002 * rng.normal()),
);

function encode(data: Float32Array, scale: "absolute" | "contrast"): Float32Array {
  const image = { width: 64, height: 64, data, pixelSizeNm: 1, intensityUnit: "arbitrary" } as const;
  const input = { scale, center: 0.2, deviation: 0.1 };
  return encodeInputInto(new Float32Array(data.length), toInputScale(image, scale).data, {
    input,
    offset: 0,
  });
}

test("encodeInputInto() on the contrast scale gives the same input for any zero and gain of the detector", () => {
  const recorded = IMAGE.map((value) => 1000 + 37 * value);
  const [own, other] = [encode(IMAGE, "contrast"), encode(recorded, "contrast")];
  own.forEach((value, i) => {
    // single precision of 1000 is 6e-5, 2e-5 of the range 37 x 0.1; the root of the darkest pixels and the division by the
    // deviation make 0.05 of that at most
    expect(Math.abs(value - other[i])).toBeLessThan(0.1);
  });
  const mean = own.reduce((sum, value, i) => sum + Math.abs(value - other[i]), 0) / own.length;
  expect(mean).toBeLessThan(2e-3);
});

test("encodeInputInto() on the absolute scale tells a gain from none", () => {
  const [own, other] = [IMAGE, IMAGE.map((value) => 4 * value)].map((image) => encode(image, "absolute"));
  // (2 sqrt(I) - c)/d against (sqrt(I) - c)/d
  expect(other[5] - own[5]).toBeCloseTo(Math.sqrt(IMAGE[5]) / 0.1, 4);
});
