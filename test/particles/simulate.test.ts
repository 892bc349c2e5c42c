import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { drawScene } from "../../src/particles/simulate/draw-scene.ts";
import type { SceneSettings } from "../../src/particles/simulate/draw-scene.ts";
import { widePrior } from "../../src/particles/simulate/draw-bodies.ts";
import { drawShape, OUTLINE_COUNT, SPHERES, SPHERE_SHAPE } from "../../src/particles/simulate/body.ts";
import type { Body } from "../../src/particles/simulate/body.ts";
import { projectBodies } from "../../src/particles/simulate/project-bodies.ts";
import { cutOut, drawFields, fieldImage, fieldSource } from "../../src/particles/train/scene-source.ts";
import { STRIDE_PX, TARGET, TARGET_CHANNELS } from "../../src/particles/detect/answer-grid.ts";

const SIDE = 64;
const SETTINGS: SceneSettings = {
  side: SIDE,
  radiusPx: [3.5, 45],
  aggregateShare: 0.6,
  supportedShare: 0.28,
  twoMaterialShare: 0.35,
  shapes: { elongation: 0.22, waviness: 0.07, facetedShare: 0.6 },
  growth: widePrior(),
};

function ball(x: number, y: number, z: number, radiusPx: number, materialIndex = 0): Body {
  return { ...SPHERE_SHAPE, x, y, z, radiusPx, materialIndex, isWanted: true };
}

const sum = (values: Float32Array) => values.reduce((total, value) => total + value, 0);

describe("projectBodies()", () => {
  test("a ball is as thick at its centre as its diameter, and has its volume", () => {
    const thicknessesPx = projectBodies([ball(32.5, 32.5, 0, 14)], SIDE);
    expect(thicknessesPx[0][32 * SIDE + 32]).toBeCloseTo(28, 4);
    // sums over pixel centres instead of integrals: 1 % at this radius
    expect(Math.abs(sum(thicknessesPx[0]) / ((4 / 3) * Math.PI * 14 ** 3) - 1)).toBeLessThan(0.01);
  });

  test("balls that overlap along the beam count once, balls behind each other twice", () => {
    const volume = (bodies: readonly Body[]) => sum(projectBodies(bodies, SIDE)[0]);
    const one = volume([ball(32, 32, 0, 10)]);
    expect(volume([ball(32, 32, 0, 10), ball(32, 32, 0, 10)])).toBeCloseTo(one, 2);
    expect(volume([ball(32, 32, 0, 10), ball(32, 32, 30, 10)])).toBeCloseTo(2 * one, 2);
  });

  test("what two materials share is given to one of them", () => {
    const thicknessesPx = projectBodies([ball(32.5, 32.5, 0, 10, 0), ball(32.5, 32.5, 10, 10, 1)], SIDE);
    const at = 32 * SIDE + 32;
    expect(thicknessesPx[0][at] + thicknessesPx[1][at]).toBeCloseTo(30, 4);
    expect(thicknessesPx[0][at]).toBeCloseTo(20, 4);
  });
});

describe("drawShape()", () => {
  test("whatever the settings, the outline keeps the area of the circle", () => {
    const settings = { elongation: 0.3, waviness: 0.1, facetedShare: 0.5 };
    for (let i = 0; i < 20; i++) {
      const { outline } = drawShape(openRandomStream(1, "shape", i), settings);
      const square = outline.reduce((total, radius) => total + radius ** 2, 0) / OUTLINE_COUNT;
      expect(Math.abs(square - 1)).toBeLessThan(1e-12);
    }
  });

  test("zeros gives spheres", () => {
    expect(drawShape(openRandomStream(1), SPHERES)).toEqual(SPHERE_SHAPE);
  });
});

describe("drawScene()", () => {
  test("a scene depends on its stream alone, and its particles on a support lie on it", () => {
    const settings = { ...SETTINGS, aggregateShare: 0, supportedShare: 1 };
    const first = drawScene(openRandomStream(4, "scene"), settings);
    expect(drawScene(openRandomStream(4, "scene"), settings)).toEqual(first);
    expect(first.kind).toBe("supported");
  });

  test("the shares of kinds are those of the settings", () => {
    const kinds = Array.from({ length: 80 }, (_, i) => drawScene(openRandomStream(2, i), SETTINGS).kind);
    const share = kinds.filter((kind) => kind === "aggregate").length / kinds.length;
    // three standard errors of a share of 0.6 from 80 draws
    expect(Math.abs(share - SETTINGS.aggregateShare)).toBeLessThan(0.17);
  });
});

describe("fieldSource()", () => {
  const particle = { x: 11, y: 30, radiusPx: 5, materialIndex: 1, isSeen: true, ownShare: 1 };
  /** One bright pixel at the particle's centre, in a field of 40 px of which 32 are kept. */
  const drawImage = () => {
    const image = new Float32Array(40 * 40);
    image[30 * 40 + 11] = 1;
    return { side: 40, image, particles: [{ ...particle, x: 11.5, y: 30.5 }], pixelSizeNm: 1 };
  };

  test("cutOut() keeps the middle and moves the particles with it", () => {
    const { image, particles } = cutOut(drawImage(), 32);
    expect(image[26 * 32 + 7]).toBe(1);
    expect([particles[0].x, particles[0].y]).toEqual([7.5, 26.5]);
  });

  test("whatever part, magnification and symmetry, the centre of the target lies on the bright pixel", async () => {
    const fields = await drawFields(openRandomStream(1), drawImage, { edgePx: 32, count: 1 });
    expect(Math.max(...fieldImage(fields[0], "haadf").data)).toBeCloseTo(15, 3);
    const source = fieldSource(fields, { cropPx: 32, isChanged: true });
    const cells = 32 / STRIDE_PX;
    const places = new Set<string>();
    for (let i = 0; i < 80; i++) {
      const [x, target] = [new Float32Array(32 * 32), new Float32Array(TARGET_CHANNELS * cells * cells)];
      source.fillInto(openRandomStream(1, i), 0, x, target);
      const plane = (channel: number) =>
        target.subarray(channel * cells * cells, (channel + 1) * cells * cells);
      const centre = plane(TARGET.isCentre).indexOf(1);
      if (centre < 0) continue; // in a blank rectangle, or cut off
      const brightest = x.indexOf(Math.max(...x));
      const [column, row] = [brightest % 32, Math.floor(brightest / 32)];
      const shown = [TARGET.shiftX, TARGET.shiftY].map((channel, axis) => {
        const cell = axis === 0 ? centre % cells : Math.floor(centre / cells);
        return (cell + 0.5 + plane(channel)[centre]) * STRIDE_PX;
      });
      // the brightest pixel: half the diagonal of one enlarged twice, and half a pixel of the sample
      expect(Math.hypot(shown[0] - column - 0.5, shown[1] - row - 0.5)).toBeLessThan(2);
      places.add(`${column} ${row}`);
    }
    expect(places.size).toBeGreaterThan(8);
  });
});
