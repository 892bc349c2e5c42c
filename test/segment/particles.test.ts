import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { closeMask, distanceMap, openMask, nearestDistances } from "../../src/image/index.ts";
import { measureParticles } from "../../src/segment/particles/measure-particles.ts";
import { tableCsv } from "../../src/report/index.ts";
import { particlesOf, particleTable } from "../../src/segment/index.ts";
import { separateObjects } from "../../src/segment/particles/separate-objects.ts";

const FRAME = { width: 80, height: 60 };

function discs(...list: readonly (readonly [x: number, y: number, radius: number])[]): Uint8Array {
  return Uint8Array.from({ length: FRAME.width * FRAME.height }, (_, i) => {
    const [x, y] = [(i % FRAME.width) + 0.5, Math.floor(i / FRAME.width) + 0.5];
    return list.some(([cx, cy, radius]) => Math.hypot(x - cx, y - cy) <= radius) ? 1 : 0;
  });
}

describe("distanceMap()", () => {
  test("is the brute-force distance for any mask", () => {
    const masks = fc.uint8Array({ minLength: 63, maxLength: 63, max: 1 });
    fc.assert(
      fc.property(masks, (mask) => {
        fc.pre(mask.includes(0));
        const distances = distanceMap(mask, { width: 9, height: 7 });
        for (let i = 0; i < 63; i++) {
          let nearest = Infinity;
          for (let j = 0; j < 63; j++) {
            if (mask[j] !== 0) continue;
            nearest = Math.min(nearest, Math.hypot((i % 9) - (j % 9), Math.floor(i / 9) - Math.floor(j / 9)));
          }
          expect(distances[i]).toBeCloseTo(nearest, 9);
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe("separateObjects()", () => {
  test("parts two discs that overlap by a neck, and leaves one disc and one rod whole", () => {
    const two = separateObjects(discs([25, 30, 12], [45, 30, 12]), { ...FRAME, seedDepthPx: 1 });
    expect(two.objectCount).toBe(2);
    expect(two.objects[30 * 80 + 20]).not.toBe(two.objects[30 * 80 + 50]);
    expect(separateObjects(discs([30, 30, 14]), { ...FRAME, seedDepthPx: 1 }).objectCount).toBe(1);
    const rod = new Uint8Array(80 * 60).fill(1, 20 * 80, 26 * 80);
    expect(separateObjects(rod, { ...FRAME, seedDepthPx: 1 }).objectCount).toBe(1);
  });

  test("separates less with deeper seeds, and covers the mask always", () => {
    const mask = discs([20, 20, 10], [33, 22, 9], [45, 30, 11], [60, 40, 8]);
    const counts = [0.5, 2, 20].map((seedDepthPx) => {
      const { objects, objectCount } = separateObjects(mask, { ...FRAME, seedDepthPx });
      expect(Array.from(objects, (object) => Math.min(1, object))).toEqual([...mask]);
      return objectCount;
    });
    // the first two discs are 9 deep and their neck 6.8 (two circles): seeds must differ by 2.2, to the grid's half pixel
    expect([counts[0], counts[2]]).toEqual([4, 1]);
    expect(counts[1]).toBeLessThanOrEqual(counts[0]);
  });
});

describe("particlesOf()", () => {
  /** Blobs: a sum of a few waves above a level. */
  const blobs = (seed: number) => {
    const rng = openRandomStream(seed, "blobs");
    const waves = Array.from({ length: 8 }, () => [rng.normal() / 4, rng.normal() / 4, 6 * rng.uniform()]);
    return Uint8Array.from({ length: FRAME.width * FRAME.height }, (_, i) => {
      const [x, y] = [i % FRAME.width, Math.floor(i / FRAME.width)];
      return waves.reduce((sum, [u, v, phase]) => sum + Math.sin(u * x + v * y + phase), 0) > 1 ? 1 : 0;
    });
  };

  test("finds object by object what the watershed of the whole image finds", () => {
    for (const seed of [1, 2, 3, 4]) {
      const classIds = blobs(seed);
      const rule = {
        classId: 1,
        separation: "watershed",
        seedDepthPx: 0.5,
        minAreaPx: 4,
        edgeRule: "flag",
      } as const;
      const { particles } = particlesOf(
        openRandomStream(1),
        { name: "blobs", ...FRAME, pixelSizeNm: null, classIds },
        rule,
      );
      const whole = measureParticles(separateObjects(classIds, { ...FRAME, seedDepthPx: 0.5 }), FRAME, 4);
      expect(particles.length).toBeGreaterThan(5);
      expect(particles).toHaveLength(whole.length);
      particles.forEach((particle, i) => {
        for (const [key, value] of Object.entries(whole[i])) {
          // the same pixels: only sums are taken from another corner
          expect(Number(particle[key as keyof typeof particle])).toBeCloseTo(Number(value), 8);
        }
      });
    }
  });
});

test("nearestDistances() are the brute-force ones, for points in a cloud and on a line", () => {
  const rng = openRandomStream(5);
  for (const isLine of [false, true]) {
    const points = Array.from({ length: 200 }, () => ({
      centerXPx: 1000 * rng.uniform() ** 3,
      centerYPx: isLine ? 3 : 400 * rng.uniform(),
    }));
    const distances = nearestDistances(points);
    points.forEach((point, i) => {
      const others = points.filter((_, j) => j !== i);
      const nearest = Math.min(
        ...others.map((other) =>
          Math.hypot(other.centerXPx - point.centerXPx, other.centerYPx - point.centerYPx),
        ),
      );
      expect(distances[i]).toBe(nearest);
    });
  }
  expect(nearestDistances([{ centerXPx: 1, centerYPx: 1 }])).toEqual(Float64Array.of(NaN));
});

describe("measureParticles()", () => {
  test("of a disc gives its area, diameter, Feret diameters and a circularity near 1", () => {
    const mask = discs([40, 30, 20]);
    const [disc] = measureParticles({ objects: mask, objectCount: 1 }, FRAME);
    // a disc on a grid: area to 1 %, lengths to a pixel of 40, Crofton's perimeter to 3 %
    expect(Math.abs(disc.areaPx / (Math.PI * 400) - 1)).toBeLessThan(0.01);
    expect(Math.abs(disc.equivalentDiameterPx - 40)).toBeLessThan(0.3);
    expect(Math.abs(disc.feretPx - 40)).toBeLessThan(1.5);
    expect(Math.abs(disc.minFeretPx - 40)).toBeLessThan(1.5);
    expect(Math.abs(disc.perimeterPx / (2 * Math.PI * 20) - 1)).toBeLessThan(0.03);
    expect(disc.solidity).toBeGreaterThan(0.95);
    expect([disc.centerXPx, disc.centerYPx, disc.isCut]).toEqual([40, 30, false]);
  });

  test("of a rectangle gives exact Feret diameters, axes and orientation", () => {
    const objects = new Uint8Array(80 * 60);
    for (let y = 10; y < 14; y++) objects.fill(1, y * 80 + 5, y * 80 + 35);
    const [bar] = measureParticles({ objects, objectCount: 1 }, FRAME);
    expect(bar.feretPx).toBeCloseTo(Math.hypot(30, 4), 9);
    expect(bar.minFeretPx).toBeCloseTo(4, 9);
    expect(bar.solidity).toBeCloseTo(1, 12);
    // second moment of a uniform side a is a^2/12, the ellipse's axis 4 sqrt(a^2/12)
    expect(bar.majorAxisPx).toBeCloseTo(4 * Math.sqrt(900 / 12), 9);
    expect(bar.minorAxisPx).toBeCloseTo(4 * Math.sqrt(16 / 12), 9);
    expect(bar.orientationDeg).toBeCloseTo(0, 9);
  });

  test("orientation is read upwards: a line from lower left to upper right lies at +45 degrees", () => {
    const objects = new Uint8Array(80 * 60);
    for (let i = 0; i < 20; i++) objects[(40 - i) * 80 + 10 + i] = 1;
    expect(measureParticles({ objects, objectCount: 1 }, FRAME)[0].orientationDeg).toBeCloseTo(45, 9);
  });

  test("nearest neighbours are mutual for a pair, and objects at the border are marked as cut", () => {
    const { objects, objectCount } = separateObjects(discs([20, 20, 6], [50, 20, 6], [79, 50, 8]), {
      ...FRAME,
      seedDepthPx: 1,
    });
    const particles = measureParticles({ objects, objectCount }, FRAME);
    expect(particles.map(({ isCut }) => isCut)).toEqual([false, false, true]);
    expect(particles[0].nearestNeighbourPx).toBeCloseTo(30, 9);
    expect(particles[1].nearestNeighbourPx).toBeCloseTo(30, 9);
  });
});

test("the table has every length in nm and in px, and no nm where the pixel size is not known", () => {
  const classIds = discs([20, 20, 6]);
  const rule = {
    classId: 1,
    separation: "watershed",
    seedDepthPx: 1,
    minAreaPx: 8,
    edgeRule: "exclude",
  } as const;
  const answer = { name: "a", ...FRAME, classIds };
  const known = particlesOf(openRandomStream(1), { ...answer, pixelSizeNm: 2.5 }, rule);
  const [head, row] = tableCsv(particleTable([known]))
    .split("\n")
    .map((line) => line.split(","));
  const value = (name: string) => Number(row[head.indexOf(name)]);
  expect(value("area [nm2]")).toBeCloseTo(value("area [px2]") * 6.25, 6);
  expect(value("Feret diameter [nm]") / value("Feret diameter [px]")).toBeCloseTo(2.5, 4);
  const unknown = particlesOf(openRandomStream(1), { ...answer, pixelSizeNm: null }, rule);
  expect(
    tableCsv(particleTable([unknown]))
      .split("\n")[1]
      .split(",")[head.indexOf("area [nm2]")],
  ).toBe("");
});

test("opening and closing are idempotent, and each other's complement", () => {
  const masks = fc.uint8Array({ minLength: 120, maxLength: 120, max: 1 });
  fc.assert(
    fc.property(masks, fc.constantFrom(1, 1.5, 2), (data, radiusPx) => {
      const mask = { width: 12, height: 10, data };
      const opened = openMask(mask, radiusPx);
      expect(openMask(opened, radiusPx).data).toEqual(opened.data);
      const negative = { ...mask, data: data.map((value) => 1 - value) };
      expect(closeMask(negative, radiusPx).data.map((value) => 1 - value)).toEqual(opened.data);
    }),
  );
});

test("particlesOf() counts no pixel that shows no specimen, and takes what lies beside one for cut", () => {
  const size = { width: 40, height: 20 };
  const inBox = (x0: number, x1: number) => (i: number) => i % 40 >= x0 && i % 40 < x1;
  const fromRow5To15 = (i: number) => i >= 5 * 40 && i < 15 * 40;
  const [left, right, bar] = [inBox(4, 12), inBox(24, 30), inBox(30, 40)];
  const classIds = Uint8Array.from({ length: 800 }, (_, i) =>
    fromRow5To15(i) && (left(i) || right(i)) ? 1 : 0,
  );
  const mask = Uint8Array.from({ length: 800 }, (_, i) => (bar(i) ? 1 : 0));
  const answer = { name: "a", ...size, pixelSizeNm: null, classIds };
  const rule = { classId: 1, separation: "none", seedDepthPx: 1, minAreaPx: 8, edgeRule: "exclude" } as const;
  const whole = particlesOf(openRandomStream(1), answer, rule);
  const masked = particlesOf(openRandomStream(1), { ...answer, mask }, rule);
  // 8 x 10 and 6 x 10 pixels of 40 x 20, of which the bar hides 10 x 20
  expect(whole.areaFraction.value).toBeCloseTo(140 / 800, 12);
  expect(masked.areaFraction.value).toBeCloseTo(140 / 600, 12);
  expect(whole.particles.map(({ isCut }) => isCut)).toEqual([false, false]);
  expect(masked.particles.map(({ isCut }) => isCut)).toEqual([false, true]);
});
