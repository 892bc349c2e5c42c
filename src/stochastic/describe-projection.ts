import { croftonPerimeter, feretDiameters, maskHull, polygonArea, type BinaryMask } from "../image/index.ts";
import type { Aggregate } from "./aggregate.ts";
import type { DescriptorInfo } from "./descriptor-info.ts";
import { fitLine } from "./fit-line.ts";

/** A binary image: which pixels an object covers. */
export interface Mask extends BinaryMask {
  readonly pixelSizeNm: number;
}

/** Size and shape of a projection: what a classical image analysis gets. */
export interface ProjectionDescriptors {
  readonly projectedAreaNm2: number;
  readonly equivalentDiameterNm: number;
  readonly perimeterNm: number;
  readonly radiusOfGyration2dNm: number;
  readonly maximumFeretNm: number;
  readonly minimumFeretNm: number;
  readonly aspectRatio: number;
  readonly hullFill2d: number;
  readonly boxDimension: number;
}

/** One record per projection descriptor, in the order of ProjectionDescriptors. */
export const PROJECTION_DESCRIPTORS: readonly DescriptorInfo<keyof ProjectionDescriptors>[] = [
  {
    key: "projectedAreaNm2",
    label: "projected area",
    unit: "nm2",
    description: "area covered in projection",
  },
  {
    key: "equivalentDiameterNm",
    label: "equivalent diameter",
    unit: "nm",
    description: "diameter of the disc of the same area",
  },
  {
    key: "perimeterNm",
    label: "perimeter",
    unit: "nm",
    description: "outline length by Cauchy-Crofton counts in four directions",
  },
  {
    key: "radiusOfGyration2dNm",
    label: "radius of gyration in projection",
    unit: "nm",
    description: "root mean square distance of covered area from its centre",
  },
  {
    key: "maximumFeretNm",
    label: "maximum Feret diameter",
    unit: "nm",
    description: "largest caliper width",
  },
  {
    key: "minimumFeretNm",
    label: "minimum Feret diameter",
    unit: "nm",
    description: "smallest caliper width",
  },
  { key: "aspectRatio", label: "aspect ratio", unit: "", description: "maximum over minimum Feret diameter" },
  {
    key: "hullFill2d",
    label: "hull fill in projection",
    unit: "",
    description: "area over convex hull area",
  },
  {
    key: "boxDimension",
    label: "box-counting dimension",
    unit: "",
    description: "slope of log boxes against log 1 / edge, edges of 2 to 32 pixels",
  },
];

/**
 * The shadow of an aggregate along z.
 *
 * @param aggregate spheres
 * @param pixelSizeNm edge of a pixel [nm]
 * @returns pixels whose centre lies under a sphere; the mask just holds the aggregate
 */
export function projectMask(aggregate: Aggregate, pixelSizeNm: number): Mask {
  const { centersNm: c, radiiNm: r } = aggregate;
  const low = [0, 1].map((axis) =>
    r.reduce((m, radius, i) => Math.min(m, c[3 * i + axis] - radius), Infinity),
  );
  const high = [0, 1].map((axis) =>
    r.reduce((m, radius, i) => Math.max(m, c[3 * i + axis] + radius), -Infinity),
  );
  const width = Math.ceil((high[0] - low[0]) / pixelSizeNm);
  const height = Math.ceil((high[1] - low[1]) / pixelSizeNm);
  const data = new Uint8Array(width * height);
  for (let i = 0; i < r.length; i++) {
    const [x, y, radius] = [c[3 * i] - low[0], c[3 * i + 1] - low[1], r[i]].map((v) => v / pixelSizeNm);
    for (let row = Math.max(0, Math.floor(y - radius)); row < Math.min(height, y + radius + 1); row++) {
      const half = radius ** 2 - (row + 0.5 - y) ** 2;
      if (half <= 0) continue;
      const left = Math.max(0, Math.ceil(x - Math.sqrt(half) - 0.5));
      const right = Math.min(width - 1, Math.floor(x + Math.sqrt(half) - 0.5));
      if (right >= left) data.fill(1, row * width + left, row * width + right + 1);
    }
  }
  return { width, height, data, pixelSizeNm };
}

