import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { FORMATS } from "../../fuzz/formats.ts";
import { wordsFault } from "../../fuzz/judge.ts";
import { mutated } from "../../fuzz/mutate-bytes.ts";
import { mutatedText } from "../../fuzz/mutate-text.ts";
import { openRandomStream } from "../../src/core/index.ts";

const FIXTURES = join(import.meta.dirname, "fixtures");
const scratch = mkdtempSync(join(tmpdir(), "heterostem-fuzz-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe("what fuzzing has found is read, or refused in words", () => {
  for (const format of existsSync(FIXTURES) ? readdirSync(FIXTURES) : []) {
    for (const file of readdirSync(join(FIXTURES, format))) {
      test(`${format}/${file}`, async () => {
        const begun = process.cpuUsage();
        const bytes = readFileSync(join(FIXTURES, format, file));
        // the first eight letters are of the checksum
        const words = await Promise.resolve()
          .then(() => FORMATS[format].read({ name: file.slice(9), bytes }, scratch))
          .then(
            () => null,
            (error: Error) => wordsFault(error.message),
          );
        expect(words).toBeNull();
        const { user, system } = process.cpuUsage(begun);
        expect((user + system) / 1000).toBeLessThan(2000);
      });
    }
  }
});

test("mutants follow from their number, and nearly all differ from the file", () => {
  const original = Buffer.from('{"count": 3, "names": ["a", "b"]}');
  for (const mutate of [mutated, mutatedText]) {
    const of = (index: number) =>
      Buffer.from(mutate(openRandomStream(1, index), original)).toString("latin1");
    const all = Array.from({ length: 200 }, (_, index) => of(index));
    expect(all).toEqual(all.map((_, index) => of(index)));
    expect(new Set(all).size).toBeGreaterThan(150);
  }
});

test("words of the language and of libraries are faults, those of the house are none", () => {
  expect(wordsFault("Cannot read micrograph: TIFF must have a page, got none (a.tif)")).toBeNull();
  for (const raw of [
    "Cannot read properties of undefined (reading 'a')",
    "Cannot read micrograph: Invalid typed array length: -1 (a.tif)",
    "Cannot read recipe: Maximum call stack size exceeded",
    "unexpected end of file",
  ]) {
    expect(wordsFault(raw), raw).not.toBeNull();
  }
});
