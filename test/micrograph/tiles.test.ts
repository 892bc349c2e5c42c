import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { GrayImage } from "../../src/core/index.ts";
import { openRandomStream } from "../../src/core/index.ts";
import { connectedComponents, mapTiles, planTiles } from "../../src/image/index.ts";
import { encodeTiff, frameImage, imageTiles, readMicrograph } from "../../src/micrograph/index.ts";
import { micrographTiles } from "../../src/micrograph/tiles/tile-sources.ts";
import type { TileOperation } from "../../src/image/map-tiles.ts";
import type { TilePlan } from "../../src/image/plan-tiles.ts";
import type { TileSource } from "../../src/image/index.ts";

function noise(width: number, height: number): GrayImage {
  const rng = openRandomStream(8, "tiles", width, height);
  const data = Float32Array.from({ length: width * height }, () => rng.uniform());
  return { width, height, data, intensityUnit: "arbitrary", pixelSizeNm: 1 };
}

/** Maximum over a square of the given reach, with the image's border continued: sees exactly `reach` pixels far. */
function maximumFilter(reach: number): (image: GrayImage) => Float32Array {
  return ({ width, height, data }) =>
    Float32Array.from({ length: width * height }, (_, i) => {
      let most = -Infinity;
      for (let dy = -reach; dy <= reach; dy++) {
        for (let dx = -reach; dx <= reach; dx++) {
          const x = Math.min(width - 1, Math.max(0, (i % width) + dx));
          const y = Math.min(height - 1, Math.max(0, Math.floor(i / width) + dy));
          most = Math.max(most, data[y * width + x]);
        }
      }
      return most;
    });
}

async function collect(source: TileSource, plan: TilePlan, operation: TileOperation, channelCount = 1) {
  const result = new Float32Array(plan.width * plan.height * channelCount);
  for await (const band of mapTiles(source, plan, channelCount, operation)) {
    result.set(band.data, band.firstRow * plan.width * channelCount);
  }
  return result;
}

describe("planTiles() and mapTiles()", () => {
  test("give what the operation gives on the whole image, for any size, tile and overlap", async () => {
    const cases = fc.record({
      width: fc.integer({ min: 1, max: 40 }),
      height: fc.integer({ min: 1, max: 40 }),
      margin: fc.integer({ min: 0, max: 3 }),
      extra: fc.integer({ min: 0, max: 4 }),
      core: fc.integer({ min: 1, max: 20 }),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ width, height, margin, extra, core }) => {
        const overlap = 2 * margin + extra;
        const plan = planTiles(width, height, { tileSize: overlap + core, overlap, margin });
        const image = noise(width, height);
        const whole = maximumFilter(margin)(image);
        const tiled = await collect(imageTiles(image), plan, maximumFilter(margin));
        // blending equal values rounds at 2^-24 of 1, in products and sums
        const worst = Math.max(...tiled.map((value, i) => Math.abs(value - whole[i])));
        expect(worst).toBeLessThan(3e-7);
      }),
      { seed: 4, numRuns: 60 },
    );
  });

  test("do not give it when the margin is smaller than the operation's reach", async () => {
    const image = noise(40, 30);
    const plan = planTiles(40, 30, { tileSize: 12, margin: 1 });
    const tiled = await collect(imageTiles(image), plan, maximumFilter(3));
    expect(tiled).not.toEqual(maximumFilter(3)(image));
  });

  test("keep channels apart", async () => {
    const image = noise(20, 9);
    const plan = planTiles(20, 9, { tileSize: 8, margin: 2, overlap: 5 });
    const twice: TileOperation = (tile) =>
      Float32Array.from({ length: 2 * tile.data.length }, (_, i) => tile.data[i >> 1] * (1 + (i & 1)));
    const tiled = await collect(imageTiles(image), plan, twice, 2);
    const worst = Math.max(...tiled.map((value, i) => Math.abs(value - image.data[i >> 1] * (1 + (i & 1)))));
    expect(worst).toBeLessThan(5e-7);
  });

  test("never ask for more rows than a tile has, and give each row once", async () => {
    const regions: number[] = [];
    const image = noise(50, 64);
    const plan = planTiles(50, 64, { tileSize: 16, margin: 2 });
    const source: TileSource = (region) => {
      regions.push(region.height);
      return imageTiles(image)(region);
    };
    const rows: number[] = [];
    for await (const band of mapTiles(source, plan, 1, (tile) => tile.data)) {
      for (let row = 0; row < band.rowCount; row++) rows.push(band.firstRow + row);
    }
    expect(Math.max(...regions)).toBe(16);
    expect(rows).toEqual(Array.from({ length: 64 }, (_, row) => row));
  });

  test("refuse an overlap below twice the margin, and an operation that changes the size", async () => {
    expect(() => planTiles(10, 10, { tileSize: 8, overlap: 3, margin: 2 })).toThrow(
      "Cannot plan tiles: overlap must be at least twice the margin of 2 px, got 3",
    );
    const plan = planTiles(10, 10, { tileSize: 8, margin: 1 });
    const half: TileOperation = (tile) => tile.data.subarray(0, 5);
    await expect(collect(imageTiles(noise(10, 10)), plan, half)).rejects.toThrow(
      "Cannot map tiles: operation must give 8 x 8 x 1 values, got 5",
    );
  });
});

