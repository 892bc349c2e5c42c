import { expect, test } from "vitest";
import { findMaterial, openRandomStream } from "../../src/core/index.ts";
import { COUNT_CELL_PX, COUNT_CHANNELS, particleCountMaps } from "../../src/corpus/index.ts";
import {
  drawMicroscopeSettings,
  microscopeSchema,
  prepareMicroscope,
  viewAggregate,
} from "../../src/stem-sim/index.ts";
import { renderHaadf } from "../../src/stem-sim/render-haadf.ts";
import { sphereAggregate, type Sphere } from "../../src/stochastic/aggregate.ts";

const LEVEL = {
  eulerAlphaDeg: 0,
  eulerBetaDeg: 0,
  eulerGammaDeg: 0,
  tiltDeg: 0,
  offsetXNm: 0,
  offsetYNm: 0,
};
const FIELD = { widthPx: 64, heightPx: 32, pixelSizeNm: 0.5 };
const CELLS = (64 / COUNT_CELL_PX) * (32 / COUNT_CELL_PX);

/** A bent chain of three: first, first, second. */
const CHAIN: readonly Sphere[] = [
  { x: -4, y: 0, z: 0, radiusNm: 2, materialIndex: 0 },
  { x: 0, y: 0, z: 0, radiusNm: 2, materialIndex: 0 },
  { x: 0, y: 3, z: 0, radiusNm: 1, materialIndex: 1 },
];

function viewed(view: Partial<typeof LEVEL>) {
  return viewAggregate(sphereAggregate(CHAIN), { ...LEVEL, ...view });
}

function totals(counts: Float32Array): Record<string, number> {
  const sumOf = (channel: number) =>
    counts.subarray(channel * CELLS, (channel + 1) * CELLS).reduce((sum, value) => sum + value, 0);
  return Object.fromEntries(COUNT_CHANNELS.map((name, channel) => [name, sumOf(channel)]));
}

test("particleCountMaps() counts particles, radii and contacts of an aggregate that lies wholly in the image", () => {
  const found = totals(particleCountMaps(sphereAggregate(CHAIN), FIELD));
  const wanted = [2, 1, 4, 1, 8, 1, 1, 1, 0];
  COUNT_CHANNELS.forEach((name, channel) => expect(found[name], name).toBeCloseTo(wanted[channel], 5));
});

test("particleCountMaps() counts the same whichever way the aggregate is turned in the plane", () => {
  const turned = totals(particleCountMaps(viewed({ eulerAlphaDeg: 37 }), FIELD));
  expect(turned["contacts between the materials"]).toBeCloseTo(1, 5);
  expect(turned["radii, first [nm]"]).toBeCloseTo(4, 5);
});

test("particleCountMaps() leaves out what lies outside the image", () => {
  const aside = particleCountMaps(viewed({ offsetXNm: 100 }), FIELD);
  expect(aside.every((value) => value === 0)).toBe(true);
});

test("particleCountMaps() puts a particle into the cell in which its image is brightest", () => {
  const materials = [findMaterial("TiO2-anatase"), findMaterial("WO3")] as const;
  const microscope = microscopeSchema.parse(FIELD);
  const prepared = prepareMicroscope(microscope, materials);
  const settings = { ...drawMicroscopeSettings(openRandomStream(1), microscope), ...LEVEL };
  const one = sphereAggregate([{ x: 0, y: 0, z: 0, radiusNm: 3, materialIndex: 1 }], materials);
  // cells are 2 nm wide and the image 32 x 16 nm: these are centres of cells
  for (const [offsetXNm, offsetYNm] of [
    [7, 3],
    [-9, -5],
  ]) {
    const view = { ...settings, offsetXNm, offsetYNm };
    const { data } = renderHaadf(one, { prepared, settings: view });
    const brightest = data.indexOf(Math.max(...data));
    const [row, column] = [Math.floor(brightest / 64), brightest % 64];
    const cell = Math.floor(row / COUNT_CELL_PX) * 16 + Math.floor(column / COUNT_CELL_PX);
    expect(particleCountMaps(viewAggregate(one, view), FIELD)[CELLS + cell]).toBeCloseTo(1, 5);
  }
});

test("particleCountMaps() refuses an image that cannot be cut into cells", () => {
  expect(() => particleCountMaps(sphereAggregate(CHAIN), { ...FIELD, widthPx: 62 })).toThrow(
    "Cannot count particles in cells: the image must be a multiple of 4 px wide and high, got 62 x 32 px",
  );
});
