import { describe, expect, test } from "vitest";
import { openRandomStream, type GrayImage } from "../../src/core/index.ts";
import { detectEither } from "../../src/particles/apply/guess-modality.ts";
import { strengthRatio } from "../../src/particles/apply/strength-ratio.ts";
import { greyRange, localContrast } from "../../src/particles/detect/local-contrast.ts";
import { secondProbabilities, withMaterials } from "../../src/particles/fit/assign-materials.ts";

const SIDE = 120;
const plain = { width: SIDE, height: SIDE, intensityUnit: "arbitrary", pixelSizeNm: null } as const;

/** Spheres that scatter with their strength a length, on a dark ground. */
function imageOf(
  spheres: readonly { x: number; y: number; radiusPx: number; strength: number }[],
): GrayImage {
  const rng = openRandomStream(5, "noise");
  const data = Float32Array.from({ length: SIDE * SIDE }, (_, i) => {
    const [u, v] = [(i % SIDE) + 0.5, Math.floor(i / SIDE) + 0.5];
    return spheres.reduce(
      (sum, { x, y, radiusPx, strength }) =>
        sum + strength * 2 * Math.sqrt(Math.max(0, radiusPx ** 2 - (u - x) ** 2 - (v - y) ** 2)),
      0.05 * rng.normal(),
    );
  });
  return { ...plain, data };
}

describe("materials by the fit", () => {
  // sizes differ by more than the materials: brightness alone does not tell them
  const spheres = Array.from({ length: 16 }, (_, k) => ({
    x: 16 + 29 * (k % 4),
    y: 16 + 29 * (k >> 2),
    radiusPx: 5 + 2 * (k % 4),
    strength: k % 3 === 0 ? 0.36 : 0.1,
  }));
  const truth = spheres.map(({ strength }) => strength > 0.2);

  test("spheres of two materials are told apart by what they scatter a length, whatever the detector says", () => {
    const discs = spheres.map(({ x, y, radiusPx }) => ({
      x: x + 0.5,
      y,
      radiusPx: 1.04 * radiusPx,
      source: "detected" as const,
      probability: 0.9,
      secondProbability: 0.2,
    }));
    const told = withMaterials(imageOf(spheres), null, discs, { modality: "haadf", ratio: 3.6 });
    expect(told.map(({ secondProbability }) => (secondProbability ?? NaN) > 0.5)).toEqual(truth);
  });

  test("where all are alike the detector says which material it is", () => {
    const strengths = Array.from({ length: 12 }, (_, k) => 0.02 * k);
    const alike = (vote: number) =>
      secondProbabilities(
        strengths,
        strengths.map(() => vote),
        Math.log(3.6),
      );
    expect(Math.min(...alike(0.9))).toBeGreaterThan(0.5);
    expect(Math.max(...alike(0.1))).toBeLessThan(0.5);
  });

  test("tungsta scatters two to five times as much as titania, in either mode and order", () => {
    for (const modality of ["haadf", "bright-field"] as const) {
      const ratio = strengthRatio(["TiO2-anatase", "WO3"], modality);
      expect(ratio).toBeGreaterThan(2);
      expect(ratio).toBeLessThan(5);
      expect(strengthRatio(["WO3", "TiO2-anatase"], modality)).toBe(ratio);
    }
  });
});

describe("contrast of a disc", () => {
  test("is its height over the ground in shares of the range, also with a neighbour on one side", () => {
    const data = new Float32Array(SIDE * SIDE);
    const put = (x: number, y: number, value: number) => {
      for (let i = 0; i < data.length; i++) {
        if (Math.hypot((i % SIDE) + 0.5 - x, Math.floor(i / SIDE) + 0.5 - y) < 10) data[i] += value;
      }
    };
    put(40, 40, 1);
    put(62, 40, 1);
    put(90, 90, 0.005);
    const range = greyRange({ data }, null);
    expect(range).toBe(1);
    const image = { ...plain, data };
    expect(localContrast(image, { x: 40, y: 40, radiusPx: 10 }, range)).toBeCloseTo(1, 5);
    expect(localContrast(image, { x: 90, y: 90, radiusPx: 10 }, range)).toBeCloseTo(0.005, 5);
    expect(localContrast(image, { x: 40, y: 90, radiusPx: 10 }, range)).toBe(0);
  });
});

describe("detectEither()", () => {
  const disc = { x: 60, y: 60, radiusPx: 8, secondProbability: 0 };
  const opened = (asked: string[]) => (modality: "haadf" | "bright-field") => ({
    detect: async () => {
      asked.push(modality);
      return [{ ...disc, probability: modality === "haadf" ? 0.3 : 0.8 }];
    },
  });

  test("asks one detector where the grey levels are clear, else takes the surer one", async () => {
    const clear: string[] = [];
    const bright = imageOf([{ x: 60, y: 60, radiusPx: 14, strength: 1 }]);
    expect((await detectEither(opened(clear), bright, {})).modality).toBe("haadf");
    expect(clear).toEqual(["haadf"]);
    const both: string[] = [];
    const rng = openRandomStream(2, "full");
    const full = { ...plain, data: Float32Array.from({ length: SIDE * SIDE }, () => rng.normal()) };
    expect((await detectEither(opened(both), full, {})).modality).toBe("bright-field");
    expect(both).toEqual(["haadf", "bright-field"]);
  });
});
