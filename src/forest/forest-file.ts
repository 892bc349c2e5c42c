import type { Forest, LeafMembers, Tree } from "./forest.ts";

// A forest file: the eight letters "HSFOREST", the length of a JSON text (uint32, little-endian), the text, then the
// typed arrays it lists, each on a multiple of eight bytes. Numbers of the arrays are little-endian.

const MAGIC = "HSFOREST";
const VERSION = 1;

const KINDS = { Int32Array, Uint32Array, Float32Array, Float64Array };
type StoredArray = Int32Array | Uint32Array | Float32Array | Float64Array;

interface Header {
  readonly version: number;
  readonly forest: Omit<Forest, "trees" | "impurityImportance" | "outOfBag" | "trainingTargets" | "settings">;
  readonly settings: Omit<Forest["settings"], "maxDepth"> & { readonly maxDepth: number | null };
  readonly outOfBag: { readonly score: number | null; readonly coveredRowCount: number };
  readonly treeCount: number;
  readonly hasMembers: boolean;
  readonly arrays: readonly (readonly [kind: keyof typeof KINDS, length: number])[];
}

/**
 * Writes a forest as bytes, everything included: trees, members of leaves, importance, out-of-bag predictions.
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
  const { kind, featureNames, classNames, outputCount, settings, outOfBag } = forest;
  const header: Header = {
    version: VERSION,
    forest: { kind, featureNames, classNames, outputCount },
    // JSON has neither NaN nor Infinity
    settings: { ...settings, maxDepth: settings.maxDepth === Infinity ? null : settings.maxDepth },
    outOfBag: {
      score: Number.isNaN(outOfBag.score) ? null : outOfBag.score,
      coveredRowCount: outOfBag.coveredRowCount,
    },
    treeCount: forest.trees.length,
    hasMembers: forest.trees.every(({ members }) => members !== undefined),
    arrays: arrays.map((array) => [array.constructor.name as keyof typeof KINDS, array.length]),
  };
  const text = new TextEncoder().encode(JSON.stringify(header));
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

/**
 * Reads a forest back from its bytes.
 *
 * @param bytes a forest file
 * @returns the forest, equal to the one written
 * @throws SyntaxError when the bytes are no forest file, or one of another version, or cut short
 */
export function decodeForest(bytes: Uint8Array): Forest {
  const { header, place } = readHeader(bytes);
  const stored = readArrays(bytes, place, header.arrays);
  const next = <Kind extends StoredArray>() => stored.shift() as Kind;
  const impurityImportance = next<Float64Array>();
  const predictions = next<Float64Array>();
  const trainingTargets = next<Float64Array>();
  const trees = Array.from({ length: header.treeCount }, (): Tree => {
    const tree = {
      feature: next<Int32Array>(),
      threshold: next<Float32Array>(),
      right: next<Int32Array>(),
      value: next<Float64Array>(),
    };
    if (!header.hasMembers) return tree;
    const members: LeafMembers = {
      rows: next<Uint32Array>(),
      weights: next<Float32Array>(),
      start: next<Uint32Array>(),
      end: next<Uint32Array>(),
    };
    return { ...tree, members };
  });
  const { settings, outOfBag } = header;
  return {
    ...header.forest,
    trees,
    impurityImportance,
    outOfBag: { ...outOfBag, score: outOfBag.score ?? NaN, predictions },
    trainingTargets,
    settings: { ...settings, maxDepth: settings.maxDepth ?? Infinity },
  };
}

function arraysOf({ impurityImportance, outOfBag, trainingTargets, trees }: Forest): StoredArray[] {
  return [
    impurityImportance,
    outOfBag.predictions,
    trainingTargets,
    ...trees.flatMap(({ feature, threshold, right, value, members }) => [
      feature,
      threshold,
      right,
      value,
      ...(members ? [members.rows, members.weights, members.start, members.end] : []),
    ]),
  ];
}

function readHeader(bytes: Uint8Array): { readonly header: Header; readonly place: number } {
  const begin = MAGIC.length + 4;
  const magic = new TextDecoder().decode(bytes.subarray(0, MAGIC.length));
  if (magic !== MAGIC || bytes.length < begin) {
    throw new SyntaxError(`Cannot read forest: wanted a file that begins with ${MAGIC}, got another`);
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(MAGIC.length, true);
  let header: Header;
  try {
    header = JSON.parse(new TextDecoder().decode(bytes.subarray(begin, begin + length))) as Header;
  } catch (cause) {
    throw new SyntaxError("Cannot read forest: wanted a JSON header, got other text", { cause });
  }
  if (header.version !== VERSION) {
    throw new SyntaxError(`Cannot read forest: wanted version ${VERSION}, got ${header.version}`);
  }
  return { header, place: padded(begin + length) };
}

function readArrays(bytes: Uint8Array, begin: number, list: Header["arrays"]): StoredArray[] {
  let place = begin;
  return list.map(([kind, length]) => {
    const size = length * KINDS[kind].BYTES_PER_ELEMENT;
    if (place + size > bytes.length) {
      throw new SyntaxError(`Cannot read forest: wanted at least ${place + size} bytes, got ${bytes.length}`);
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