/** What projectedShareSecond gives, for tables. */
export const PROJECTED_SHARE_SECOND: DescriptorInfo<"projectedShareSecond"> = {
  key: "projectedShareSecond",
  label: "projected share, second",
  unit: "",
  description:
    "share of the projected area under which second-material particles lie, as an element map shows it",
};

/**
 * Share of the projected area under which second-material particles lie, whatever lies above or below them.
 *
 * @param aggregate spheres of two materials
 * @param pixelSizeNm edge of a pixel of the shadows that are compared [nm]
 * @returns 0 to 1
 * @example
 * import { projectedShareSecond } from "../src/stochastic/index.ts";
 * import { sphereAggregate } from "../src/stochastic/aggregate.ts";
 * import { expect } from "vitest";
 * const pair = sphereAggregate([
 *   { x: 0, y: 0, z: 0, radiusNm: 5, materialIndex: 0 },
 *   { x: 10, y: 0, z: 0, radiusNm: 5, materialIndex: 1 },
 * ]);
 * expect(projectedShareSecond(pair, 0.05)).toBeCloseTo(0.5, 2);
 */
export function projectedShareSecond(aggregate: Aggregate, pixelSizeNm: number): number {
  const { centersNm: c, radiiNm: r, materialIndices, particleCount } = aggregate;
  const second = Array.from({ length: particleCount }, (_, i) => i).filter((i) => materialIndices[i] === 1);
  if (second.length === 0) return 0;
  const part: Aggregate = {
    ...aggregate,
    particleCount: second.length,
    centersNm: Float64Array.from(second.flatMap((i) => [c[3 * i], c[3 * i + 1], c[3 * i + 2]])),
    radiiNm: Float64Array.from(second, (i) => r[i]),
    materialIndices: new Uint8Array(second.length).fill(1),
  };
  const covered = ({ data }: Mask) => data.reduce((sum, pixel) => sum + pixel, 0);
  return covered(projectMask(part, pixelSizeNm)) / covered(projectMask(aggregate, pixelSizeNm));
}

/**
 * Describes the covered part of a binary image.
 *
 * @param mask at least one covered pixel; from projectMask, or a segmented micrograph
 * @returns one number per descriptor of PROJECTION_DESCRIPTORS
 * @example
 * import { describeProjection } from "../src/stochastic/index.ts";
 * import { expect } from "vitest";
 * const square = { width: 10, height: 10, data: new Uint8Array(100).fill(1), pixelSizeNm: 2 };
 * expect(describeProjection(square).projectedAreaNm2).toBe(400);
 */
export function describeProjection(mask: Mask): ProjectionDescriptors {
  const { pixelSizeNm: s } = mask;
  const area = mask.data.reduce((sum, covered) => sum + covered, 0);
  const hull = maskHull(mask);
  const { largest, smallest } = feretDiameters(hull);
  return {
    projectedAreaNm2: area * s * s,
    equivalentDiameterNm: 2 * s * Math.sqrt(area / Math.PI),
    perimeterNm: s * croftonPerimeter(mask),
    radiusOfGyration2dNm: s * radiusOfGyration2d(mask, area),
    maximumFeretNm: s * largest,
    minimumFeretNm: s * smallest,
    aspectRatio: largest / smallest,
    hullFill2d: area / polygonArea(hull),
    boxDimension: boxDimension(mask),
  };
}

function radiusOfGyration2d({ width, data }: Mask, area: number): number {
  let [sx, sy, squared] = [0, 0, 0];
  data.forEach((covered, k) => {
    if (covered === 0) return;
    const [x, y] = [k % width, Math.floor(k / width)];
    sx += x;
    sy += y;
    squared += x * x + y * y;
  });
  return Math.sqrt(squared / area - (sx / area) ** 2 - (sy / area) ** 2);
}

function boxDimension({ width, height, data }: Mask): number {
  const edges = [2, 4, 8, 16, 32];
  const counts = edges.map((edge) => {
    const boxes = new Set<number>();
    data.forEach((covered, k) => {
      if (covered === 0) return;
      boxes.add(Math.floor(Math.floor(k / width) / edge) * (width + height) + Math.floor((k % width) / edge));
    });
    return boxes.size;
  });
  const x = edges.map((edge) => -Math.log(edge));
  const y = counts.map((count) => Math.log(count));
  return fitLine(x, y).slope;
}
