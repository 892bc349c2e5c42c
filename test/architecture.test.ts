import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const SRC = resolve(import.meta.dirname, "../src");

/** Who may import whom, by its index; `type` marks folders of which only types may be taken. */
const MAY_IMPORT: Record<string, { readonly any: readonly string[]; readonly types?: readonly string[] }> = {
  core: { any: [] },
  io: { any: ["core"] },
  image: { any: ["core"] },
  onnx: { any: [] },
  report: { any: ["core", "image"] },
  posterior: { any: ["core", "image"] },
  stochastic: { any: ["core", "image"] },
  features: { any: ["core", "image"] },
  micrograph: { any: ["core", "image"] },
  labels: { any: ["core", "image", "micrograph"] },
  forest: { any: ["core", "onnx"] },
  graph: { any: ["core", "onnx"] },
  "stem-sim": { any: ["core", "image"], types: ["stochastic"] },
  train: { any: ["core", "io", "graph", "onnx"] },
  corpus: { any: ["core", "io", "stochastic", "stem-sim", "micrograph"] },
  segment: { any: ["core", "io", "image", "micrograph", "labels", "onnx", "graph", "train", "report"] },
  particles: {
    any: ["core", "image", "stochastic", "stem-sim", "micrograph", "labels", "graph", "train", "report"],
  },
  reconstruct: { any: ["core", "stochastic", "stem-sim", "particles"] },
  ucs: { any: ["core", "image", "micrograph", "features", "forest", "train", "segment", "report"] },
  hrtem: {
    any: [
      "core",
      "image",
      "stem-sim",
      "micrograph",
      "labels",
      "features",
      "forest",
      "train",
      "segment",
      "report",
    ],
  },
  inverse: {
    any: [
      "core",
      "io",
      "image",
      "stochastic",
      "stem-sim",
      "micrograph",
      "graph",
      "train",
      "corpus",
      "forest",
      "posterior",
      "report",
      "particles",
    ],
  },
  benchmark: {
    any: ["core", "stochastic", "stem-sim", "corpus", "posterior", "report", "particles", "inverse"],
  },
  cli: {
    any: [
      "benchmark",
      "core",
      "io",
      "image",
      "stochastic",
      "stem-sim",
      "micrograph",
      "labels",
      "graph",
      "train",
      "corpus",
      "posterior",
      "report",
      "segment",
      "hrtem",
      "ucs",
      "particles",
      "reconstruct",
      "inverse",
      "web",
      "studio",
    ],
  },
  web: { any: ["core", "report", "stochastic", "stem-sim"] },
  viewer: { any: [], types: ["web"] },
  studio: {
    any: [
      "core",
      "image",
      "stochastic",
      "stem-sim",
      "micrograph",
      "labels",
      "posterior",
      "report",
      "particles",
      "reconstruct",
      "inverse",
      "web",
      "viewer",
    ],
  },
};

interface ImportEdge {
  readonly from: string;
  readonly to: string;
  readonly isTypeOnly: boolean;
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => /\.tsx?$/.test(path) && statSync(path).isFile());
}

function importsOf(file: string): ImportEdge[] {
  const text = readFileSync(file, "utf8");
  const pattern = /^(?:import|export)\s+(type\s+)?[^;"']*?from\s+"(\.[^"]+)"/gm;
  return [...text.matchAll(pattern)].map(([, type, target]) => ({
    from: relative(SRC, file),
    to: relative(SRC, resolve(dirname(file), target)),
    isTypeOnly: type !== undefined,
  }));
}

const files = sourceFiles(SRC);
const edges = files.flatMap(importsOf);
const roomOf = (path: string) => path.split("/")[0];

describe("the house", () => {
  test("imports follow the table of ARCHITECTURE.md", () => {
    const wrong = edges.filter(({ from, to, isTypeOnly }) => {
      const [room, target] = [roomOf(from), roomOf(to)];
      if (room === target) return false;
      const rule = MAY_IMPORT[room];
      return !(rule?.any.includes(target) || (isTypeOnly && rule?.types?.includes(target)));
    });
    expect(wrong).toEqual([]);
  });

  test("ARCHITECTURE.md shows that table", () => {
    const page = readFileSync(resolve(SRC, "../ARCHITECTURE.md"), "utf8");
    const rows = [...page.matchAll(/^\| `([\w-]+)` \| .* \| ([^|]+) \|$/gm)];
    const shown = rows.map(([, room, cell]) => {
      const named = [...cell.matchAll(/(types of )?`([\w-]+)`/g)];
      return [room, named.map(([, types, name]) => (types === undefined ? name : `types of ${name}`)).sort()];
    });
    const held = Object.entries(MAY_IMPORT).map(([room, { any, types = [] }]) => {
      return [room, [...any, ...types.map((name) => `types of ${name}`)].sort()];
    });
    expect(Object.fromEntries(shown)).toEqual(Object.fromEntries(held));
  });

  test("folders are entered by their index, and no file imports its own folder's index", () => {
    const wrong = edges.filter(({ from, to }) => {
      const isIndex = to === join(roomOf(to), "index.ts");
      return roomOf(from) === roomOf(to) ? isIndex : !isIndex;
    });
    expect(wrong).toEqual([]);
  });

  test("has no import cycles", () => {
    expect(
      findCycle(new Map(files.map((f) => [relative(SRC, f), importsOf(f).map((e) => e.to)]))),
    ).toBeNull();
  });

  test("keeps clocks and unkeyed randomness out of the science", () => {
    const wrong = files
      .filter((f) => !["cli", "studio", "web"].includes(roomOf(relative(SRC, f))))
      .filter((f) => /Math\.random|Date\.now|new Date\(|performance\.now/.test(readFileSync(f, "utf8")));
    expect(wrong).toEqual([]);
  });

  test("every file of bench is a benchmark: what several share lies in bench/parts", () => {
    const bench = resolve(SRC, "../bench");
    const names = readdirSync(bench).filter((name) => name.endsWith(".ts") && name !== "main.ts");
    const without = names.filter(
      (name) => !/^export async function run\(/m.test(readFileSync(join(bench, name), "utf8")),
    );
    expect(without).toEqual([]);
  });

  test("keeps every file under 500 lines", () => {
    const long = files.filter((f) => readFileSync(f, "utf8").split("\n").length > 500);
    expect(long).toEqual([]);
  });
});

/** Depth-first search for a cycle; returns its path or null. */
function findCycle(graph: ReadonlyMap<string, readonly string[]>): string[] | null {
  const done = new Set<string>();
  const visit = (node: string, path: string[]): string[] | null => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node];
    if (done.has(node)) return null;
    for (const next of graph.get(node) ?? []) {
      const cycle = visit(next, [...path, node]);
      if (cycle) return cycle;
    }
    done.add(node);
    return null;
  };
  for (const node of graph.keys()) {
    const cycle = visit(node, []);
    if (cycle) return cycle;
  }
  return null;
}
