import { findMaterial, median } from "../../core/index.ts";
import type { RandomStream } from "../../core/index.ts";
import { gaussianBlur } from "../../image/index.ts";
import {
  detectedShareInto,
  microscopeSchema,
  prepareMicroscope,
  smoothNoise,
  tableRangeNm,
} from "../../stem-sim/index.ts";
import type { PreparedMicroscope } from "../../stem-sim/index.ts";
import { between, logUniform } from "./draws.ts";
import type { Scene } from "./draw-scene.ts";
import { halfChordPx, projectBodies } from "./project-bodies.ts";
import { savedImage } from "./save-image.ts";
import { trueParticles, unevennessAround, type TrainingImage, type TrueParticle } from "./training-image.ts";

/** Pairs that are imaged, light before heavy. A scene of one material, and metal on a support, uses the second for its particles. */
const PAIRS = [
  ["TiO2-anatase", "WO3"],
  ["SiO2", "TiO2-rutile"],
  ["Al2O3", "CeO2"],
  ["Al2O3", "ZrO2"],
  ["C", "Pt"],
  ["C", "Au"],
  ["Al2O3", "Pt"],
  ["SiO2", "ZnO"],
  ["SiO2", "Au"],
] as const;
/** Inner angles of the detector [mrad]; the outer one is three times as large. */
const INNER_MRAD = [40, 70] as const;
/** Thickest film of a training image, its unevenness included [nm]. */
const MOST_FILM_NM = 60;

/** Radius of a typical particle, and of metal on a support [nm]. */
const RADIUS_NM = [1, 40] as const;
const METAL_RADIUS_NM = [0.7, 12] as const;
/** Share of the signal at metal on a support that is its own, typically: barely to be seen, or far brighter than its support. */
const METAL_SHARE = [0.05, 0.8] as const;
/** Share of the intensity table's range that a column may take. */
const COLUMN_SHARE = 0.95;

/**
 * Prepares the microscopes of the training images: all pairs at two detectors.
 *
 * @returns plain data for drawDarkField
 */
export function darkFieldMicroscopes(): readonly PreparedMicroscope[] {
  return INNER_MRAD.flatMap((innerMrad) => {
    const microscope = microscopeSchema.parse({
      beamEnergyKeV: 200,
      detector: { innerMrad, outerMrad: 3 * innerMrad },
      film: { material: "C", thicknessNm: MOST_FILM_NM },
    });
    return PAIRS.map(([first, second]) =>
      prepareMicroscope(microscope, [findMaterial(first), findMaterial(second)]),
    );
  });
}

/**
 * Images a scene in HAADF-STEM, with all that a scanning microscope adds.
 *
 * Film of uneven thickness, probe, rows that are shifted against each other, counted electrons, afterglow, a clipped or curved
 * display.
 *
 * @param rng stream of the image
 * @param scene bodies and support
 * @param microscopes see darkFieldMicroscopes
 * @returns the image, matter bright, and its particles
 */
export function drawDarkField(
  rng: RandomStream,
  scene: Scene,
  microscopes: readonly PreparedMicroscope[],
): TrainingImage {
  const microscope = microscopes[rng.integerBelow(microscopes.length)];
  const { side } = scene;
  const [least, most] = scene.kind === "supported" ? METAL_RADIUS_NM : RADIUS_NM;
  const radiusNm = logUniform(rng, least, most);
  const pixelSizeNm = radiusNm / scene.radiusPx;
  const maps = columnsNm(rng, scene, pixelSizeNm, microscope);
  const share = detectedShareInto(new Float32Array(side * side), microscope.intensity, maps);
  const electrons = logUniform(rng, 200, 300_000);
  const probePx = logUniform(rng, 0.2, 2.2);
  const soft = gaussianBlur(share, { width: side, height: side }, probePx, { border: "periodic" });
  const scanned = scanRows(rng.fork("scan"), soft, side);
  const shown = displayed(rng, recorded(rng.fork("noise"), scanned, side, electrons));
  const image = savedImage(rng.fork("file"), shown, side);
  return {
    side,
    image,
    pixelSizeNm,
    particles: seenParticles(scene, { share, supportNm: maps.firstNm, pixelSizeNm, microscope, electrons }),
  };
}

function columnsNm(rng: RandomStream, scene: Scene, pixelSizeNm: number, microscope: PreparedMicroscope) {
  const { side, supportPx } = scene;
  const [firstPx, secondPx] = projectBodies(scene.bodies, side);
  if (supportPx !== null) for (let i = 0; i < firstPx.length; i++) firstPx[i] += supportPx[i];
  const [firstMost, secondMost] = tableRangeNm(microscope.intensity).map((limit) => COLUMN_SHARE * limit);
  const thickest = firstPx.reduce((most, value) => Math.max(most, value), 1e-9);
  const thicker =
    scene.kind === "supported"
      ? Math.min(supportFactor(rng, scene, firstPx, microscope), firstMost / (thickest * pixelSizeNm))
      : 1;
  const firstNm = firstPx.map((value) => Math.min(firstMost, value * thicker * pixelSizeNm));
  const secondNm = secondPx.map((value) => Math.min(secondMost, value * pixelSizeNm));
  const filmNm = rng.uniform() < 0.3 ? 0 : between(rng, 2, 25);
  const lumps = smoothNoise(rng.fork("film"), side, side, logUniform(rng, 2, 80));
  const speckle = rng.uniform() < 0.5 ? 0 : 0.3 * rng.uniform();
  const [slope, angle] = [rng.uniform() < 0.5 ? 0 : rng.uniform(), 2 * Math.PI * rng.uniform()];
  const film = lumps.map((value, i) => {
    const u = ((i % side) + 0.5) / side - 0.5;
    const v = (Math.floor(i / side) + 0.5) / side - 0.5;
    const factor = 1 + speckle * value + slope * (u * Math.cos(angle) + v * Math.sin(angle));
    return Math.min(MOST_FILM_NM, filmNm * Math.max(0, factor));
  });
  return { firstNm, secondNm, filmNm: film };
}

