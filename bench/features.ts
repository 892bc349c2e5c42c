import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { median, type GrayImage } from "../src/core/index.ts";
import { cooccurrenceMatrices } from "../src/features/cooccurrence-matrices.ts";
import { gaborMagnitude } from "../src/features/gabor.ts";
import { localBinaryPattern } from "../src/features/local-binary-pattern.ts";
import { meanOrientationBlock, orientationCells } from "../src/features/gradient-orientation.ts";
import { otsuLevel } from "../src/features/index.ts";
import { normalizeImage } from "../src/image/index.ts";

const PYTHON = "/usr/bin/python3";
/** The peer's script lies beside this file's source; the build does not copy it. */
const PEER = resolve("bench", "features.py");

type Times = Readonly<Record<string, number>>;

/**
 * Measures features in scikit-image and here on the same image, in turn; prints both and the ratios.
 *
 * Skips with a line that says so where scikit-image is missing.
 *
 * @param args --side N (1024), --rounds N (3), --repeats N (15: the compiler needs the first few)
 */
export async function run(args: readonly string[]): Promise<void> {
  const text = (value: string) => ({ type: "string" as const, default: value });
  const { values } = parseArgs({
    args: [...args],
    options: { side: text("1024"), rounds: text("3"), repeats: text("15") },
  });
  const probe = spawnSync(PYTHON, ["-c", "import skimage"], { encoding: "utf8" });
  if (probe.status !== 0) {
    console.log(JSON.stringify({ skipped: "scikit-image is not installed (Debian: python3-skimage)" }));
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), "heterostem-features-"));
  try {
    compare(join(folder, "image.bin"), values);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function compare(file: string, values: Readonly<Record<"side" | "rounds" | "repeats", string>>): void {
  const rounds: { readonly peer: Times; readonly ours: Times }[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    const peer = runPeer(["--out", file, "--side", values.side, "--repeats", values.repeats]);
    const ours = measureFeatures(readFileSync(file), Number(values.side), Number(values.repeats));
    rounds.push({ peer, ours });
    console.log(JSON.stringify({ round, unit: "ms of CPU time", "scikit-image": peer, heterostem: ours }));
  }
  const ratios = Object.keys(rounds[0].ours).map((task) => {
    const ofRounds = rounds.map(({ peer, ours }) => peer[task] / ours[task]);
    return [task, Math.round(median(ofRounds) * 100) / 100];
  });
  console.log(
    JSON.stringify({ ratioOf: "scikit-image / heterostem, median of rounds", ...Object.fromEntries(ratios) }),
  );
}

function runPeer(flags: readonly string[]): Times {
  const { stdout, status, stderr } = spawnSync(PYTHON, [PEER, ...flags], { encoding: "utf8" });
  if (status !== 0) throw new Error(`Cannot run peer: wanted exit code 0, got ${status}: ${stderr}`);
  return JSON.parse(stdout) as Times;
}

function measureFeatures(bytes: Buffer, side: number, repeats: number): Times {
  const levels = Uint8Array.from(bytes);
  const image: GrayImage = {
    width: side,
    height: side,
    data: Float32Array.from(levels),
    intensityUnit: "arbitrary",
    pixelSizeNm: null,
  };
  const offsets = [1, 2, 4].flatMap((distancePx) =>
    [0, 45, 90, 135].map((degrees) => ({ distancePx, angleRad: (degrees * Math.PI) / 180 })),
  );
  const grey = { width: side, height: side, levels, levelCount: 256 };
  const tasks: Readonly<Record<string, () => unknown>> = {
    // scikit-image's defaults: 8 x 8 tiles, bins cut at a hundredth of a tile, which is 2.56 times their mean
    clahe: () => normalizeImage(image, { kind: "clahe", tileCount: 8, clipLimit: 2.56 }),
    cooccurrence: () => cooccurrenceMatrices(grey, offsets),
    localBinaryPattern: () => localBinaryPattern(image, { points: 10, radiusPx: 5 }),
    otsu: () => otsuLevel(levels),
    hog: () => meanOrientationBlock(orientationCells(image)),
    gabor: () => gaborMagnitude(image, { frequencyPerPx: 0.1, angleRad: Math.PI / 4 }),
  };
  return Object.fromEntries(Object.entries(tasks).map(([name, task]) => [name, medianMs(task, repeats)]));
}

/** CPU time, all threads of the process: both sides work on one, and a busy machine does not show. */
function medianMs(task: () => unknown, repeats: number): number {
  task();
  const times = Array.from({ length: repeats }, () => {
    const before = process.cpuUsage();
    task();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return Math.round(median(times) * 100) / 100;
}
