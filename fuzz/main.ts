import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { findPackageFolder } from "../src/cli/package-folder.ts";
import { FORMATS } from "./formats.ts";
import { fuzzFormat, type FuzzFault } from "./run-fuzz.ts";
import { killRuns } from "./kill-runs.ts";

/** `npm run fuzz -- [kills] [--count N] [--format NAME,NAME] [--seed S]`: faults are written into test/fuzz/fixtures, where they stay as tests. */
const USAGE = "npm run fuzz -- [kills] [--count N] [--format NAME,NAME] [--seed S]";
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: "string", default: "500" },
    seed: { type: "string", default: "1" },
    format: { type: "string", default: Object.keys(FORMATS).join(",") },
    help: { type: "boolean", short: "h", default: false },
  },
});
const [count, seed] = [Number(values.count), Number(values.seed)];
/** Larger inputs do not go into the repository. */
const LARGEST_FIXTURE = 20_000;

if (values.help) {
  process.stdout.write(`${USAGE}\nformats: ${Object.keys(FORMATS).join(", ")}\n`);
} else if (positionals[0] === "kills") {
  for await (const line of killRuns({ count, seed })) process.stdout.write(`${line}\n`);
} else {
  for (const format of values.format.split(",")) {
    if (!(format in FORMATS))
      throw new Error(`Cannot fuzz: wanted one of ${Object.keys(FORMATS).join(", ")}, got ${format}`);
    const { read, refused, faults, slowestMs, peakRss } = await fuzzFormat(format, { count, seed });
    const head = `${format}: ${read} read, ${refused} refused, ${faults.length} faults`;
    process.stdout.write(`${head}; slowest ${Math.round(slowestMs)} ms, ${Math.round(peakRss / 1e6)} MB\n`);
    for (const fault of distinct(faults)) {
      process.stdout.write(`  ${fault.index} ${fault.name}: ${fault.fault}\n  ${keep(fault)}\n`);
    }
    if (faults.length > 0) process.exitCode = 1;
  }
}

/** The first of each kind of fault. */
function distinct(faults: readonly FuzzFault[]): FuzzFault[] {
  const kinds = new Map(
    faults.map((fault) => [fault.fault.replaceAll(/\d+/g, "").slice(0, 60), fault] as const).toReversed(),
  );
  return [...kinds.values()];
}

function keep({ format, name, bytes }: FuzzFault): string {
  if (bytes.length > LARGEST_FIXTURE) return `${bytes.length} bytes, not kept`;
  const folder = join(findPackageFolder(), "test/fuzz/fixtures", format);
  mkdirSync(folder, { recursive: true });
  const path = join(
    folder,
    `${createHash("sha256").update(bytes).digest("hex").slice(0, 8)}-${basename(name)}`,
  );
  writeFileSync(path, bytes);
  return path;
}
