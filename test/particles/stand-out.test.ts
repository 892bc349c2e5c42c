import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import type { GrayImage } from "../../src/core/index.ts";
import { gaussianBlur } from "../../src/image/index.ts";
import { standingOut } from "../../src/particles/apply/stand-out.ts";
import { localContrast } from "../../src/particles/detect/local-contrast.ts";
import { balls, DISCS, SIDE } from "../helpers/bright-discs.ts";

const imageOf = (data: Float32Array, side: number): GrayImage => ({
  width: side,
  height: side,
  data,
  intensityUnit: "arbitrary",
  pixelSizeNm: null,
});

/** The clearest discs of an image that do not overlap: what a detector finds where nothing is. */
function clearest(image: GrayImage, radiusPx: number, count: number) {
  const places = Array.from({ length: (image.width / 2 - 10) ** 2 }, (_, i) => {
    const columns = image.width / 2 - 10;
    return { x: 10 + 2 * (i % columns), y: 10 + 2 * Math.floor(i / columns), radiusPx };
  });
  const sorted = places
    .map((disc) => ({ disc, contrast: localContrast(image, disc, 1) }))
    .sort((a, b) => b.contrast - a.contrast);
  const kept: (typeof places)[number][] = [];
  for (const { disc } of sorted) {
    if (kept.length === count) break;
    if (kept.every((other) => Math.hypot(other.x - disc.x, other.y - disc.y) > 3 * radiusPx)) kept.push(disc);
  }
  return kept;
}

describe("standingOut()", () => {
  const side = 256;
  const noise = openRandomStream(3, "noise").fillNormal(new Float64Array(side * side));

  test("the clearest lumps of white noise stand out by less than six standard deviations", () => {
    const white = imageOf(Float32Array.from(noise), side);
    const standing = standingOut(white, null, clearest(white, 4, 12), "haadf");
    expect(standing).toBeGreaterThan(1);
    expect(standing).toBeLessThan(6);
  });

  test("is not known on a ground that is uneven by more than its noise: metal may lie on it", () => {
    const soft = gaussianBlur(Float32Array.from(noise), { width: side, height: side }, 3);
    const film = imageOf(
      soft.map((value, i) => 10 * value + 0.3 * noise[i]),
      side,
    );
    expect(standingOut(film, null, clearest(film, 4, 12), "haadf")).toBeNull();
  });

  test("balls on noise stand out by more than six, bright ones in HAADF and dark ones in bright field", () => {
    const data = balls(DISCS, 3);
    expect(standingOut(imageOf(data, SIDE), null, DISCS, "haadf")).toBeGreaterThan(6);
    const dark = imageOf(
      data.map((value) => -value),
      SIDE,
    );
    expect(standingOut(dark, null, DISCS, "bright-field")).toBeGreaterThan(6);
    expect(standingOut(dark, null, DISCS, "haadf")).toBeLessThan(0);
  });

  test("is not known where particles leave no ground to compare with, nor of none", () => {
    const image = imageOf(balls(DISCS, 3), SIDE);
    const all = [{ x: 64, y: 64, radiusPx: 90 }];
    expect(standingOut(image, null, all, "haadf")).toBeNull();
    expect(standingOut(image, null, [], "haadf")).toBeNull();
  });
});
