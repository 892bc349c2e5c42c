import { median, openRandomStream } from "../src/core/index.ts";
import { networkReach, segmenterNetwork } from "../src/segment/train/segmenter-network.ts";
import { openSegmenter, particlesOf, segmentSchema } from "../src/segment/index.ts";
import { exportModel, initialWeights } from "../src/train/index.ts";

const EDGE_PX = 1024;
const NETWORKS = [
  { widths: [8, 16, 32], bottomWidth: 64 },
  { widths: [16, 32, 64], bottomWidth: 96 },
] as const;

/**
 * Times the answer for a 1024 x 1024 image, with two networks of two classes, and the particles of a mask of that size.
 *
 * @param args count of rounds (3)
 */
export async function run(args: readonly string[]): Promise<void> {
  const rounds = Number(args[0] ?? 3);
  const data = openRandomStream(1, "bench").fillNormal(new Float64Array(EDGE_PX * EDGE_PX));
  const image = {
    width: EDGE_PX,
    height: EDGE_PX,
    data: Float32Array.from(data),
    intensityUnit: "arbitrary",
    pixelSizeNm: 1,
  } as const;
  for (const sizes of NETWORKS) {
    const segmenter = openSegmenter(untrained(sizes));
    const first = await timed(() => segmenter.probabilities(image));
    const times: number[] = [];
    for (let round = 0; round < rounds; round++)
      times.push(await timed(() => segmenter.probabilities(image)));
    await segmenter.dispose();
    console.log(
      JSON.stringify({ apply: `${EDGE_PX} x ${EDGE_PX}`, ...sizes, firstMs: first, medianMs: median(times) }),
    );
  }
  const classIds = Uint8Array.from(image.data, (_, i) => blob(i % EDGE_PX, Math.floor(i / EDGE_PX)));
  const rule = {
    classId: 1,
    separation: "watershed",
    seedDepthPx: 1,
    minAreaPx: 8,
    edgeRule: "exclude",
  } as const;
  const answer = { name: "blobs", width: EDGE_PX, height: EDGE_PX, pixelSizeNm: 1, classIds };
  let count = 0;
  const particlesMs = await timed(() => {
    count = particlesOf(openRandomStream(1), answer, rule).particles.length;
    return Promise.resolve();
  });
  console.log(JSON.stringify({ particles: count, particlesMs }));
}

function untrained(sizes: { readonly widths: readonly number[]; readonly bottomWidth: number }): Uint8Array {
  const parsed = segmentSchema.parse({
    name: "bench",
    data: { sets: [{ images: "none", labels: "none" }] },
    model: { ...sizes, widths: [...sizes.widths] },
  });
  const network = segmenterNetwork(parsed.model, { width: 64, height: 64 }, 2);
  const weights = initialWeights(openRandomStream(1, "bench"), network);
  const { classNames } = parsed.data;
  const tiling = networkReach(parsed.model);
  return exportModel(network, weights, {
    kind: "heterostem-segmenter",
    config: parsed,
    classNames,
    tiling,
    normalization: "zScore",
  });
}

/** Discs of 10 px on a grid of 32. */
function blob(x: number, y: number): number {
  return Math.hypot((x % 32) - 16, (y % 32) - 16) <= 10 ? 1 : 0;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return Math.round(performance.now() - started);
}
