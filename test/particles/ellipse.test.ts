import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { fieldSource } from "../../src/particles/train/scene-source.ts";
import { TARGET, TARGET_CHANNELS } from "../../src/particles/detect/answer-grid.ts";
import { drawShape, outlineElongation } from "../../src/particles/simulate/body.ts";
import { axesOf, elongationOfMoments, reachOf, rowSpanOf } from "../../src/particles/simulate/ellipse.ts";
import { outlinedDisc, outlinedParticle, outlineOverlap } from "../../src/particles/score/match-discs.ts";

const SIZE = { width: 200, height: 160 };
/** An ellipse of semi-axes 40 and 20 whose long axis lies 30 degrees from x towards y. */
const HALF = Math.log(2) / 2;
const ELLIPSE = {
  x: 100.5,
  y: 80.5,
  radiusPx: Math.sqrt(40 * 20),
  elongation: [HALF * Math.cos(Math.PI / 3), HALF * Math.sin(Math.PI / 3)] as const,
};

/** Its pixels by the equation of the ellipse in its own axes. */
function pixelsOfEllipse(): Uint8Array {
  const [c, s] = [Math.cos(Math.PI / 6), Math.sin(Math.PI / 6)];
  return Uint8Array.from({ length: SIZE.width * SIZE.height }, (_, i) => {
    const [dx, dy] = [(i % SIZE.width) + 0.5 - ELLIPSE.x, Math.floor(i / SIZE.width) + 0.5 - ELLIPSE.y];
    return Number(((c * dx + s * dy) / 40) ** 2 + ((c * dy - s * dx) / 20) ** 2 <= 1);
  });
}

describe("ellipses", () => {
  test("axes and direction follow from radius and elongation", () => {
    const { long, short, direction } = axesOf(ELLIPSE);
    expect([long, short]).toEqual([expect.closeTo(40, 9), expect.closeTo(20, 9)]);
    expect(direction).toBeCloseTo(Math.PI / 6, 12);
    expect(reachOf(ELLIPSE)[0]).toBeCloseTo(
      Math.hypot(40 * Math.cos(Math.PI / 6), 20 * Math.sin(Math.PI / 6)),
      9,
    );
  });

  test("a drawn mask gives the ellipse back", () => {
    const outline = outlinedParticle(pixelsOfEllipse(), SIZE);
    if (outline === null) throw new Error("wanted an outline");
    const disc = outlinedDisc(outline);
    expect([disc.x, disc.y]).toEqual([expect.closeTo(100.5, 1), expect.closeTo(80.5, 1)]);
    expect(disc.radiusPx / ELLIPSE.radiusPx).toBeCloseTo(1, 2);
    expect(disc.elongation?.[0]).toBeCloseTo(ELLIPSE.elongation[0], 2);
    expect(disc.elongation?.[1]).toBeCloseTo(ELLIPSE.elongation[1], 2);
    expect(outlineOverlap(outline, ELLIPSE, SIZE)).toBeGreaterThan(0.99);
    // a circle of its area and place shares less: 0.46 of the union by integration of the two curves
    expect(outlineOverlap(outline, { ...ELLIPSE, elongation: undefined }, SIZE)).toBeLessThan(0.7);
  });

  test("a row enters and leaves where the equation says", () => {
    const span = rowSpanOf(ELLIPSE)(80.5);
    const inside = pixelsOfEllipse().subarray(80 * SIZE.width, 81 * SIZE.width);
    expect(Math.ceil((span?.[0] ?? 0) - 0.5)).toBe(inside.indexOf(1));
    expect(Math.floor((span?.[1] ?? 0) - 0.5)).toBe(inside.lastIndexOf(1));
    expect(rowSpanOf(ELLIPSE)(200)).toBeNull();
  });

  test("moments of a disc give no elongation", () => expect(elongationOfMoments(3, 3, 0)).toEqual([0, 0]));

  test("bodies are as long as their outlines", () => {
    const rng = openRandomStream(4);
    const shape = drawShape(rng, { elongation: 0.5, waviness: 0, facetedShare: 0 });
    const { long, short } = axesOf({ radiusPx: 1, elongation: outlineElongation(shape) });
    expect(long / short).toBeCloseTo(Math.max(...shape.outline) / Math.min(...shape.outline), 1);
  });

  test("a sample that is turned has its ellipses turned with it", () => {
    const edge = 64;
    const particle = {
      x: 32,
      y: 32,
      radiusPx: 8,
      elongation: [0.2, 0.1] as const,
      materialIndex: null,
      isSeen: true,
      ownShare: 1,
    };
    const source = fieldSource(
      [{ edgePx: edge, image: new Int16Array(edge * edge), particles: [particle] }],
      {
        cropPx: edge,
        isChanged: true,
      },
    );
    const cells = edge / 4;
    const seen = new Set<string>();
    for (let i = 0; i < 40; i++) {
      const [x, target] = [new Float32Array(edge * edge), new Float32Array(TARGET_CHANNELS * cells * cells)];
      source.fillInto(openRandomStream(i), 0, x, target);
      const at = target
        .subarray(TARGET.isCentre * cells * cells, (TARGET.isCentre + 1) * cells * cells)
        .indexOf(1);
      if (at < 0) continue;
      const [a, b] = [TARGET.elongationAlong, TARGET.elongationAcross].map(
        (c) => target[c * cells * cells + at],
      );
      expect(Math.abs(a)).toBeCloseTo(0.2, 6);
      expect(Math.abs(b)).toBeCloseTo(0.1, 6);
      seen.add(`${Math.sign(a)} ${Math.sign(b)}`);
    }
    expect(seen.size).toBe(4);
  });
});
