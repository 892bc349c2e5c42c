import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { median } from "../src/core/index.ts";
import { measureStep } from "./train-step.ts";
import type { StepTimes } from "./train-step.ts";

const PYTHON = "/usr/bin/python3";

/**
 * Runs PyTorch and this project in turn on the same networks; prints both sides and the ratio of medians.
 *
 * Skips with a line that says so where PyTorch or its script is missing.
 *
 * @param args --net regressor|unet (both), --threads N (2), --rounds N (3), --steps N (20), --peer SCRIPT
 */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      net: { type: "string" },
      threads: { type: "string", default: "2" },
      rounds: { type: "string", default: "3" },
      steps: { type: "string", default: "20" },
      peer: { type: "string", default: join("..", "shared", "peers", "pytorch_step.py") },
    },
  });
  const obstacle = findObstacle(values.peer);
  if (obstacle !== null) {
    console.log(JSON.stringify({ skipped: obstacle }));
    return;
  }
  const nets = values.net === undefined ? ["regressor", "unet"] : [values.net];
  for (const net of nets) {
    const peers: StepTimes[] = [];
    const ours: StepTimes[] = [];
    for (let round = 0; round < Number(values.rounds); round++) {
      const flags = ["--net", net, "--threads", values.threads, "--steps", values.steps];
      peers.push(runPeer(values.peer, flags));
      ours.push(await measureStep(net, { threads: Number(values.threads), steps: Number(values.steps) }));
      console.log(JSON.stringify({ net, round, pytorch: peers.at(-1), heterostem: ours.at(-1) }));
    }
    console.log(JSON.stringify(summaryOf(net, peers, ours)));
  }
}

/** What stands in the way of a comparison, or null. */
function findObstacle(peer: string): string | null {
  if (!existsSync(resolve(peer))) return `no peer script at ${peer}`;
  const probe = spawnSync(PYTHON, ["-c", "import torch"], { encoding: "utf8" });
  return probe.status === 0 ? null : "PyTorch is not installed (Debian: python3-torch, python3-numpy)";
}

function runPeer(peer: string, flags: readonly string[]): StepTimes {
  const { stdout, status, stderr } = spawnSync(PYTHON, [peer, ...flags], { encoding: "utf8" });
  if (status !== 0) throw new Error(`Cannot run peer: wanted exit code 0, got ${status}: ${stderr}`);
  return JSON.parse(stdout) as StepTimes;
}

function summaryOf(net: string, peers: readonly StepTimes[], ours: readonly StepTimes[]) {
  const ratio = (key: "train_ms" | "infer_ms") => {
    const ofRounds = peers.map((peer, round) => peer[key] / ours[round][key]);
    return Math.round(median(ofRounds) * 100) / 100;
  };
  return {
    net,
    ratioOf: "PyTorch / heterostem, median of rounds",
    train: ratio("train_ms"),
    infer: ratio("infer_ms"),
  };
}
