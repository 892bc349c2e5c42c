import { writeFileSync } from "node:fs";
import { openRandomStream } from "../../src/core/index.ts";
import { encodePng16 } from "../../src/micrograph/index.ts";
import { drawFields, trainDetector } from "../../src/particles/index.ts";

export const SIDE = 128;
/** Three discs of a picture; the last is cut by its edge. */
export const DISCS = [
  { x: 40, y: 40, radiusPx: 9 },
  { x: 90, y: 60, radiusPx: 11 },
  { x: 124, y: 100, radiusPx: 10 },
];

/** A disc as it stands on the list of an image. */
export const listed = (disc: (typeof DISCS)[number]) => ({
  ...disc,
  number: 1,
  material: null,
  source: "detected" as const,
  probability: 1,
  secondProbability: 0,
  isCut: false,
});

/** Bright discs on noise. */
export function picture(discs: readonly (typeof DISCS)[number][], seed: number, side = SIDE): Float32Array {
  const rng = openRandomStream(seed, "picture");
  return Float32Array.from({ length: side * side }, (_, at) => {
    const [u, v] = [(at % side) + 0.5, Math.floor(at / side) + 0.5];
    const isInside = discs.some(({ x, y, radiusPx }) => Math.hypot(u - x, v - y) < radiusPx);
    return 0.3 + (isInside ? 0.4 : 0) + 0.03 * rng.normal();
  });
}

/** Bright balls on noise, as thick as they are wide. */
export function balls(discs: readonly (typeof DISCS)[number][], seed: number, side = SIDE): Float32Array {
  const rng = openRandomStream(seed, "picture");
  return Float32Array.from({ length: side * side }, (_, at) => {
    const [u, v] = [(at % side) + 0.5, Math.floor(at / side) + 0.5];
    const squares = discs.map(({ x, y, radiusPx }) => radiusPx ** 2 - (u - x) ** 2 - (v - y) ** 2);
    const thicknessPx = squares.reduce((sum, square) => sum + (square > 0 ? 2 * Math.sqrt(square) : 0), 0);
    return 0.2 + 0.025 * thicknessPx + 0.02 * rng.normal();
  });
}

/** Writes a picture with pixels of 0.5 nm. */
export function writePicture(path: string, data: Float32Array, side = SIDE): void {
  const image = { width: side, height: side, data, intensityUnit: "arbitrary", pixelSizeNm: 0.5 } as const;
  writeFileSync(path, encodePng16(image));
}

/** Trains a detector of bright discs in seconds. */
export async function discDetector(): Promise<Uint8Array> {
  const rng = openRandomStream(1, "cli particles");
  const drawImage = (stream: typeof rng) => {
    const particles = [0, 1].map((i) => ({
      x: 8 + 48 * stream.uniform(),
      y: 16 + 32 * i,
      radiusPx: 7 + 4 * stream.uniform(),
      materialIndex: null,
      isSeen: true,
      ownShare: 1,
    }));
    const image = picture(particles, stream.integerBelow(2 ** 31), 64);
    return { side: 64, image, particles, pixelSizeNm: 1 };
  };
  const fields = {
    training: await drawFields(rng.fork("training"), drawImage, { edgePx: 64, count: 64 }),
    validation: await drawFields(rng.fork("validation"), drawImage, { edgePx: 64, count: 8 }),
  };
  const network = { widths: [12, 16], bottomWidth: 16 };
  const training = { network, cropPx: 64, batchSize: 8, epochs: 30, learningRate: 5e-3, measurements: 4 };
  return (await trainDetector(rng, fields, training, { metadata: { modality: "haadf" } })).onnx;
}
