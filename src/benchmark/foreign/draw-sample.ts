import { openRandomStream, type GrayImage, type RandomStream } from "../../core/index.ts";
import {
  drawMicroscopeSettings,
  type MicroscopeSettings,
  type PreparedMicroscope,
} from "../../stem-sim/index.ts";
import {
  describeAggregate,
  drawAggregate,
  type Aggregate,
  type AggregatePrior,
} from "../../stochastic/index.ts";
import { discsOfBalls, type TrueParticleDisc } from "../true-particles.ts";
import {
  BIPYRAMID,
  drawTurn,
  ellipsoid,
  NEARLY_ROUND,
  polyhedron,
  sphere,
  TRUNCATED_OCTAHEDRON,
  type Form,
} from "./bodies.ts";
import { blurSquare, recordImage } from "./record.ts";
import { castRays, RAYS_PER_PIXEL, type Body, type RayGrid } from "./render.ts";
import type { Change, FilmChange } from "./rows.ts";

/** What the recipe has in every image. */
export interface Base {
  readonly seed: number;
  readonly prior: AggregatePrior;
  /** With a scattering table for the thickest film of any row. */
  readonly prepared: PreparedMicroscope;
}

/** An image by the second simulator, and what is true of what it shows. */
export interface ForeignSample {
  readonly image: GrayImage;
  readonly truths: Readonly<Record<string, number>>;
  /** Particles whose centres lie in the image, each as the disc of a ball of its volume. */
  readonly particles: readonly TrueParticleDisc[];
  /** Electrons per pixel. */
  readonly electronsPerPixel: number;
}

/** Pixels round the image that rows out of place and a wide probe reach into. */
const MARGIN_PX = 6;
/** Directions of the aperture that every ray takes where the specimen is far out of focus. */
const PASSES_OUT_OF_FOCUS = 8;

/** Draws the image of an index: the same aggregate, film and dose in every row that does not change them. */
export function drawForeignSample(base: Base, change: Change, index: number): ForeignSample {
  const rng = openRandomStream(base.seed, "foreign", index);
  const { microscope } = base.prepared;
  const settings = drawMicroscopeSettings(rng.fork("microscope"), microscope);
  const framePx = change.framePx ?? microscope.widthPx;
  const { aggregate, parameters } = drawMain(rng, base, change, framePx * settings.pixelSizeNm);
  const { pixelSizeNm } = settings;
  const edgePx = framePx + 2 * MARGIN_PX;
  const grid = { edge: edgePx * RAYS_PER_PIXEL, stepNm: pixelSizeNm / RAYS_PER_PIXEL };
  const shift = [0, 1].map((axis) => (change.offsetNm ?? 0) * (2 * rng.fork("offset", axis).uniform() - 1));
  const particles = [
    ...placed(aggregate, shift),
    ...(change.hasNeighbour ? neighbourOf(rng.fork("neighbour"), base, aggregate) : []),
  ];
  const bodies = bodiesOf(rng.fork("bodies"), particles, change);
  const grownNm = change.shellNm ?? 0;
  const shares = castRays(
    {
      bodies,
      shells:
        grownNm === 0
          ? []
          : bodies.map((body, i) => ({ ...body, form: sphere(particles[i].radiusNm + grownNm) })),
      filmNm: filmOf(rng.fork("film"), grid, {
        ...change.film,
        thicknessNm: change.film?.thicknessNm ?? settings.filmThicknessNm,
      }),
    },
    grid,
    {
      semiAngleMrad: microscope.semiAngleMrad,
      focusNm: change.focusNm ?? 0,
      passes: change.focusNm === undefined ? 1 : PASSES_OUT_OF_FOCUS,
    },
    base.prepared,
  );
  const recording = recordingOf(change, settings, framePx);
  const image = recordImage(rng.fork("recording"), shares, grid.edge, recording);
  const factor = 1 + (change.pixelSizeError ?? 0) * (rng.fork("pixel size").uniform() < 0.5 ? -1 : 1);
  const truths: Record<string, number> = { ...describeAggregate(aggregate), ...parameters };
  for (const key of change.without ?? []) truths[key] = NaN;
  const { electronsPerPixel } = recording;
  const balls = bodies.map(({ centerNm: [x, y], material, strength }, i) => ({
    x,
    y,
    radius: particles[i].radiusNm,
    materialIndex: material,
    strength,
  }));
  const discs = discsOfBalls(balls, { image, pixelSizeNm }, base.prepared.detectedPerNm);
  return {
    image: { ...image, pixelSizeNm: pixelSizeNm * factor },
    truths,
    particles: discs,
    electronsPerPixel,
  };
}

function recordingOf(change: Change, settings: MicroscopeSettings, edgePx: number) {
  return {
    edgePx,
    pixelSizeNm: settings.pixelSizeNm,
    probeFwhmNm: change.probeFwhmNm ?? settings.probeFwhmNm,
    rowJitterNm: change.rowJitterNm ?? 0,
    electronsPerPixel: change.electronsPerPixel ?? settings.electronsPerPixel,
    gain: change.gain ?? 1,
    zero: change.zero ?? 0,
  };
}

/** Draws before no aggregate fits the frame. */
const DRAWS = 200;

function drawMain(
  rng: RandomStream,
  { prior }: Base,
  change: Change,
  frameNm: number,
): ReturnType<typeof drawAggregate> {
  for (let attempt = 0; attempt < DRAWS; attempt++) {
    const draw = drawAggregate(rng.fork("aggregate", attempt), { ...prior, ...change.prior });
    if (change.isWhole !== true || fits(draw.aggregate, frameNm)) return draw;
  }
  throw new Error(`Cannot draw sample: no aggregate of ${DRAWS} fits a frame of ${frameNm} nm`);
}

