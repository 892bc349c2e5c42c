import {
  accessSync,
  constants,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from "node:fs";
import { availableParallelism, cpus, freemem, tmpdir, totalmem } from "node:os";
import { delimiter, join } from "node:path";
import { memoryBudget } from "../../core/index.ts";
import { bytesText } from "../bytes-text.ts";

/** One thing that the doctor looked at. */
export interface Fact {
  readonly name: string;
  /** What is there, in words. */
  readonly text: string;
  /** What to do about it; null where nothing is amiss. */
  readonly remedy: string | null;
  /** The same for programs. */
  readonly values: Readonly<Record<string, unknown>>;
}

/**
 * Looks at the processor, memory, threads, temporary folder and browser of this machine.
 *
 * @returns a fact for each
 */
export function machineFacts(): Fact[] {
  return [processorFact(), memoryFact(), threadsFact(), temporaryFact(tmpdir()), browserFact()];
}

function processorFact(): Fact {
  const model = cpus()[0]?.model.trim() ?? "unknown processor";
  const instructions = instructionSets(
    existsSync("/proc/cpuinfo") ? readFileSync("/proc/cpuinfo", "utf8") : "",
  );
  const known = instructions.length === 0 ? "" : ` with ${instructions.join(", ")}`;
  const isSlow = process.arch === "x64" && instructions.length > 0 && !instructions.includes("avx2");
  return {
    name: "processor",
    text: `${model}, ${cpus().length} cores, ${process.arch}${known}`,
    remedy: isSlow ? "without AVX2 networks run several times slower; take another machine to train" : null,
    values: { model, cores: cpus().length, architecture: process.arch, instructions },
  };
}

/** Instruction sets that ONNX Runtime has kernels for, by the names of Linux. */
const INSTRUCTION_SETS = ["avx512f", "avx512_vnni", "avx2", "fma", "asimd", "sve"];

/**
 * Which instruction sets a processor has.
 *
 * @param cpuinfo text of /proc/cpuinfo; "" where the system has none
 * @returns those that matter to speed; empty where nothing is known
 */
export function instructionSets(cpuinfo: string): string[] {
  const [, line = ""] = /^(?:flags|Features)\s*:(.*)$/m.exec(cpuinfo) ?? [];
  const flags = new Set(line.trim().split(/\s+/));
  return INSTRUCTION_SETS.filter((name) => flags.has(name));
}

/** Below this a training of the shipped recipes may not fit [bytes]. */
const LITTLE_MEMORY = 4e9;

function memoryFact(): Fact {
  const limit = process.constrainedMemory();
  const total = Math.min(totalmem(), limit > 0 ? limit : Infinity);
  const [free, budget] = [freemem(), memoryBudget()];
  return {
    name: "memory",
    text: `${bytesText(total)}, ${bytesText(free)} free; one image or table may take ${bytesText(budget)}`,
    remedy:
      total < LITTLE_MEMORY ? "train from fewer or smaller images, or with --stream, which keeps none" : null,
    values: { totalBytes: total, freeBytes: free, budgetBytes: budget },
  };
}

function threadsFact(): Fact {
  const threads = availableParallelism();
  return {
    name: "threads",
    text: `${threads} by default (--workers N)`,
    remedy: null,
    values: { threads },
  };
}

/** Free space below which a run may fail half way [bytes]. */
const LITTLE_SPACE = 1e9;

/**
 * Looks at the folder for temporary files.
 *
 * @param folder its path
 * @returns its free space, and whether a file can be written there
 */
export function temporaryFact(folder: string): Fact {
  const name = "temporary folder";
  try {
    const own = mkdtempSync(join(folder, "heterostem-doctor-"));
    writeFileSync(join(own, "test"), "test");
    rmSync(own, { recursive: true });
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    const remedy = "name a folder that can be written to in the environment variable TMPDIR";
    return { name, text: `${folder}, not to be written to (${code})`, remedy, values: { folder, code } };
  }
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const remedy =
    free < LITTLE_SPACE ? "make room, or name another folder in the environment variable TMPDIR" : null;
  return { name, text: `${folder}, ${bytesText(free)} free`, remedy, values: { folder, freeBytes: free } };
}

const BROWSERS = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "microsoft-edge",
  "firefox",
  "chrome.exe",
  "msedge.exe",
];
const APPLICATIONS = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Firefox.app/Contents/MacOS/firefox",
  "/Applications/Safari.app/Contents/MacOS/Safari",
];

function browserFact(): Fact {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const places = [
    ...BROWSERS.flatMap((name) => folders.map((folder) => join(folder, name))),
    ...APPLICATIONS,
  ];
  const path = places.find(isExecutable) ?? null;
  return {
    name: "browser",
    text: path ?? "none found",
    remedy: path === null ? "reports and 3D pages are single HTML files: open them on another machine" : null,
    values: { path },
  };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
