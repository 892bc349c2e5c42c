import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import type { StartStage } from "../../src/core/index.ts";
import { npyHeader } from "../../src/micrograph/index.ts";
import { drawSteel } from "../../src/segment/islands/draw-steel.ts";
import {
  loadSet,
  prepareSet,
  segmentSchema,
  splitSets,
  trainSegmenter,
  writeSteelSet,
} from "../../src/segment/index.ts";
import { STEEL_FILES } from "../../src/segment/islands/write-steel-set.ts";

const PROGRAM = resolve(import.meta.dirname, "../../dist/src/cli/main.js");
const PEAK = 'process.on("exit", () => console.error("peak", process.resourceUsage().maxRSS))';

const silent: StartStage = () => ({ update: () => {}, finish: () => 0 });
const folder = mkdtempSync(join(tmpdir(), "heterostem-large-"));
const model = join(folder, "model.onnx");

const config = segmentSchema.parse({
  name: "drawn-steel",
  data: {
    sets: [{ images: STEEL_FILES.images, labels: STEEL_FILES.polygons }],
    labelKind: "polygonCsv",
    classNames: ["steel", "island"],
    groups: { table: STEEL_FILES.metadata, nameColumn: "image", groupColumns: ["type", "temperature"] },
  },
  model: { widths: [6, 12], bottomWidth: 16 },
  training: { cropPx: 64, epochs: 3, partCount: 1, learningRate: 0.006, averageDecay: 0.9 },
});

/** One drawn field, 512 px wide, over and over: as many islands a pixel whatever the size. */
function writeLargeImage(path: string, edgePx: number): void {
  const period = 512;
  const kind = { type: "granular", temperatureC: 400 } as const;
  const { image } = drawSteel(openRandomStream(9, "field"), kind, { width: period, height: period });
  const greys = Uint8Array.from(image.data, (value) => Math.min(255, Math.max(0, Math.round(value))));
  const pixels = new Uint8Array(edgePx * edgePx);
  for (let y = 0; y < edgePx; y++) {
    const row = greys.subarray((y % period) * period, ((y % period) + 1) * period);
    for (let x = 0; x < edgePx; x += period) {
      pixels.set(row.subarray(0, Math.min(period, edgePx - x)), y * edgePx + x);
    }
  }
  writeFileSync(path, Buffer.concat([npyHeader("|u1", [edgePx, edgePx]), pixels]));
}

/** Largest resident size [bytes] of `segment apply` on a square image, and the particles it found. */
function applied(edgePx: number): { readonly peakBytes: number; readonly particleCount: number } {
  const [path, out] = [join(folder, `${edgePx}.npy`), join(folder, `out-${edgePx}`)];
  writeLargeImage(path, edgePx);
  const script = `node --import 'data:text/javascript,${PEAK}' ${PROGRAM} segment apply ${model} ${path} --workers 2 --out ${out} 2>&1`;
  const text = execFileSync("sh", ["-c", script], { encoding: "utf8" });
  const peakBytes = 1024 * Number(/peak (\d+)/.exec(text)?.[1]);
  return {
    peakBytes,
    particleCount: readFileSync(join(out, "particles.csv"), "utf8").split("\n").length - 2,
  };
}

describe.skipIf(!existsSync(PROGRAM))("segment apply on an image that does not fit whole", () => {
  beforeAll(async () => {
    const [source, prepared] = [join(folder, "steel"), join(folder, "set")];
    writeSteelSet(openRandomStream(3, "steel"), source, { count: 24, width: 128, height: 96 });
    const where = { dataFolder: source, out: prepared, startStage: silent };
    await prepareSet(openRandomStream(config.seed, "split"), config, where);
    const sets = splitSets(await loadSet(prepared), null);
    const options = { heterostemVersion: "test", fold: null, threads: 1 };
    writeFileSync(model, (await trainSegmenter(openRandomStream(1, "train"), config, sets, options)).onnx);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("holds a few bytes a pixel beside its tiles, and every island once", () => {
    const [small, large] = [applied(3072), applied(6144)];
    const pixels = 6144 ** 2 - 3072 ** 2;
    // stored image 1, bytes of its file 1, classes 1, rows of the PNG 1, particles below 1; a grey image alone would take 4, and it was held five times
    expect((large.peakBytes - small.peakBytes) / pixels).toBeLessThan(7);
    // an island cut at the image's border is one on a side of each period; inside, each field of 512 px has the same number
    const perField = (found: number, edgePx: number) => found / (edgePx / 512) ** 2;
    const [few, many] = [perField(small.particleCount, 3072), perField(large.particleCount, 6144)];
    expect(few).toBeGreaterThan(5);
    // what the border adds falls with the edge: 2 cut islands for one, along 4 x 512 px of each 512 px
    expect(Math.abs(few / many - 1)).toBeLessThan(0.1);
  });
});
