import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { TAR_END, tarEntry } from "../../src/corpus/index.ts";

const folder = mkdtempSync(join(tmpdir(), "heterostem-tar-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("an archive of tarEntry() is unpacked by tar to the same files, of no byte, of a block, and of more", () => {
  const sizes = [0, 1, 511, 512, 513, 5000];
  const files = sizes.map((size) => ({
    name: `${size}.bin`,
    bytes: Uint8Array.from({ length: size }, (_, i) => i % 251),
  }));
  const longest = { name: "n".repeat(100), bytes: new Uint8Array([7]) };
  const entries = [...files, longest].map(({ name, bytes }) => tarEntry(name, bytes));
  writeFileSync(join(folder, "a.tar"), Buffer.concat([...entries, TAR_END]));
  execFileSync("tar", ["-xf", "a.tar"], { cwd: folder });
  for (const { name, bytes } of [...files, longest]) {
    expect(new Uint8Array(readFileSync(join(folder, name)))).toEqual(bytes);
  }
});

test("tarEntry() refuses names that the format cannot hold", () => {
  for (const name of ["", "n".repeat(101), "é", "a b", "a\0b"]) {
    expect(() => tarEntry(name, new Uint8Array())).toThrow(
      `Cannot write tar archive: name must be 1 to 100 ASCII characters, got ${JSON.stringify(name)}`,
    );
  }
});
