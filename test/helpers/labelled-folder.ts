import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encode } from "fast-png";
import { openRandomStream } from "../../src/core/index.ts";
import { prepareSet, segmentSchema } from "../../src/segment/index.ts";
import type { SegmentConfig, SetManifest } from "../../src/segment/index.ts";

/** Edge of the drawn images [px]. */
export const EDGE = 32;
const silent = () => ({ update() {}, finish: () => 0 });

/** A noisy grey image with a bright square wherever a mask is not 0; another number, another image. */
export function drawnImage(number: number, mask: ArrayLike<number> = squareMask(number)): Uint8Array {
  const rng = openRandomStream(number, "drawn image");
  const data = Uint8Array.from(mask, (id) => 60 + 20 * rng.uniform() + (id > 0 ? 100 : 0));
  return encode({ width: EDGE, height: mask.length / EDGE, data, depth: 8, channels: 1 });
}

/** 1 in a square of 8 px whose place depends on a number, 0 around it. */
export function squareMask(number: number): Uint8Array {
  const [left, top] = [4 + (number % 4) * 4, 8];
  return Uint8Array.from({ length: EDGE * EDGE }, (_, i) => {
    const [x, y] = [i % EDGE, Math.floor(i / EDGE)];
    return x >= left && x < left + 8 && y >= top && y < top + 8 ? 1 : 0;
  });
}

/** A PNG of a mask, each id as its pixel. */
export function maskPng(mask: ArrayLike<number>, pixelOf: (id: number) => readonly number[]): Uint8Array {
  const data = Uint8Array.from(Array.from(mask, pixelOf).flat());
  const channels = data.length / mask.length;
  return encode({ width: EDGE, height: mask.length / EDGE, data, depth: 8, channels });
}

/** Files of a new folder, by their paths in it. */
export function folderOf(files: Readonly<Record<string, Uint8Array | string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "heterostem-labels-"));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

/** A set prepared from a folder with images/ and labels/. */
export interface Prepared {
  readonly out: string;
  readonly manifest: SetManifest;
}

/** Prepares a folder by a data section; names begin with their group. */
export async function prepared(folder: string, data: object = {}): Promise<Prepared> {
  const config = studyOf(data);
  const out = join(folder, "set");
  const where = { dataFolder: folder, out, startStage: silent };
  return { out, manifest: await prepareSet(openRandomStream(1), config, where) };
}

/** A study with two folds. */
export function studyOf(data: object, rest: object = {}): SegmentConfig {
  return segmentSchema.parse({
    name: "labels",
    data: {
      sets: [{ images: "images", labels: "labels" }],
      groups: { pattern: "^s\\d" },
      split: { by: "folds", count: 2 },
      ...data,
    },
    ...rest,
  });
}
