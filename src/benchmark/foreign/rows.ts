import type { AggregatePrior } from "../../stochastic/index.ts";

/** What one row changes of an image as the recipe has it; all else stays. */
export interface Change {
  readonly name: string;
  /** Other priors of the aggregate. */
  readonly prior?: Partial<AggregatePrior>;
  readonly shape?: "facets" | "nearly round facets" | "ellipsoids";
  /** Scattering of both materials over that of the tables. */
  readonly strengths?: readonly [number, number];
  /** Standard deviation of the logarithm of a particle's scattering, by its crystal's orientation. */
  readonly crystalSpread?: number;
  /** Thickness of carbon that has grown on the particles [nm]. */
  readonly shellNm?: number;
  readonly film?: FilmChange;
  readonly hasNeighbour?: boolean;
  /** Pixels along an edge of the image. */
  readonly framePx?: number;
  /** Whether only aggregates that the frame holds are taken. */
  readonly isWhole?: boolean;
  /** Largest shift of the aggregate along either axis [nm]. */
  readonly offsetNm?: number;
  readonly probeFwhmNm?: number;
  readonly focusNm?: number;
  readonly rowJitterNm?: number;
  readonly electronsPerPixel?: number;
  readonly gain?: number;
  readonly zero?: number;
  /** By what share the file's pixel size is wrong, up or down. */
  readonly pixelSizeError?: number;
  /** Truths that the change leaves without a meaning. */
  readonly without?: readonly string[];
}

/** What one row changes of the film. */
export interface FilmChange {
  readonly thicknessNm?: number;
  /** Relative standard deviation of the thickness, smooth over `texturePx` (standard deviation of a Gaussian). */
  readonly texture?: number;
  readonly texturePx?: number;
  /** Relative change of the thickness across the field, in a random direction. */
  readonly slope?: number;
  /** Whether the film ends along a straight line in the field. */
  readonly hasEdge?: boolean;
}

/** An aggregate that is not grown to a law has no fractal dimension to be found. */
const WITHOUT_LAW = ["fractalDimension"];

/** What an image of an ordinary microscope has that the recipe's images have not, one at a time. */
export const CHANGES: readonly Change[] = [
  { name: "nothing" },
  { name: "row jitter 0.55 nm", rowJitterNm: 0.55 },
  { name: "row jitter 1.1 nm", rowJitterNm: 1.1 },
  { name: "facets", shape: "facets" },
  { name: "nearly round facets", shape: "nearly round facets" },
  { name: "ellipsoids", shape: "ellipsoids" },
  { name: "neighbour", hasNeighbour: true },
  { name: "cut frame", framePx: 128 },
  { name: "padded frame", framePx: 128, isWhole: true },
  { name: "film texture", film: { texture: 0.3, texturePx: 3 } },
  { name: "film gradient", film: { slope: 0.6 } },
  { name: "film of 60 nm", film: { thicknessNm: 60 } },
  { name: "film edge", film: { hasEdge: true } },
  { name: "contamination shell 2 nm", shellNm: 2 },
  { name: "detector zero 0.001", zero: 0.001 },
  { name: "gain 1.05", gain: 1.05 },
  { name: "measured strengths, crystal spread 20 %", strengths: [0.8, 0.9], crystalSpread: 0.2 },
  { name: "probe 1.5 nm", probeFwhmNm: 1.5 },
  { name: "defocus 150 nm", focusNm: 150 },
  { name: "pixel size 5 % off", pixelSizeError: 0.05 },
  { name: "pixel size 10 % off", pixelSizeError: 0.1 },
  { name: "necks 0", prior: { necking: 0 } },
  { name: "necks 0.2", prior: { necking: 0.2 } },
  { name: "diffusion-limited geometry", prior: { placement: "diffusion-limited" }, without: WITHOUT_LAW },
  { name: "3,000 electrons", electronsPerPixel: 3000 },
  { name: "200,000 electrons", electronsPerPixel: 200_000 },
  {
    name: "everyday microscope",
    rowJitterNm: 0.3,
    strengths: [0.8, 0.9],
    crystalSpread: 0.15,
    film: { texture: 0.1, texturePx: 3 },
  },
  { name: "150 to 700 particles", prior: { particleCount: { logUniform: [150, 700] } }, offsetNm: 60 },
];
