import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { coefficientOfDetermination, median } from "../src/core/index.ts";
import { likeliestClasses, predictForest, trainForest } from "../src/forest/index.ts";
import type { FeatureTable } from "../src/forest/index.ts";
import type { ForestTarget } from "../src/forest/forest.ts";

const PYTHON = "/usr/bin/python3";
/** The peer's script lies beside this file's source; the build does not copy it. */
const PEER = resolve("bench", "forest.py");

interface ForestTimes {
  readonly task: "regression" | "classification";
  readonly fitMs: number;
  /** CPU time of all threads: what is left of fitMs on a busy machine. */
  readonly fitCpuMs: number;
  readonly predictMs: number;
  readonly testScore: number;
  readonly outOfBagScore: number;
}

/**
 * Grows forests with scikit-learn and with this project on the same rows, in turn; prints both and the ratios.
 *
 * Skips with a line that says so where scikit-learn is missing.
 *
 * @param args --rows N (2000), --features N (300), --trees N (200), --threads N (2), --rounds N (3)
 */
export async function run(args: readonly string[]): Promise<void> {
  const text = (value: string) => ({ type: "string" as const, default: value });
  const { values } = parseArgs({
    args: [...args],
    options: {
      rows: text("2000"),
      features: text("300"),
      trees: text("200"),
      threads: text("2"),
      rounds: text("3"),
    },
  });
  const probe = spawnSync(PYTHON, ["-c", "import sklearn"], { encoding: "utf8" });
  if (probe.status !== 0) {
    console.log(JSON.stringify({ skipped: "scikit-learn is not installed (Debian: python3-sklearn)" }));
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), "heterostem-forest-"));
  try {
    await compare(folder, values);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function compare(folder: string, values: Readonly<Record<string, string>>): Promise<void> {
  const rounds: { readonly peer: ForestTimes; readonly ours: ForestTimes }[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    const flags = ["rows", "features", "trees", "threads"].flatMap((name) => [`--${name}`, values[name]]);
    // other rows and other trees every round
    const peers = runPeer(["--out", folder, "--seed", String(round), ...flags]);
    for (const peer of peers) {
      const ours = await measureForest(folder, peer.task, { ...values, seed: String(round) });
      rounds.push({ peer, ours });
      console.log(JSON.stringify({ round, task: peer.task, "scikit-learn": peer, heterostem: ours }));
    }
  }
  for (const task of ["regression", "classification"]) {
    const ofTask = rounds.filter(({ peer }) => peer.task === task);
    console.log(JSON.stringify(summaryOf(task, ofTask, Number(values.rows))));
  }
}

function runPeer(flags: readonly string[]): ForestTimes[] {
  const { stdout, status, stderr } = spawnSync(PYTHON, [PEER, ...flags], { encoding: "utf8" });
  if (status !== 0) throw new Error(`Cannot run peer: wanted exit code 0, got ${status}: ${stderr}`);
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as ForestTimes);
}

async function measureForest(
  folder: string,
  task: ForestTimes["task"],
  values: Readonly<Record<string, string>>,
): Promise<ForestTimes> {
  const [rows, features] = [Number(values.rows), Number(values.features)];
  const x = new Float32Array(copyOf(readFileSync(join(folder, "x.bin"))));
  const y = new Float64Array(copyOf(readFileSync(join(folder, task === "regression" ? "y.bin" : "c.bin"))));
  const table = (start: number): FeatureTable => ({
    names: Array.from({ length: features }, (_, i) => `x${i}`),
    rowCount: rows,
    values: x.slice(start * features, (start + rows) * features),
  });
  const train = y.slice(0, rows);
  const target: ForestTarget =
    task === "regression"
      ? { kind: "regression", values: train }
      : { kind: "classification", labels: train, classNames: ["0", "1", "2", "3", "4"] };
  const started = performance.now();
  const before = process.cpuUsage();
  const forest = await trainForest(table(0), target, {
    treeCount: Number(values.trees),
    workers: Number(values.threads),
    seed: Number(values.seed),
  });
  const fitted = performance.now();
  const cpu = process.cpuUsage(before);
  const predictions = predictForest(forest, table(rows));
  const predicted = performance.now();
  return {
    task,
    fitMs: Math.round(fitted - started),
    fitCpuMs: Math.round((cpu.user + cpu.system) / 1000),
    predictMs: Math.round(predicted - fitted),
    testScore: round4(scoreOf(task, predictions, y.slice(rows))),
    outOfBagScore: round4(forest.outOfBag.score),
  };
}

function copyOf(bytes: Buffer): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}

function scoreOf(task: ForestTimes["task"], predictions: Float64Array, truth: Float64Array): number {
  if (task === "regression") return coefficientOfDetermination(predictions, truth);
  const classes = likeliestClasses(predictions, 5);
  return classes.filter((label, row) => label === truth[row]).length / truth.length;
}

function summaryOf(
  task: string,
  rounds: readonly { readonly peer: ForestTimes; readonly ours: ForestTimes }[],
  rowCount: number,
) {
  const ratio = (key: "fitMs" | "fitCpuMs" | "predictMs") =>
    median(rounds.map(({ peer, ours }) => peer[key] / ours[key]));
  const difference = median(rounds.map(({ peer, ours }) => ours.testScore - peer.testScore));
  return {
    task,
    ratioOf: "scikit-learn / heterostem, median of rounds",
    fit: round4(ratio("fitMs")),
    fitCpu: round4(ratio("fitCpuMs")),
    predict: round4(ratio("predictMs")),
    scoreDifference: round4(difference),
    standardErrorOfScore: round4(standardErrorOfScore(task, rounds[0].ours.testScore, rowCount)),
  };
}

/** sqrt(p(1-p)/n) of an accuracy; of R2 the large-sample 2 sqrt(R2)(1-R2)/sqrt(n) [olkin1995]. */
function standardErrorOfScore(task: string, score: number, rowCount: number): number {
  if (task === "classification") return Math.sqrt((score * (1 - score)) / rowCount);
  return (2 * Math.sqrt(score) * (1 - score)) / Math.sqrt(rowCount);
}

function round4(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
