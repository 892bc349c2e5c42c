import { z } from "zod";
import { failureText, parseJson, rangeError } from "../core/index.ts";
import type { Forest, Tree } from "./forest.ts";

// A forest file: the eight letters "HSFOREST", the length of a JSON text (uint32, little-endian), the text, then the
// typed arrays it lists, each on a multiple of eight bytes. Numbers of the arrays are little-endian.

const MAGIC = "HSFOREST";
const VERSION = 2;

const KINDS = { Int32Array, Float32Array, Float64Array };
type StoredArray = Int32Array | Float32Array | Float64Array;

const CONTEXT = { action: "read forest" };

const count = z.int().min(0);

/** What the JSON text must hold; JSON has neither NaN nor Infinity, which are null. */
const headerSchema = z.object({
  version: z.literal(VERSION),
  forest: z.object({
    kind: z.enum(["regression", "classification"]),
    featureNames: z.array(z.string()).min(1),
    classNames: z.array(z.string()),
    outputCount: z.int().min(1),
  }),
  settings: z.object({
    treeCount: count,
    maxFeatures: z.union([z.enum(["all", "third", "sqrt"]), z.number()]),
    minLeaf: z.number(),
    maxDepth: z.number().nullable(),
    bootstrap: z.boolean(),
    exactNodeSize: count,
    seed: z.number(),
  }),
  outOfBag: z.object({ score: z.number().nullable(), coveredRowCount: count }),
  treeCount: z.int().min(1),
  arrays: z.array(z.tuple([z.enum(["Int32Array", "Float32Array", "Float64Array"]), count])),
});

type Header = z.infer<typeof headerSchema>;

/**
 * Writes a forest as bytes, everything included: trees, importance, out-of-bag predictions.
 *
 * @param forest the forest
 * @returns bytes of a forest file
 * @example
 * import { decodeForest, encodeForest, featureTable, trainForest } from "../src/forest/index.ts";
 * import { expect } from "vitest";
 * const table = featureTable(["x"], [[0], [1]]);
 * const forest = await trainForest(table, { kind: "regression", values: [1, 2] }, { treeCount: 2 });
 * expect(decodeForest(encodeForest(forest))).toEqual(forest);
 */
export function encodeForest(forest: Forest): Uint8Array {
  const arrays = arraysOf(forest);
  const text = new TextEncoder().encode(JSON.stringify(headerOf(forest, arrays)));
  let place = padded(MAGIC.length + 4 + text.length);
  const bytes = new Uint8Array(place + arrays.reduce((sum, array) => sum + padded(array.byteLength), 0));
  bytes.set(new TextEncoder().encode(MAGIC));
  new DataView(bytes.buffer).setUint32(MAGIC.length, text.length, true);
  bytes.set(text, MAGIC.length + 4);
  for (const array of arrays) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), place);
    place += padded(array.byteLength);
  }
  return bytes;
}

function headerOf(forest: Forest, arrays: readonly StoredArray[]): Header {
  const { kind, featureNames, classNames, outputCount, settings, outOfBag, trees } = forest;
  return {
    version: VERSION,
    forest: { kind, featureNames: [...featureNames], classNames: [...classNames], outputCount },
    settings: { ...settings, maxDepth: settings.maxDepth === Infinity ? null : settings.maxDepth },
    outOfBag: {
      score: Number.isNaN(outOfBag.score) ? null : outOfBag.score,
      coveredRowCount: outOfBag.coveredRowCount,
    },
    treeCount: trees.length,
    arrays: arrays.map((array) => [array.constructor.name as keyof typeof KINDS, array.length]),
  };
}

/** Arrays of the file in their order: importance, out-of-bag predictions, then four of every tree. */
function arraysOf({ impurityImportance, outOfBag, trees }: Forest): StoredArray[] {
  return [
    impurityImportance,
    outOfBag.predictions,
    ...trees.flatMap(({ feature, threshold, right, value }) => [feature, threshold, right, value]),
  ];
}

/**
 * Reads a forest back from its bytes.
 *
 * @param bytes a forest file
 * @returns the forest, equal to the one written
 * @throws SyntaxError or TypeError when the bytes are no forest file, or one of another version, or cut short; RangeError
 *   for trees that no walk from the root leaves
 */
export function decodeForest(bytes: Uint8Array): Forest {
  const { header, place } = readHeader(bytes);
  const stored = readArrays(bytes, place, header);
  const [impurityImportance, predictions] = stored.splice(0, 2) as Float64Array[];
  const trees = Array.from({ length: header.treeCount }, (_, index): Tree => {
    const arrays = stored.slice(4 * index, 4 * index + 4);
    const [feature, threshold, right, value] = arrays as [Int32Array, Float32Array, Int32Array, Float64Array];
    checkTree({ feature, threshold, right, value }, header.forest, index);
    return { feature, threshold, right, value };
  });
  const { settings, outOfBag } = header;
  return {
    ...header.forest,
    trees,
    impurityImportance,
    outOfBag: { ...outOfBag, score: outOfBag.score ?? NaN, predictions },
    settings: { ...settings, maxDepth: settings.maxDepth ?? Infinity },
  };
}

/** A walk ends where every child lies behind its parent and every feature is one of the table. */
function checkTree(
  { feature, threshold, right, value }: Tree,
  { featureNames, outputCount }: Header["forest"],
  index: number,
): void {
  const nodeCount = feature.length;
  const isWhole =
    nodeCount > 0 &&
    threshold.length === nodeCount &&
    right.length === nodeCount &&
    value.length === nodeCount * outputCount;
  const isSound = feature.every(
    (asked, node) =>
      asked === -1 ||
      (asked >= 0 && asked < featureNames.length && right[node] > node + 1 && right[node] < nodeCount),
  );
  if (isWhole && isSound) return;
  throw rangeError(
    { action: "read forest" },
    "wanted trees whose nodes follow each other",
    `others (tree ${index})`,
  );
}

function readHeader(bytes: Uint8Array): { readonly header: Header; readonly place: number } {
  const begin = MAGIC.length + 4;
  const magic = new TextDecoder().decode(bytes.subarray(0, MAGIC.length));
  if (magic !== MAGIC || bytes.length < begin) {
    throw new SyntaxError(
      failureText({ action: "read forest" }, `wanted a file that begins with ${MAGIC}`, "another"),
    );
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(MAGIC.length, true);
  const text = new TextDecoder().decode(bytes.subarray(begin, begin + length));
  return { header: parseJson(text, headerSchema, CONTEXT), place: padded(begin + length) };
}

function readArrays(bytes: Uint8Array, begin: number, { arrays, treeCount }: Header): StoredArray[] {
  if (arrays.length !== 2 + 4 * treeCount) {
    throw rangeError({ action: "read forest" }, `wanted ${2 + 4 * treeCount} arrays`, String(arrays.length));
  }
  let place = begin;
  return arrays.map(([kind, length]) => {
    const size = length * KINDS[kind].BYTES_PER_ELEMENT;
    if (place + size > bytes.length) {
      throw new SyntaxError(
        failureText({ action: "read forest" }, `wanted at least ${place + size} bytes`, String(bytes.length)),
      );
    }
    // copied, because the bytes may begin anywhere in memory
    const copy = Uint8Array.from(bytes.subarray(place, place + size));
    place += padded(size);
    return new KINDS[kind](copy.buffer);
  });
}

function padded(size: number): number {
  return Math.ceil(size / 8) * 8;
}
