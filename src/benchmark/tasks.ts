/** Of what is fixed; grows when any image or truth changes, and figures of two versions do not compare. */
export const BENCHMARK_VERSION = 1;

/** Recipe of the benchmark's aggregates and microscope, among those that ship. */
export const BENCHMARK_RECIPE = "configs/benchmark.yaml";

/** Images of one kind, drawn from a seed of their own that no learning sample has. */
export interface ImageSet {
  readonly name: "single" | "powder" | "tilt" | "foreign";
  /** What its images show, for the benchmark's README. */
  readonly summary: string;
  readonly seed: number;
  /** Number of groups: images that are answered together. */
  readonly groupCount: number;
  readonly imagesPerGroup: number;
}

/** Tilts of the holder in a group of the set "tilt" [degrees]. */
export const TILTS_DEG = [-40, 0, 40] as const;

/** What the second simulator changes, by the names of its list; every change has as many images. */
export const FOREIGN_CHANGES = [
  "nothing",
  "row jitter 0.55 nm",
  "ellipsoids",
  "film texture",
  "neighbour",
  "everyday microscope",
] as const;

export const IMAGE_SETS: readonly ImageSet[] = [
  {
    name: "single",
    summary: "one image of one aggregate",
    seed: 8311,
    groupCount: 300,
    imagesPerGroup: 1,
  },
  {
    name: "powder",
    summary: "images of sixteen aggregates that were grown from the same parameters",
    seed: 8321,
    groupCount: 40,
    imagesPerGroup: 16,
  },
  {
    name: "tilt",
    summary: `the same aggregate with the holder at ${TILTS_DEG.join(", ")} degrees about the image's x axis`,
    seed: 8331,
    groupCount: 100,
    imagesPerGroup: TILTS_DEG.length,
  },
  {
    name: "foreign",
    summary:
      "one image of one aggregate by another simulator (ray chords through bodies), as it is or with one thing that ordinary " +
      `microscopes do: ${FOREIGN_CHANGES.slice(1).join(", ")}`,
    seed: 8341,
    groupCount: 40 * FOREIGN_CHANGES.length,
    imagesPerGroup: 1,
  },
];

/** What is asked of a set's images. */
export interface BenchmarkTask {
  readonly name: string;
  readonly set: ImageSet["name"];
  /** Groups of the set that are asked about, from its first. */
  readonly groupCount: number;
  readonly asks:
    | "parameters of the powder"
    | "parameters and descriptors of the aggregate"
    | "contacts"
    | "particles";
}

/** A task of numbers has a row a group and quantity; that of particles a row a particle. */
export const TASKS: readonly BenchmarkTask[] = [
  { name: "one-image", set: "single", groupCount: 300, asks: "parameters of the powder" },
  { name: "sixteen-images", set: "powder", groupCount: 40, asks: "parameters of the powder" },
  { name: "three-tilts", set: "tilt", groupCount: 100, asks: "parameters and descriptors of the aggregate" },
  { name: "contacts", set: "single", groupCount: 300, asks: "contacts" },
  { name: "particles", set: "single", groupCount: 60, asks: "particles" },
  {
    name: "foreign-simulator",
    set: "foreign",
    groupCount: 40 * FOREIGN_CHANGES.length,
    asks: "parameters of the powder",
  },
];

/** Descriptors that contacts make. */
export const CONTACT_DESCRIPTORS = [
  "meanCoordination",
  "heteroCoordinationAll",
  "heteroContactFraction",
] as const;