describe("micrographTiles()", () => {
  test("gives the parts of the grey image of the chosen frame", async () => {
    const frames = [noise(30, 20), { ...noise(30, 20), data: noise(20, 30).data }];
    const micrograph = await readMicrograph(encodeTiff(frames), "stack.tif");
    const region = { x: 4, y: 7, width: 9, height: 6 };
    const tile = await micrographTiles(micrograph, 1)(region);
    expect(tile).toEqual(imageTiles(frameImage(micrograph, 1))(region));
  });
});

describe("connectedComponents()", () => {
  /** Flood fill: slow, plain, another way to the same objects. */
  function floodCount(mask: Uint8Array, width: number, height: number, corners: boolean): number {
    const left = mask.slice();
    let count = 0;
    for (let start = 0; start < left.length; start++) {
      if (left[start] === 0) continue;
      count++;
      const stack = [start];
      left[start] = 0;
      while (stack.length > 0) {
        const at = stack.pop() ?? 0;
        for (const [dx, dy] of [-1, 0, 1].flatMap((v) => [-1, 0, 1].map((h) => [h, v]))) {
          const [x, y] = [(at % width) + dx, Math.floor(at / width) + dy];
          const isNeighbour = (corners || dx * dy === 0) && x >= 0 && y >= 0 && x < width && y < height;
          if (!isNeighbour || left[y * width + x] === 0) continue;
          left[y * width + x] = 0;
          stack.push(y * width + x);
        }
      }
    }
    return count;
  }

  test("finds as many objects as a flood fill, for any mask and both connectivities", () => {
    const masks = fc.uint8Array({ minLength: 120, maxLength: 120, max: 1 });
    fc.assert(
      fc.property(masks, fc.constantFrom(4 as const, 8 as const), (mask, connectivity) => {
        const { componentCount, components } = connectedComponents(mask, 12, 10, connectivity);
        expect(componentCount).toBe(floodCount(mask, 12, 10, connectivity === 8));
        expect(new Set(components.filter((value) => value > 0)).size).toBe(componentCount);
      }),
      { seed: 6, numRuns: 200 },
    );
  });

  test("makes one object of a spiral that crosses every seam of the tiles", async () => {
    const size = 61;
    const data = new Float32Array(size * size);
    // a square spiral: walls two pixels apart
    let [x, y, dx, dy] = [0, 0, 1, 0];
    let run = size - 1;
    for (let side = 0; run > 0; side++) {
      for (let step = 0; step < run; step++) {
        data[y * size + x] = 1;
        [x, y] = [x + dx, y + dy];
      }
      [dx, dy] = [-dy, dx];
      if (side > 0 && side % 2 === 0) run -= 2;
    }
    const image: GrayImage = {
      width: size,
      height: size,
      data,
      intensityUnit: "arbitrary",
      pixelSizeNm: null,
    };
    const plan = planTiles(size, size, { tileSize: 13, margin: 2 });
    const tiled = await collect(imageTiles(image), plan, (tile) => tile.data);
    expect(connectedComponents(tiled, size, size, 4).componentCount).toBe(1);
  });
});
