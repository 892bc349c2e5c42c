import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { gaussianBlur } from "../../src/image/index.ts";
import { explainImage } from "../../src/particles/index.ts";
import { softChordInto, softReachPx } from "../../src/particles/fit/soft-chord.ts";
import { SPHERE_SHAPE } from "../../src/particles/simulate/body.ts";
import { projectBodies } from "../../src/particles/simulate/project-bodies.ts";

const SIDE = 96;
const TRUTH = [
  { x: 30, y: 40, radiusPx: 10 },
  { x: 45, y: 43, radiusPx: 9 },
  { x: 41, y: 56, radiusPx: 8 },
  { x: 75, y: 70, radiusPx: 11 },
];

/** A bright-field image of balls above each other, by the projector of the training images and a Gaussian. */
function imageOf(noise: number) {
  const bodies = TRUTH.map((disc, i) => ({
    ...SPHERE_SHAPE,
    ...disc,
    z: 40 * i,
    materialIndex: 0,
    isWanted: true,
  }));
  const thicknessesPx = projectBodies(bodies, SIDE);
  const rng = openRandomStream(11, "fit");
  const soft = gaussianBlur(thicknessesPx[0], { width: SIDE, height: SIDE }, 0.7);
  const data = soft.map(
    (thickness, i) =>
      200 * (1 + 0.002 * (i % SIDE)) * Math.exp(-0.02 * thickness) + 200 * noise * rng.normal(),
  );
  return { width: SIDE, height: SIDE, data, intensityUnit: "arbitrary", pixelSizeNm: null } as const;
}

/** What a detector might have found: displaced and mis-sized by a tenth. */
const found = (extra: readonly (typeof TRUTH)[number][] = []) => ({
  name: "balls",
  width: SIDE,
  height: SIDE,
  pixelSizeNm: null,
  pixelSizeSource: null,
  countWithHidden: null,
  sizeRatio: null,
  isCorrected: false,
  modality: "bright-field" as const,
  particles: [
    ...TRUTH.map(({ x, y, radiusPx }, i) => ({
      x: x + (i % 2 ? 1 : -1),
      y: y - 0.8,
      radiusPx: radiusPx * (i % 2 ? 1.12 : 0.9),
    })),
    ...extra,
  ].map((disc, i) => ({
    ...disc,
    number: i + 1,
    material: null,
    isCut: false,
    probability: 0.5,
    source: "detected" as const,
    secondProbability: 0.5,
  })),
});

describe("softChordInto()", () => {
  const chordOf = (square: number, radius: number) => ({
    ...softChordInto({ value: 0, bySquare: 0, byLogRadius: 0 }, square, radius, 0.7),
  });

  test("far inside it is the chord, at the reach it is nothing", () => {
    expect(chordOf(0, 20).value).toBeCloseTo(40, 1);
    expect(chordOf(softReachPx(20, 0.7) ** 2, 20).value).toBeLessThan(0.2);
  });

  test("its derivatives are those of central differences", () => {
    for (const square of [0, 40, 90, 100, 108, 130]) {
      const [step, radius] = [1e-5, 10];
      const { bySquare, byLogRadius } = chordOf(square, radius);
      const across =
        (chordOf(square + step, radius).value - chordOf(square - step, radius).value) / (2 * step);
      const along =
        (chordOf(square, radius * Math.exp(step)).value - chordOf(square, radius * Math.exp(-step)).value) /
        (2 * step);
      // differences of double precision over 2e-5
      expect(Math.abs(-across - bySquare)).toBeLessThan(1e-7);
      expect(Math.abs(along - byLogRadius)).toBeLessThan(1e-6);
    }
  });
});

describe("explainImage()", () => {
  test("balls that were found a tenth wrong are refined to a fiftieth of the radius, and explain the image", () => {
    const result = explainImage(imageOf(0.01), null, found());
    expect(result?.explained).toBeGreaterThan(0.97);
    TRUTH.forEach(({ x, y, radiusPx }, i) => {
      const one = result?.particles[i];
      expect(Math.hypot((one?.x ?? NaN) - x, (one?.y ?? NaN) - y)).toBeLessThan(0.25);
      expect(Math.abs((one?.radiusPx ?? NaN) / radiusPx - 1)).toBeLessThan(0.02);
    });
  });

  test("standard errors grow with the noise and cover the errors", () => {
    const [calm, loud] = [0.01, 0.04].map((noise) => explainImage(imageOf(noise), null, found()));
    const errorOf = (result: typeof calm) => result?.particles[3].errorPx.radius ?? NaN;
    // 2 % of the radius for the shape of the rim, which the noise does not tell of; the noise is four times as large; edges and priors take their share
    expect(errorOf(loud) / errorOf(calm)).toBeGreaterThan(2);
    expect(Math.abs((loud?.particles[3].radiusPx ?? NaN) - 11)).toBeLessThan(0.02 * 11 + 4 * errorOf(loud));
  });

  describe("chi-square", () => {
    /** Counted electrons of the same balls. */
    const counted = (electrons: number) => {
      const rng = openRandomStream(12, "counted");
      const { data } = imageOf(0);
      return { ...imageOf(0), data: data.map((value) => rng.poisson((value * electrons) / 200)) };
    };
    const asked = (image: ReturnType<typeof imageOf>) => {
      const result = explainImage(image, null, found());
      return { chiSquare: result?.reducedChiSquare ?? null, ...result?.noise };
    };

    test("is 1 where the model explains the image to the electrons that were counted", () => {
      const image = { ...counted(400), intensityUnit: "electrons per pixel" as const };
      const result = explainImage(image, null, found());
      expect(result?.noise).toEqual({ from: "electrons", varianceRatio: 1, word: "electrons counted" });
      // 9,196 degrees of freedom: 0.015 by chance; the shape of the rims adds a little
      expect(Math.abs((result?.reducedChiSquare ?? NaN) - 1)).toBeLessThan(0.1);
    });

    test("is that of the differences of neighbours where nobody counted electrons", () => {
      const { chiSquare, word } = asked(counted(400) as ReturnType<typeof imageOf>);
      expect(word).toBe("differences of neighbouring pixels");
      // matter is noisier than the ground in -ln I, and both count alike
      expect(Math.abs((chiSquare ?? NaN) - 1)).toBeLessThan(0.4);
    });

    test("is not given where the image does not tell its noise, and the word says why, saturated first", () => {
      const image = imageOf(0.01);
      const size = { width: SIDE, height: SIDE };
      const low = 0.85 * 200;
      const clipped = { ...image, data: image.data.map((value) => Math.max(low, value)) };
      expect(asked(clipped)).toMatchObject({ chiSquare: null, from: null });
      expect(asked(clipped).word).toMatch(/^saturated: \d+ % of the pixels are at the end of the range$/);
      const smooth = { ...image, data: gaussianBlur(image.data, size, 0.8) };
      expect(asked(smooth).chiSquare).toBeNull();
      expect(asked(smooth).word).toMatch(/^shared: the noise of neighbouring pixels correlates by 0\.\d\d/);
      const rounded = { ...image, data: imageOf(0.0001).data.map((value) => Math.round(value / 40) * 40) };
      expect(asked(rounded)).toMatchObject({ chiSquare: null, from: null });
    });
  });

  test("a particle where nothing is does not stay", () => {
    const result = explainImage(imageOf(0.01), null, found([{ x: 75, y: 20, radiusPx: 9 }]));
    expect(result?.droppedCount).toBe(1);
    expect(result?.particles.length).toBe(4);
  });
});
