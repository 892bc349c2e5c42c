import { createHash, randomBytes } from "node:crypto";
import * as path from "node:path";
import * as zlib from "node:zlib";
import { describe, expect, test } from "vitest";
import { createHash as ownHash } from "../../src/studio/stand-ins/crypto.ts";
import * as ownPath from "../../src/studio/stand-ins/path.ts";
import * as ownZlib from "../../src/studio/stand-ins/zlib.ts";

const text = new TextEncoder().encode("heterostem ".repeat(5000));
const noise = Uint8Array.from(randomBytes(100_000));

describe("in place of node:zlib", () => {
  test("inflates what Node deflates, and Node what it deflates", () => {
    for (const bytes of [text, noise, new Uint8Array(0)]) {
      expect(Buffer.from(ownZlib.inflateSync(zlib.deflateSync(bytes))).equals(Buffer.from(bytes))).toBe(true);
      expect(zlib.inflateSync(ownZlib.deflateSync(bytes)).equals(Buffer.from(bytes))).toBe(true);
      expect(zlib.inflateRawSync(ownZlib.deflateRawSync(bytes)).equals(Buffer.from(bytes))).toBe(true);
      expect(ownZlib.crc32(bytes)).toBe(zlib.crc32(bytes));
    }
  });

  test("gives no more than the limit: one byte beyond it is Node's error", () => {
    const packed = zlib.deflateSync(text);
    expect(ownZlib.inflateSync(packed, { maxOutputLength: text.length }).length).toBe(text.length);
    const beyond = () => ownZlib.inflateSync(packed, { maxOutputLength: text.length - 1 });
    expect(beyond).toThrow(expect.objectContaining({ code: "ERR_BUFFER_TOO_LARGE" }));
  });

  test("refuses data that are cut off or whose checksum is another, and takes what is padded behind it", () => {
    const packed = zlib.deflateSync(noise);
    expect(() => ownZlib.inflateSync(packed.subarray(0, packed.length / 2))).toThrow("unexpected EOF");
    const changed = Uint8Array.from(packed);
    changed[changed.length - 1] ^= 1;
    expect(() => ownZlib.inflateSync(changed)).toThrow("incorrect data check");
    const padded = new Uint8Array(packed.length + 3);
    padded.set(packed);
    expect(ownZlib.inflateSync(padded).length).toBe(noise.length);
  });

  test("in pieces, where much more could come than may: the same bytes, and the same refusals", () => {
    const packed = zlib.deflateSync(noise);
    const within = { maxOutputLength: noise.length };
    expect(Buffer.compare(ownZlib.inflateSync(packed, within), noise)).toBe(0);
    expect(Buffer.compare(ownZlib.inflateRawSync(zlib.deflateRawSync(noise), within), noise)).toBe(0);
    const padded = Buffer.concat([packed, Buffer.alloc(3)]);
    expect(ownZlib.inflateSync(padded, within).length).toBe(noise.length);
    expect(() => ownZlib.inflateSync(packed.subarray(0, 60_000), within)).toThrow("unexpected EOF");
    const changed = Uint8Array.from(packed);
    changed[changed.length - 1] ^= 1;
    expect(() => ownZlib.inflateSync(changed, within)).toThrow("incorrect data check");
  });

  test("a bomb of 200 MB is refused after its first pieces", () => {
    const bomb = zlib.deflateSync(Buffer.alloc(2e8), { level: 9 });
    const timed = (work: () => void) => {
      const begun = process.cpuUsage();
      work();
      const { user, system } = process.cpuUsage(begun);
      return user + system;
    };
    const refused = timed(() =>
      expect(() => ownZlib.inflateSync(bomb, { maxOutputLength: 1000 })).toThrow(
        expect.objectContaining({ code: "ERR_BUFFER_TOO_LARGE" }),
      ),
    );
    // all of it takes a second of a core of its own
    const whole = timed(() => ownZlib.inflateSync(bomb, { maxOutputLength: 2e8 }));
    expect(refused).toBeLessThan(0.5 * whole);
  });
});

test("in place of node:crypto: the same SHA-256", () => {
  const own = ownHash("sha256").update(noise).update("text").digest("hex");
  expect(own).toBe(createHash("sha256").update(noise).update("text").digest("hex"));
});

test("in place of node:path: the same names of files, folders and endings", () => {
  for (const name of ["a.tif", "b/c.tar.gz", ".hidden", "d", "e/.f", "g.", "/h/i.png"]) {
    expect(ownPath.basename(name)).toBe(path.basename(name));
    expect(ownPath.extname(name)).toBe(path.extname(name));
    expect(ownPath.basename(name, path.extname(name))).toBe(path.basename(name, path.extname(name)));
    expect(ownPath.parse(name).name).toBe(path.parse(name).name);
  }
});
