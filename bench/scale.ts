import { spawn } from "node:child_process";
import { closeSync, fsyncSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { createHash, randomBytes } from "node:crypto";
import { openCorpus } from "../src/corpus/index.ts";

const PROGRAM = resolve(import.meta.dirname, "../src/cli/main.js");
/** Prints the processor time of a process when it ends [us]. */
const TELL_CPU = `data:text/javascript,process.on("exit",()=>{const{user,system}=process.cpuUsage();process.stderr.write("\\ncpu-us "+(user+system)+"\\n")})`;

/** What a process took. */
interface Taken {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/**
 * Measures what images cost when they are made in parts, by one process and by two at a time, what joining the parts takes, and
 * projects both to corpora and clusters. Wall clocks of a shared machine say little: processor time is printed beside them, and the
 * projection is made of it.
 *
 * @param args --recipe NAME, --count images of a part, --cores of a node
 */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      recipe: { type: "string", default: "tio2-wo3" },
      count: { type: "string", default: "512" },
      cores: { type: "string", default: "2" },
    },
  });
  const [perPart, cores] = [Number(values.count), Number(values.cores)];
  const folder = mkdtempSync(join(tmpdir(), "heterostem-scale-"));
  try {
    const part = (index: number, of: number, name: string, count = perPart * of) =>
      call(
        "generate",
        values.recipe,
        "--count",
        count,
        "--shard-size",
        Math.ceil(count / of),
        "--workers",
        1,
        "--shard",
        `${index}/${of}`,
        "--out",
        join(folder, name),
      );
    // what a task takes before its first image: a part of one image
    const start = await part(1, 1, "start", 1);
    const one = await part(1, 1, "one");
    const perImage = (one.cpuSeconds - start.cpuSeconds) / (perPart - 1);
    print({
      parts: 1,
      at_once: 1,
      images_per_s: perPart / one.seconds,
      cpu_ms_per_image: 1000 * perImage,
      start_cpu_s: start.cpuSeconds,
    });
    const begun = performance.now();
    const two = await Promise.all([part(1, 2, "two/1-of-2"), part(2, 2, "two/2-of-2")]);
    const seconds = (performance.now() - begun) / 1000;
    const cpuOfTwo =
      two.reduce((sum, { cpuSeconds }) => sum + cpuSeconds - start.cpuSeconds, 0) / (2 * perPart - 2);
    print({ parts: 2, at_once: 2, images_per_s: (2 * perPart) / seconds, cpu_ms_per_image: 1000 * cpuOfTwo });
    const merge = await call("corpus", "merge", join(folder, "two"), "--out", join(folder, "merged"));
    const { shards } = openCorpus(join(folder, "merged")).manifest;
    const bytes = shards.reduce((sum, shard) => sum + shard.bytes, 0);
    const bytesPerImage = bytes / (2 * perPart);
    const [checksum, disk] = [checksumRate(join(folder, "merged", shards[0].file)), writeRate(folder)];
    print({
      merge_s: merge.seconds,
      bytes_per_image: Math.round(bytesPerImage),
      checksum_MB_per_s: checksum / 1e6,
      disk_MB_per_s: disk / 1e6,
    });
    for (const images of [1e6, 1e8]) {
      for (const nodes of [1, 64, 1024]) {
        const drawing = (images * cpuOfTwo) / (nodes * cores) / 3600;
        // one process reads, compares and writes what the parts have written
        const joining = (images * bytesPerImage * (1 / checksum + 1 / disk)) / 3600;
        print({
          images,
          nodes,
          cores_per_node: cores,
          hours_drawing: drawing,
          hours_joining: joining,
          terabytes: (2 * images * bytesPerImage) / 1e12,
        });
      }
    }
    print({ load_average: loadavg()[0] });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Bytes a second of a wall clock that reach the disk, to the last. */
function writeRate(folder: string): number {
  const bytes = randomBytes(2 ** 26);
  const begun = performance.now();
  const file = openSync(join(folder, "written"), "w");
  writeSync(file, bytes);
  fsyncSync(file);
  closeSync(file);
  return bytes.length / ((performance.now() - begun) / 1000);
}

/** Bytes a second of processor time that one process reads and compares with a checksum; the disk's cache is warm. */
function checksumRate(path: string): number {
  const bytes = readFileSync(path);
  const before = process.cpuUsage();
  let done = 0;
  let cpu = 0;
  while (cpu < 0.3e6) {
    createHash("sha256").update(readFileSync(path)).digest();
    done += bytes.length;
    const { user, system } = process.cpuUsage(before);
    cpu = user + system;
  }
  return done / (cpu / 1e6);
}

function call(...words: (string | number)[]): Promise<Taken> {
  const begun = performance.now();
  const child = spawn(process.execPath, ["--import", TELL_CPU, PROGRAM, ...words.map(String)], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let told = "";
  child.stderr.on("data", (bytes: Buffer) => void (told += bytes.toString()));
  return new Promise((done, fail) => {
    child.on("close", (code) => {
      const cpu = /cpu-us (\d+)/.exec(told)?.[1];
      if (code !== 0 || cpu === undefined) fail(new Error(told));
      else done({ seconds: (performance.now() - begun) / 1000, cpuSeconds: Number(cpu) / 1e6 });
    });
  });
}

function print(line: Readonly<Record<string, number>>): void {
  const short = Object.entries(line).map(([key, value]) => [
    key,
    Number.isInteger(value) ? value : Number(value.toPrecision(3)),
  ]);
  console.log(JSON.stringify(Object.fromEntries(short)));
}
