import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { openRandomStream } from "../src/core/index.ts";
import type { FuzzSeed } from "./format.ts";
import { FORMATS } from "./formats.ts";
import { wordsFault } from "./judge.ts";
import { mutated } from "./mutate-bytes.ts";
import { mutatedText } from "./mutate-text.ts";

/** Asks for one mutant; without an index for the first seed itself, which must be read. */
export interface FuzzQuestion {
  readonly seed: number;
  readonly index: number | null;
}

/** How the reading of a mutant ended. */
export interface FuzzAnswer {
  readonly kind: "ready" | "read" | "refused" | "fault";
  readonly fault?: string;
  /** The mutant as base64, where it is at fault. */
  readonly bytes?: string;
  readonly name?: string;
  /** Resident memory after the reading [bytes], and the processor time that it took, of all threads [ms]. */
  readonly rss: number;
  readonly cpuMs: number;
}

/**
 * The mutant of a number: the same for the same seed, format and number.
 *
 * @returns the file under the name of the seed that it was made from
 */
export function mutantOf(
  format: string,
  seeds: readonly FuzzSeed[],
  { seed, index }: FuzzQuestion & { readonly index: number },
): FuzzSeed {
  const rng = openRandomStream(seed, "fuzz", format, index);
  const original = seeds[rng.integerBelow(seeds.length)];
  const mutate = FORMATS[format].isText ? mutatedText : mutated;
  return { name: original.name, bytes: mutate(rng, original.bytes) };
}

/** Answers the parent's questions, one after the other, until it is ended. */
async function serve(name: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "heterostem-fuzz-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  process.on("disconnect", () => process.exit());
  // a reader without end hears nothing any more: a thread ends it when its parent is gone
  const watch = `setInterval(() => process.ppid === ${process.ppid} || process.kill(process.pid, "SIGKILL"), 1000)`;
  new Worker(watch, { eval: true }).unref();
  const format = FORMATS[name];
  const seeds = await format.seeds(folder);
  for (const seed of seeds) await format.read(seed, folder);
  let begun = process.cpuUsage();
  const answer = (one: Omit<FuzzAnswer, "rss" | "cpuMs">) => {
    const { user, system } = process.cpuUsage(begun);
    process.send?.({ ...one, rss: process.memoryUsage.rss(), cpuMs: (user + system) / 1000 });
  };
  process.on("message", (question: FuzzQuestion) => {
    begun = process.cpuUsage();
    const { seed, index } = question;
    const mutant = index === null ? seeds[0] : mutantOf(name, seeds, { seed, index });
    const faulty = (fault: string) =>
      answer({
        kind: "fault",
        fault,
        name: mutant.name,
        bytes: Buffer.from(mutant.bytes).toString("base64"),
      });
    Promise.resolve()
      .then(() => format.read(mutant, folder))
      .then(
        () => answer({ kind: "read" }),
        (error: unknown) => {
          const fault = wordsFault(error instanceof Error ? error.message : String(error));
          return fault === null ? answer({ kind: "refused" }) : faulty(fault);
        },
      )
      .catch(() => process.exit(1));
  });
  answer({ kind: "ready" });
}

const [name] = process.argv.slice(2);
if (process.send !== undefined && name !== undefined) await serve(name);