/** How much thicker a support is made, so that its typical particle has its own share of the signal. */
function supportFactor(
  rng: RandomStream,
  { side, bodies }: Scene,
  supportPx: Float32Array,
  { detectedPerNm }: PreparedMicroscope,
): number {
  const ratios = bodies.flatMap((body) => {
    const { x, y, isWanted, materialIndex } = body;
    if (!isWanted || x < 0 || y < 0 || x >= side || y >= side) return [];
    const below = detectedPerNm[0] * supportPx[Math.floor(y) * side + Math.floor(x)];
    return below > 0 ? [(detectedPerNm[materialIndex] * 2 * halfChordPx(body, 0, 0)) / below] : [];
  });
  if (ratios.length === 0) return 1;
  const wanted = logUniform(rng, ...METAL_SHARE);
  return (median(ratios) * (1 - wanted)) / wanted;
}

/** Rows shifted along the fast axis: jitter from row to row. */
function scanRows(rng: RandomStream, image: Float32Array, side: number): Float32Array {
  if (rng.uniform() < 0.5) return image;
  const jitterPx = 0.5 * rng.uniform();
  const moved = new Float32Array(image.length);
  for (let row = 0; row < side; row++) {
    const shift = jitterPx * rng.normal();
    const whole = Math.floor(shift);
    const part = shift - whole;
    for (let column = 0; column < side; column++) {
      const from = (((column + whole) % side) + side) % side;
      const next = (from + 1) % side;
      moved[row * side + column] = (1 - part) * image[row * side + from] + part * image[row * side + next];
    }
  }
  return moved;
}

/** Counts with the noise of the counting, of the amplifier, and the glow that the row before a pixel leaves. */
function recorded(rng: RandomStream, share: Float32Array, side: number, electrons: number): Float32Array {
  const excess = between(rng, 1, 1.4);
  const amplifier = rng.uniform() < 0.5 ? 0 : 2 * rng.uniform();
  const kept = rng.uniform() < 0.5 ? 0 : 0.35 * rng.uniform();
  const counts = rng.fillNormal(new Float64Array(share.length));
  for (let i = 0; i < counts.length; i++) {
    const mean = share[i] * electrons;
    const pulses = mean < 30 ? rng.poisson(mean) : mean + Math.sqrt(mean * excess) * counts[i];
    counts[i] = pulses + (amplifier > 0 ? amplifier * rng.normal() : 0);
  }
  const signal = new Float32Array(counts.length);
  for (let row = 0; row < side; row++) {
    let glow = counts[row * side];
    for (let column = 0; column < side; column++) {
      glow = kept * glow + (1 - kept) * counts[row * side + column];
      signal[row * side + column] = glow / electrons;
    }
  }
  return signal;
}

/** What an operator and a file make of it: the brightest clipped, the dark clipped, a curve of the display. */
function displayed(rng: RandomStream, image: Float32Array): Float32Array {
  const sorted = Float32Array.from(
    { length: 1024 },
    (_, i) => image[Math.floor((i * image.length) / 1024)],
  ).sort();
  const dark = sorted[Math.floor(between(rng, 0, 100) * (rng.uniform() < 0.3 ? 1 : 0))];
  const isClipped = rng.uniform() < 0.3;
  const bright = sorted[1023 - (isClipped ? Math.floor(between(rng, 0, 30)) : 0)] * (isClipped ? 1 : 2);
  const gamma = rng.uniform() < 0.6 ? 1 : between(rng, 0.5, 1);
  const span = Math.max(1e-9, bright - dark);
  return image.map((value) => Math.max(0, Math.min(1, (value - dark) / span)) ** gamma);
}

interface Recorded {
  readonly share: Float32Array;
  readonly supportNm: Float32Array;
  readonly pixelSizeNm: number;
  readonly microscope: PreparedMicroscope;
  readonly electrons: number;
}

function seenParticles(
  scene: Scene,
  { share, supportNm, pixelSizeNm, microscope, electrons }: Recorded,
): TrueParticle[] {
  return trueParticles(scene, (body, at) => {
    const own = microscope.detectedPerNm[body.materialIndex] * 2 * halfChordPx(body, 0, 0) * pixelSizeNm;
    const signal = Math.max(share[at], 1e-9);
    const noise = Math.sqrt(signal / electrons / (0.5 * Math.PI * body.radiusPx ** 2));
    const texture = microscope.detectedPerNm[0] * unevennessAround(supportNm, scene.side, body);
    return {
      ownShare: Math.min(1, own / signal),
      contrastToNoise: own / noise,
      contrastToTexture: own / texture,
    };
  });
}
