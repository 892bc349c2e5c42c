import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { planJob, type JobPlan } from "../../../src/cli/jobs/job-plan.ts";
import { shellCommand } from "../../../src/core/shell-words.ts";
import { slurmJob } from "../../../src/cli/jobs/slurm-job.ts";
import { parallelJob } from "../../../src/cli/jobs/parallel-job.ts";
import { snakemakeJob } from "../../../src/cli/jobs/snakemake-job.ts";
import { heterostem } from "../../helpers/heterostem.ts";

/** A million images: what 64 tasks are asked for follows from a trial of 0.05 s and 50 kB an image. */
const FACTS = {
  title: "TiO2/WO3, real",
  program: ["/usr/bin/node", "/opt/it's here/main.js"],
  version: "0.1.0",
  recipe: "seed: 1\n",
  sampleCount: 1e6,
  samplesPerShard: 512,
  parts: 64,
  workers: 1,
  out: "/scratch/my corpus",
  cost: { samples: 1e6, shards: 1954, bytes: 5e10, seconds: 5e4 },
  peakBytes: 200 * 2 ** 20,
};
const plan: JobPlan = planJob(FACTS);

describe("planJob()", () => {
  test("asks for the time of a part twice over, and for memory for tables, images and a file", () => {
    // 31 files of 512 images at 0.05 s: 794 s, doubled, and 137 s of warning
    expect([plan.minutes, plan.warningSeconds]).toEqual([29, 137]);
    // 1.25 (200 MiB + 4 files of 24.4 MiB), in steps of 256 MiB
    expect(plan.memoryMiB).toBe(512);
    // 50 GB at 20 MB/s
    expect(plan.mergeMinutes).toBe(42);
    const four = planJob({ ...FACTS, workers: 4 });
    expect([four.minutes, four.memoryMiB]).toEqual([10, 1536]);
    expect(plan.name).toBe("heterostem-tio2-wo3-real");
  });

  test("refuses more parts than files, and paths that no line can hold", () => {
    expect(() => planJob({ ...FACTS, parts: 2000 })).toThrow(
      "Cannot write job: wanted at most 1954 parts for as many files of 512 samples, got 2000; take fewer with --parts, " +
        "or smaller files with --shard-size",
    );
    expect(() => planJob({ ...FACTS, out: "/a\nb" })).toThrow(
      'Cannot write job: paths must hold no control characters, got "/a\\nb"',
    );
  });
});

test("shellCommand() gives a shell the words as they are", () => {
  const words = [
    "plain-1.5/x",
    "",
    "a b",
    "it's",
    '"$HOME" `id` \\ * ~ # & ; | < > ( ) { } ! é',
    "-n",
    "a\nb",
  ];
  const printed = execFileSync("sh", ["-c", `printf '%s\\0' ${shellCommand(words)}`], { encoding: "utf8" });
  expect(printed.split("\0").slice(0, -1)).toEqual(words);
});

/** Scripts that a shell can read to their end. */
function expectShell(text: string): void {
  execFileSync("bash", ["-n"], { input: text });
}

test("slurmJob() asks for what the plan says, quotes its paths, and refuses folders that Slurm reads as patterns", () => {
  const files = slurmJob(plan);
  Object.values(files).forEach(expectShell);
  const asked = [...files["parts.sbatch"].matchAll(/^#SBATCH --([\w-]+)=(.*)$/gm)].map(([, key, value]) => [
    key,
    value,
  ]);
  expect(Object.fromEntries(asked)).toMatchObject({
    array: "1-64",
    "cpus-per-task": "1",
    mem: "512M",
    time: "29",
    signal: "B:TERM@137",
  });
  expect(files["parts.sbatch"]).toContain(
    "/usr/bin/node '/opt/it'\\''s here/main.js' generate '/scratch/my corpus.job/recipe.yaml' --count 1000000 --shard-size 512 " +
      `--workers 1 --shard slurm --parts 64 --resume --out '/scratch/my corpus.parts'/"$SLURM_ARRAY_TASK_ID-of-64" &\n`,
  );
  expect(files["submit.sh"]).toContain('--dependency="afterok:$array"');
  expect(() => slurmJob({ ...plan, jobFolder: "/a/100%.job" })).toThrow(
    "Cannot write job: Slurm wants a folder without % and \\ for its logs, got /a/100%.job; choose another with --out",
  );
});

