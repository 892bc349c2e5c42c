import { describe, expect, it } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import {
  drawMicroscopeSettings,
  microscopeSchema,
  prepareMicroscope,
  simulateExposures,
} from "../../src/stem-sim/index.ts";
import { sphereAggregate } from "../../src/stochastic/aggregate.ts";

const ONE = sphereAggregate([{ x: 0, y: 0, z: 0, radiusNm: 12, materialIndex: 1 }]);
const MICROSCOPE = microscopeSchema.parse({
  widthPx: 64,
  heightPx: 64,
  pixelSizeNm: 0.5,
  probeFwhmNm: 0,
  film: "none",
  electronsPerPixel: 1e6,
  tiltDeg: { uniform: [-80, 80] },
  particles: { share: 1, elongation: 0.3, facetedShare: 0 },
});

const differenceOf = (first: ArrayLike<number>, second: ArrayLike<number>) =>
  Array.from(first, (value, i) => Math.abs(value - second[i])).reduce((a, b) => a + b) /
  Array.from(first).reduce((a, b) => a + b);

describe("simulateExposures()", () => {
  it("shows the same particle again, turned with the holder and shifted with the stage", async () => {
    const prepared = prepareMicroscope(MICROSCOPE, ONE.materials);
    const settings = {
      ...drawMicroscopeSettings(openRandomStream(1), MICROSCOPE),
      tiltDeg: 0,
      orientationSpread: 0,
    };
    const images = await simulateExposures(openRandomStream(4), { aggregate: ONE, prepared }, [
      settings,
      { ...settings, offsetXNm: 2 },
      { ...settings, tiltDeg: 60 },
    ]);
    const [still, shifted, tilted] = images.map(({ data }) => data);
    // four pixels to the right is the same image
    const back = still.map((_, i) => (i % 64 < 60 ? shifted[i + 4] : shifted[i]));
    expect(differenceOf(still, back)).toBeLessThan(0.02);
    // an ellipsoid looks another way from the side
    expect(differenceOf(still, tilted)).toBeGreaterThan(0.05);
  });
});
