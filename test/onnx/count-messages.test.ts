import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { countMessages, type MessageKind } from "../../src/onnx/count-messages.ts";
import { decodeOnnx } from "../../src/onnx/index.ts";

/** A field of bytes: its number, its length, its bytes. */
function field(number: number, inner: Uint8Array): Buffer {
  const length: number[] = [];
  let rest = inner.length;
  for (; rest > 127; rest = Math.floor(rest / 128)) length.push((rest & 127) | 128);
  return Buffer.concat([Buffer.from([number * 8 + 2, ...length, rest]), inner]);
}

const leaf: MessageKind = { fields: [] };
const tree: MessageKind = { fields: [{ number: 1, message: leaf }, { number: 2 }] };
const nothing = Buffer.alloc(0);

test("countMessages() counts messages, not texts or numbers, and ends at its limit and at damage", () => {
  const two = Buffer.concat([
    field(1, nothing),
    field(2, field(1, nothing)),
    Buffer.from([24, 200, 1]),
    field(1, nothing),
  ]);
  expect(countMessages(two, tree, 10)).toBe(2);
  expect(countMessages(Buffer.concat(Array.from({ length: 9 }, () => two)), tree, 4)).toBe(5);
  expect(countMessages(Buffer.concat([field(1, nothing), Buffer.from([10, 200])]), tree, 10)).toBe(1);
  expect(countMessages(Buffer.from([255, 255]), tree, 10)).toBe(0);
});

test("a model of a million empty nodes is refused before a gigabyte is made of its two megabytes", () => {
  const nodes = Buffer.alloc(2e6, Buffer.from([10, 0]));
  const begun = process.memoryUsage().heapUsed;
  expect(() => decodeOnnx(field(7, nodes))).toThrow(
    "Cannot read ONNX model: model must have at most 500000 parts, got more",
  );
  expect(process.memoryUsage().heapUsed - begun).toBeLessThan(1e8);
});

test("the networks that ship are far below the limit, and are read", () => {
  const folder = resolve(import.meta.dirname, "../../models");
  const names = readdirSync(folder).filter((name) => name.endsWith(".onnx"));
  expect(names.length).toBeGreaterThan(0);
  for (const name of names)
    expect(decodeOnnx(readFileSync(join(folder, name))).weights.size).toBeGreaterThan(0);
});