test("parallelJob() and snakemakeJob() number parts by the engine, and ask for the plan's memory", () => {
  const parallel = parallelJob(plan);
  const snakemake = snakemakeJob(plan);
  const scripts = [...Object.entries(parallel), ...Object.entries(snakemake)].filter(([name]) =>
    name.endsWith(".sh"),
  );
  scripts.forEach(([, text]) => expectShell(text));
  expect(parallel["part.sh"]).toContain(
    `--shard parallel --parts 64 --resume --out '/scratch/my corpus.parts'/"$PARALLEL_SEQ-of-64"`,
  );
  expect(parallel["run.sh"]).toContain(
    'seq 64 | parallel --joblog joblog --resume-failed --retries 3 --jobs "$jobs" --memfree 512M',
  );
  expect(snakemake["part.sh"]).toContain(
    `--shard "$1/64" --resume --out '/scratch/my corpus.parts'/"$1-of-64"\n`,
  );
  expect(snakemake["Snakefile"]).toContain("resources: mem_mb=512, runtime=29");
  expect(snakemake["Snakefile"]).toContain('["done/%d-of-64" % part for part in range(1, 65)]');
});

describe("heterostem generate --job", () => {
  const folder = mkdtempSync(join(tmpdir(), "heterostem-job-"));
  const recipe = join(folder, "small.yaml");
  const out = join(folder, "corpus");
  beforeAll(() =>
    writeFileSync(
      recipe,
      "name: small\nmicroscope: { widthPx: 32, heightPx: 32, pixelSizeNm: 4 }\naggregate: { particleCount: 9 }\n",
    ),
  );
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("writes files whose recipe makes the same corpus as its own, each part with a file at least", async () => {
    const words = ["generate", recipe, "--seed", "5", "--count", "20", "--out", out];
    const told = await heterostem(...words, "--job", "slurm", "--parts", "6", "--json");
    expect(told.stderr).toBe("");
    const written = JSON.parse(told.stdout) as JobPlan & { files: readonly string[] };
    expect([written.samplesPerShard, written.parts, written.workers]).toEqual([3, 6, 1]);
    expect(readdirSync(`${out}.job`).sort()).toEqual([...written.files, "run.json"].sort());
    const planOf = async (path: string) => {
      const { stdout } = await heterostem(
        "generate",
        path,
        ...words.slice(4),
        "--dry-run",
        "--json",
        "--workers",
        "1",
      );
      return (JSON.parse(stdout) as { plan: unknown }).plan;
    };
    const named = await heterostem(...words, "--dry-run", "--json", "--workers", "1");
    expect(await planOf(join(`${out}.job`, "recipe.yaml"))).toEqual(
      (JSON.parse(named.stdout) as { plan: unknown }).plan,
    );
    expect(readFileSync(join(`${out}.job`, "parts.sbatch"), "utf8")).toContain("#SBATCH --array=1-6\n");
  });

  const REFUSED: readonly (readonly [string, readonly string[], RegExp])[] = [
    ["--shard", ["--shard", "1/4"], /wanted --job for all parts or --shard for one, got both/],
    ["--resume", ["--resume"], /wanted --job without --resume/],
    [
      "a renderer that was not measured",
      ["--renderer", "gpu"],
      /are measured with --renderer cpu; .* got gpu/,
    ],
    ["more parts than samples", ["--count", "20", "--parts", "21"], /wanted at most 20 parts .* got 21/],
    ["an unknown engine", ["--job", "pbs"], /wanted one of slurm.*, got pbs/],
  ];
  for (const [what, words, message] of REFUSED) {
    test(`refuses ${what}, and writes nothing`, async () => {
      const before = readdirSync(folder);
      const { code, stderr } = await heterostem(
        "generate",
        recipe,
        "--job",
        "slurm",
        "--out",
        join(folder, "no"),
        ...words,
      );
      expect(stderr).toMatch(message);
      expect(code).toBe(2);
      expect(readdirSync(folder)).toEqual(before);
    });
  }

  test("refuses --parts where nothing is parted", async () => {
    const { code, stderr } = await heterostem(
      "generate",
      recipe,
      "--parts",
      "4",
      "--out",
      join(folder, "no"),
    );
    expect([code, stderr]).toEqual([
      2,
      "heterostem: Cannot generate corpus: wanted --parts together with --shard slurm, parallel, kubernetes, got no --shard\n",
    ]);
  });
});