function fits({ centersNm, radiiNm }: Aggregate, frameNm: number): boolean {
  return radiiNm.every((radius, i) =>
    [0, 1].every((axis) => Math.abs(centersNm[3 * i + axis]) + radius < frameNm / 2),
  );
}

/** A particle before it has a shape. */
interface Particle {
  readonly centerNm: readonly number[];
  readonly radiusNm: number;
  readonly material: 0 | 1;
}

function placed({ centersNm, radiiNm, materialIndices }: Aggregate, [dx, dy]: readonly number[]): Particle[] {
  return Array.from(radiiNm, (radiusNm, i) => ({
    centerNm: [centersNm[3 * i] + dx, centersNm[3 * i + 1] + dy, centersNm[3 * i + 2]],
    radiusNm,
    material: materialIndices[i] === 0 ? 0 : 1,
  }));
}

const DIRECTIONS = 8;
const STEP_NM = 2;

/** Another aggregate of the same powder, as near as 4 to 20 nm beside the first; of eight directions the one where it comes nearest. */
function neighbourOf(rng: RandomStream, { prior }: Base, first: Aggregate): Particle[] {
  const { aggregate } = drawAggregate(rng.fork("aggregate"), prior);
  const [own, gapNm] = [placed(first, [0, 0]), 4 + 16 * rng.uniform()];
  const turn = 2 * Math.PI * rng.uniform();
  const places = Array.from({ length: DIRECTIONS }, (_, k) => {
    const angle = turn + (2 * Math.PI * k) / DIRECTIONS;
    for (let distance = 0; ; distance += STEP_NM) {
      const there = placed(aggregate, [distance * Math.cos(angle), distance * Math.sin(angle)]);
      if (areApart(own, there, gapNm)) return { distance, there };
    }
  });
  return places.reduce((nearest, place) => (place.distance < nearest.distance ? place : nearest)).there;
}

function areApart(a: readonly Particle[], b: readonly Particle[], gapNm: number): boolean {
  return a.every((one) =>
    b.every((other) => {
      const [dx, dy] = [0, 1].map((axis) => one.centerNm[axis] - other.centerNm[axis]);
      return Math.hypot(dx, dy) > one.radiusNm + other.radiusNm + gapNm;
    }),
  );
}

function bodiesOf(rng: RandomStream, particles: readonly Particle[], change: Change): Body[] {
  const { strengths = [1, 1], crystalSpread: spread = 0 } = change;
  return particles.map(({ centerNm, radiusNm, material }, i) => ({
    centerNm,
    material,
    form: formOf(rng.fork("form", i), radiusNm, material, change.shape),
    strength: strengths[material] * Math.exp(spread * rng.fork("crystal", i).normal() - spread ** 2 / 2),
  }));
}

/** Standard deviation of the logarithm of an ellipsoid's axes. */
const AXIS_SPREAD = 0.2;

/** A particle of the volume of a sphere. */
function formOf(rng: RandomStream, radiusNm: number, material: 0 | 1, shape: Change["shape"]): Form {
  switch (shape) {
    case "facets":
      return polyhedron(material === 0 ? BIPYRAMID : TRUNCATED_OCTAHEDRON, radiusNm, drawTurn(rng));
    case "nearly round facets":
      return polyhedron(NEARLY_ROUND, radiusNm, drawTurn(rng));
    case "ellipsoids": {
      const drawn = [0, 1, 2].map(() => AXIS_SPREAD * rng.normal());
      const middle = drawn.reduce((sum, value) => sum + value, 0) / 3;
      return ellipsoid(
        drawn.map((value) => radiusNm * Math.exp(value - middle)),
        drawTurn(rng),
      );
    }
    case undefined:
      return sphere(radiusNm);
  }
}

/** Thickness of the film under every ray. */
function filmOf(
  rng: RandomStream,
  { edge }: RayGrid,
  film: FilmChange & { readonly thicknessNm: number },
): Float32Array {
  const { thicknessNm, texture = 0, texturePx = 1, slope = 0, hasEdge = false } = film;
  const edgePx = edge / RAYS_PER_PIXEL;
  const grain = texture === 0 ? null : smoothNoise(rng.fork("texture"), edgePx, texturePx);
  const direction = 2 * Math.PI * rng.fork("slope").uniform();
  const border = hasEdge ? 0.7 * (rng.fork("edge").uniform() - 0.5) : Infinity;
  const [perColumn, perRow] = [Math.cos(direction) / edge, Math.sin(direction) / edge];
  const filmNm = new Float32Array(edge * edge);
  for (let row = 0; row < edge; row++) {
    for (let column = 0; column < edge; column++) {
      const along = perColumn * (column - edge / 2) + perRow * (row - edge / 2);
      if (along > border) continue;
      const pixel = Math.floor(row / RAYS_PER_PIXEL) * edgePx + Math.floor(column / RAYS_PER_PIXEL);
      const grown = 1 + texture * (grain?.[pixel] ?? 0) + slope * along;
      filmNm[row * edge + column] = Math.max(0, thicknessNm * grown);
    }
  }
  return filmNm;
}

/** White noise under a Gaussian, of mean 0 and variance 1 over the square. */
function smoothNoise(rng: RandomStream, edge: number, sigmaPx: number): Float32Array {
  const white = Float32Array.from({ length: edge * edge }, () => rng.normal());
  const smooth = blurSquare(white, edge, sigmaPx);
  const square = smooth.reduce((sum, value) => sum + value * value, 0) / smooth.length;
  return smooth.map((value) => value / Math.sqrt(square));
}
