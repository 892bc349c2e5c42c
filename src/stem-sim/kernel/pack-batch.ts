import { PROFILE_SAMPLES } from "../projection/blurred-sphere.ts";
import { CAP_NODE_COUNT, capNodesInto } from "../projection/cap-quadrature.ts";
import type { ProjectedBodies } from "../projection/project-bodies.ts";
import { pixelBox } from "../projection/splat-target.ts";
import type { PixelGrid } from "../projection/pixel-grid.ts";
import type { ImageNuisance } from "../nuisance.ts";
import type { IntensityTable } from "../scattering/intensity-table.ts";
import { BODY_STRIDE } from "./share-kernel.ts";
import type { KernelArguments } from "./share-kernel.ts";

/** Edge of a tile: small enough for short lists, large enough for few of them [pixels]. */
const TILE_PX = 16;

/** One image of a batch. */
export interface BatchImage {
  readonly bodies: ProjectedBodies;
  readonly grid: PixelGrid;
  readonly nuisance: ImageNuisance;
}

/**
 * Packs a batch of images of one size and microscope for the kernel: bodies sorted into tiles, so that a pixel looks only
 * at those that can reach it.
 */
export function packBatch(images: readonly BatchImage[], table: IntensityTable): KernelArguments {
  const { widthPx, heightPx } = images[0].grid;
  const [tilesX, tilesY] = [Math.ceil(widthPx / TILE_PX), Math.ceil(heightPx / TILE_PX)];
  const bodies: number[] = [];
  const geometry: number[] = [];
  const lists: number[][] = [];
  for (const image of images) {
    lists.push(...tileLists(image, bodies.length / BODY_STRIDE, tilesX, tilesY));
    pushBodies(bodies, geometry, image.bodies);
  }
  let total = 0;
  const tileStarts = Float32Array.from([0, ...lists.map((list) => (total += list.length))]);
  return {
    // a buffer may not be empty
    bodies: Float32Array.from(bodies.length === 0 ? [0] : bodies),
    geometry: Float32Array.from(geometry.length === 0 ? [0] : geometry),
    tileStarts,
    tileBodies: Float32Array.from(total === 0 ? [0] : lists.flat()),
    table: Float32Array.from(table.values),
    pixels: packPixels(images),
    sizes: Float32Array.of(
      widthPx,
      heightPx,
      tilesX,
      tilesY,
      TILE_PX,
      PROFILE_SAMPLES,
      1 / table.stepsNm[0],
      1 / table.stepsNm[1],
      1 / table.filmStepNm,
      table.counts[0],
      table.counts[1],
    ),
  };
}

/** Which bodies reach each tile of one image, row by row. */
function tileLists(image: BatchImage, firstBody: number, tilesX: number, tilesY: number): number[][] {
  const lists: number[][] = Array.from({ length: tilesX * tilesY }, () => []);
  const { bodies, grid, nuisance } = image;
  for (let body = 0; body < bodies.bodyCount; body++) {
    const box = pixelBox(bodies, body, grid, nuisance.shifts?.reachNm ?? 0);
    const lastTileRow = Math.floor(box.lastRow / TILE_PX);
    const lastTileColumn = Math.floor(box.lastColumn / TILE_PX);
    for (let row = Math.floor(box.firstRow / TILE_PX); row <= lastTileRow; row++) {
      for (let column = Math.floor(box.firstColumn / TILE_PX); column <= lastTileColumn; column++) {
        lists[row * tilesX + column]?.push(firstBody + body);
      }
    }
  }
  return lists;
}

function pushBodies(bodies: number[], geometry: number[], image: ProjectedBodies): void {
  const { sphereCount, bodyCount, centersNm, weights, capPlanes } = image;
  const profileStart = geometry.length;
  for (const start of image.profileStarts) {
    geometry.push(...image.profiles.subarray(start, start + PROFILE_SAMPLES));
  }
  const planeStart = geometry.length;
  for (let plane = 0; plane < capPlanes.offsetsNm.length; plane++) {
    geometry.push(...capPlanes.normals.subarray(3 * plane, 3 * plane + 3), capPlanes.offsetsNm[plane]);
  }
  const nodeStart = geometry.length;
  const nodesNm = new Float64Array(2 * CAP_NODE_COUNT);
  image.capSigmasNm.forEach((sigmaNm, cap) => {
    const plane = 3 * capPlanes.firstPlane[cap];
    geometry.push(
      ...capNodesInto(nodesNm, -capPlanes.normals[plane], -capPlanes.normals[plane + 1], sigmaNm),
    );
  });
  for (let body = 0; body < bodyCount; body++) {
    bodies.push(centersNm[2 * body], centersNm[2 * body + 1]);
    const cap = body - sphereCount;
    const scale = cap < 0 ? image.profileThicknessNm[body] : 1;
    const bodyWeights = [scale * weights[2 * body], scale * weights[2 * body + 1]];
    if (cap < 0) {
      const perSquareNm = image.inverseSquareReach[body] * (PROFILE_SAMPLES - 1);
      bodies.push(perSquareNm, profileStart + body * PROFILE_SAMPLES, ...bodyWeights, 0, 0, 0, 0);
      continue;
    }
    const [first, end] = capPlanes.firstPlane.subarray(cap, cap + 2);
    const places = [planeStart + 4 * first, end - first, nodeStart + 2 * CAP_NODE_COUNT * cap];
    bodies.push(0, 0, ...bodyWeights, image.capRadiiNm[cap], ...places);
  }
}

function packPixels(images: readonly BatchImage[]): Float32Array {
  const { widthPx, heightPx } = images[0].grid;
  const pixels = new Float32Array(images.length * widthPx * heightPx * 3);
  images.forEach(({ grid, nuisance }, image) => {
    for (let pixel = 0; pixel < widthPx * heightPx; pixel++) {
      const at = (image * widthPx * heightPx + pixel) * 3;
      const column = pixel % widthPx;
      const row = (pixel - column) / widthPx;
      pixels[at] = (column - (widthPx - 1) / 2) * grid.pixelSizeNm + (nuisance.shifts?.xNm[pixel] ?? 0);
      pixels[at + 1] = ((heightPx - 1) / 2 - row) * grid.pixelSizeNm + (nuisance.shifts?.yNm[pixel] ?? 0);
      pixels[at + 2] = nuisance.filmNm[pixel];
    }
  });
  return pixels;
}
