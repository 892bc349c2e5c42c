import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openRandomStream, type RandomStream } from "../src/core/index.ts";

const PROGRAM = join(import.meta.dirname, "../src/cli/main.js");

const RECIPE = `
name: killed
seed: 5
aggregate: { particleCount: 12, fractalPrefactor: 1.3, necking: 0.1 }
microscope: { widthPx: 32, heightPx: 32, pixelSizeNm: 6 }
training: { epochs: 40, widths: [8, 16] }
corpus: { trainCount: 36, validationCount: 20, testCount: 20 }
errorAnalysis: { imageCount: 2, realisationCount: 2 }
`;
const STEEL = `
name: steel
data:
  sets: [{ images: PNG, labels: nature_scidata_heerlen_aachen_steel_annotations_polygon.csv }]
  labelKind: polygonCsv
  classNames: [steel, island]
  groups: { table: nature_scidata_steel_metadata.csv, nameColumn: image, groupColumns: [type, temperature] }
  split: { by: folds, count: 2 }
model: { widths: [8], bottomWidth: 8 }
training: { cropPx: 32, epochs: 40 }
`;

/** Runs that are killed, without --out; the others need what `prepare` makes. */
const RUNS: Readonly<Record<string, readonly string[]>> = {
  generate: ["generate", "recipe.yaml", "--count", "600", "--shard-size", "10", "--workers", "1"],
  train: ["train", "recipe.yaml", "--checkpoint-every", "5", "--workers", "1"],
  study: ["study", "recipe.yaml", "--checkpoint-every", "5", "--workers", "1"],
  "segment train": ["segment", "train", "set", "--fold", "0", "--workers", "1"],
};

/**
 * Kills runs at random moments, goes on with each by --resume until it is done, and compares its files with those of a run that
 * nobody killed.
 *
 * @param options.count kills of each command
 * @param options.seed of the moments
 * @yields a line for each command
 * @throws Error naming the first file that differs
 */
export async function* killRuns({
  count,
  seed,
  commands = Object.keys(RUNS),
}: {
  readonly count: number;
  readonly seed: number;
  readonly commands?: readonly string[];
}): AsyncGenerator<string, void> {
  const folder = mkdtempSync(join(tmpdir(), "heterostem-kills-"));
  try {
    writeFileSync(join(folder, "recipe.yaml"), RECIPE);
    writeFileSync(join(folder, "steel.yaml"), STEEL);
    if (commands.includes("segment train")) {
      await run(folder, ["segment", "generate", "steel", "--count", "12", "--out", "steel"]);
      await run(folder, ["segment", "prepare", "steel.yaml", "--data", "steel", "--out", "set"]);
    }
    for (const command of commands) {
      const rng = openRandomStream(seed, "kills", command);
      yield `${command}: ${await killed(rng, folder, { words: RUNS[command], count })}`;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface KilledCommand {
  readonly words: readonly string[];
  readonly count: number;
}

async function killed(rng: RandomStream, folder: string, { words, count }: KilledCommand): Promise<string> {
  const started = performance.now();
  await run(folder, [...words, "--out", "whole"]);
  const wholeMs = performance.now() - started;
  let [kills, runs] = [0, 0];
  while (kills < count) {
    runs++;
    for (;;) {
      // the moments fall on the whole run, its start and its end
      const afterMs = kills < count ? 1.1 * wholeMs * rng.uniform() : null;
      const signal = await run(folder, [...words, "--out", "killed", "--resume"], afterMs);
      if (signal !== "SIGKILL") break;
      kills++;
    }
    expectSame(folder);
    rmSync(join(folder, "killed"), { recursive: true });
  }
  rmSync(join(folder, "whole"), { recursive: true });
  return `${kills} kills in ${runs} runs, all bytes equal`;
}

/** Files that tell how long something took. */
const TIMED = /(?:metrics\.jsonl|seconds\.json)$/;

function expectSame(folder: string): void {
  const [found, wanted] = ["killed", "whole"].map((name) => contents(join(folder, name)));
  const names = [...new Set([...Object.keys(found), ...Object.keys(wanted)])].filter(
    (name) => !TIMED.test(name),
  );
  const other = names.find((name) => found[name] !== wanted[name]);
  if (other !== undefined)
    throw new Error(`Cannot resume: ${other} must be as in a run that nobody killed, got another`);
  const left = readdirSync(folder).filter((name) => name.startsWith("killed."));
  if (left.length > 0)
    throw new Error(`Cannot resume: nothing must be left beside the results, got ${left.join(", ")}`);
}

function contents(root: string): Record<string, string> {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [path.slice(root.length), readFileSync(path, "latin1")];
    }),
  );
}

/** Runs the program to its end, or kills it after a time; gives the signal or null. */
function run(
  cwd: string,
  words: readonly string[],
  killAfterMs: number | null = null,
): Promise<NodeJS.Signals | null> {
  if (!existsSync(PROGRAM)) throw new Error(`Cannot run: wanted the built program, got none (${PROGRAM})`);
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [PROGRAM, ...words], { cwd, stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    child.stderr.on("data", (bytes: Buffer) => void (said = (said + bytes.toString()).slice(-2000)));
    const timer = killAfterMs === null ? undefined : setTimeout(() => child.kill("SIGKILL"), killAfterMs);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      if (signal === null && code !== 0)
        fail(new Error(`heterostem ${words.join(" ")}: exit code ${code}: ${said}`));
      else done(signal);
    });
  });
}
