import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { predictForest, trainForest } from "../../src/forest/index.ts";
import type { FeatureTable } from "../../src/forest/index.ts";
import type { ForestTarget } from "../../src/forest/forest.ts";
import type { TrainOptions } from "../../src/forest/train-forest.ts";

/** Rows of whole numbers: sums of them are exact, so that laws can be tested without a tolerance. */
function wholeNumberTable(rowCount: number, distinctCount: number): FeatureTable {
  const rng = openRandomStream(5, "table");
  const names = ["a", "b", "c", "d"];
  const values = Float32Array.from({ length: rowCount * names.length }, () =>
    rng.integerBelow(distinctCount),
  );
  return { names, rowCount, values };
}

const valueOf = ({ values }: FeatureTable, row: number, feature: number) => values[4 * row + feature];

/** The two learners, which share every law. */
const learners: readonly { readonly name: string; target(table: FeatureTable): ForestTarget }[] = [
  {
    name: "regression",
    target: (table) => ({
      kind: "regression",
      values: Array.from(
        { length: table.rowCount },
        (_, row) => 3 * valueOf(table, row, 0) - valueOf(table, row, 1),
      ),
    }),
  },
  {
    name: "classification",
    target: (table) => ({
      kind: "classification",
      labels: Array.from(
        { length: table.rowCount },
        (_, row) => (valueOf(table, row, 0) + valueOf(table, row, 2)) % 3,
      ),
      classNames: ["zero", "one", "two"],
    }),
  },
];

function pick(target: ForestTarget, rows: readonly number[]): ForestTarget {
  return target.kind === "regression"
    ? { kind: "regression", values: rows.map((row) => target.values[row]) }
    : { ...target, labels: rows.map((row) => target.labels[row]) };
}

function pickRows(table: FeatureTable, rows: readonly number[]): FeatureTable {
  const values = Float32Array.from(
    rows.flatMap((row) => Array.from(table.values.subarray(4 * row, 4 * row + 4))),
  );
  return { ...table, rowCount: rows.length, values };
}

describe.each(learners)("a forest for $name", ({ target }) => {
  const options: TrainOptions = { treeCount: 12, seed: 3 };

  test("does not change when a feature is rescaled monotonically", async () => {
    const table = wholeNumberTable(400, 300);
    // x -> x^2 + 7 keeps the order of 0..299 and keeps distinct values distinct in single precision
    const rescaled = { ...table, values: table.values.map((x, i) => (i % 4 === 1 ? x * x + 7 : x)) };
    const before = await trainForest(table, target(table), options);
    const after = await trainForest(rescaled, target(table), options);
    for (const part of ["feature", "right", "value"] as const) {
      expect(after.trees.map((tree) => tree[part])).toEqual(before.trees.map((tree) => tree[part]));
    }
    expect(after.impurityImportance).toEqual(before.impurityImportance);
    // a row out of the bag may lie between two values whose middle has moved: rows that all trees saw may not
    const seen = { ...options, bootstrap: false, minLeaf: 4 };
    const [whole, wholeRescaled] = [
      await trainForest(table, target(table), seen),
      await trainForest(rescaled, target(table), seen),
    ];
    expect(predictForest(wholeRescaled, rescaled)).toEqual(predictForest(whole, table));
  });

  test("takes a row of weight 2 for two equal rows, and one of weight 0 for none", async () => {
    const table = wholeNumberTable(120, 50);
    const weights = Array.from({ length: 120 }, (_, row) => row % 3);
    const repeated = weights.flatMap((weight, row) => Array.from({ length: weight }, () => row));
    const whole = { ...options, bootstrap: false, minLeaf: 3 };
    const weighted = await trainForest(table, target(table), { ...whole, rowWeights: weights });
    const doubled = await trainForest(pickRows(table, repeated), pick(target(table), repeated), whole);
    expect(predictForest(weighted, table)).toEqual(predictForest(doubled, table));
  });

  test("is the same with histograms as with exact splits while every value has its own bin", async () => {
    const table = wholeNumberTable(300, 200);
    const forests = await Promise.all(
      [0, 64].map((exactNodeSize) => trainForest(table, target(table), { ...options, exactNodeSize })),
    );
    expect(forests[1].trees).toEqual(forests[0].trees);
  });

  test("repeats itself from its seed, and its trees differ", async () => {
    const table = wholeNumberTable(100, 100);
    const forest = await trainForest(table, target(table), options);
    expect(await trainForest(table, target(table), options)).toEqual(forest);
    expect(forest.trees[0]).not.toEqual(forest.trees[1]);
  });

  test("begins with the trees of a smaller one: a tree depends on its seed and number only", async () => {
    const table = wholeNumberTable(100, 100);
    const few = await trainForest(table, target(table), options);
    const many = await trainForest(table, target(table), { ...options, treeCount: 21 });
    expect(many.trees.slice(0, 12)).toEqual(few.trees);
  });

  test("reproduces its training rows when trees are grown on all of them to the end", async () => {
    const table = wholeNumberTable(200, 1000);
    const forest = await trainForest(table, target(table), { ...options, bootstrap: false });
    const learnt = target(table);
    const wanted =
      learnt.kind === "regression"
        ? Float64Array.from(learnt.values)
        : Float64Array.from({ length: 600 }, (_, i) => Number(learnt.labels[Math.floor(i / 3)] === i % 3));
    expect(predictForest(forest, table)).toEqual(wanted);
  });

  test("keeps to its depth and leaves no leaf lighter than minLeaf", async () => {
    const table = wholeNumberTable(300, 100);
    const forest = await trainForest(table, target(table), {
      treeCount: 3,
      maxDepth: 4,
      minLeaf: 10,
      bootstrap: false,
    });
    const leavesOf = rowsPerLeaf(
      table,
      forest.trees[0].feature,
      forest.trees[0].threshold,
      forest.trees[0].right,
    );
    expect(Math.min(...leavesOf.counts)).toBeGreaterThanOrEqual(10);
    expect(leavesOf.depth).toBeLessThanOrEqual(4);
  });
});

function rowsPerLeaf(table: FeatureTable, feature: Int32Array, threshold: Float32Array, right: Int32Array) {
  const counts = new Map<number, number>();
  let depth = 0;
  for (let row = 0; row < table.rowCount; row++) {
    let [node, steps] = [0, 0];
    for (; feature[node] >= 0; steps++) {
      node = valueOf(table, row, feature[node]) <= threshold[node] ? node + 1 : right[node];
    }
    counts.set(node, (counts.get(node) ?? 0) + 1);
    depth = Math.max(depth, steps);
  }
  return { counts: counts.values(), depth };
}

describe("the edges of learning", () => {
  const table = wholeNumberTable(30, 100);

  test("a constant target is predicted exactly, by trees of one leaf", async () => {
    const values = Array.from({ length: 30 }, () => 0.1);
    const forest = await trainForest(table, { kind: "regression", values }, { treeCount: 5 });
    expect(predictForest(forest, table)).toEqual(Float64Array.from(values));
    expect(forest.trees.every(({ feature }) => feature.length === 1)).toBe(true);
    expect(forest.impurityImportance.every((share) => share === 0)).toBe(true);
  });

  test("a single class has probability 1 everywhere", async () => {
    const target = { kind: "classification", labels: new Uint8Array(30), classNames: ["only"] } as const;
    const forest = await trainForest(table, target, { treeCount: 5 });
    expect(predictForest(forest, table)).toEqual(new Float64Array(30).fill(1));
    expect(forest.outOfBag.score).toBe(1);
  });

  test("constant features are never split on, and do not end a tree early", async () => {
    const rows = Array.from({ length: 50 }, (_, row) => [4, 4, 4, row]);
    const values = Float32Array.from(rows.flat());
    const target = { kind: "regression", values: rows.map(([, , , x]) => x) } as const;
    const forest = await trainForest({ ...table, rowCount: 50, values }, target, {
      treeCount: 8,
      maxFeatures: 1,
      bootstrap: false,
    });
    expect(forest.trees.every(({ feature }) => feature.length === 99)).toBe(true);
    expect([...forest.impurityImportance]).toEqual([0, 0, 0, 1]);
  });

  test("shifting the target by a million shifts the predictions by a million", async () => {
    const rng = openRandomStream(1, "target");
    const values = Array.from({ length: 30 }, () => rng.integerBelow(1000));
    const near = await trainForest(table, { kind: "regression", values }, { treeCount: 9 });
    const shifted = values.map((value) => value + 1e6);
    const far = await trainForest(table, { kind: "regression", values: shifted }, { treeCount: 9 });
    const difference = predictForest(far, table).map((value, row) => value - predictForest(near, table)[row]);
    // whole numbers: only the means of leaves and trees are rounded, at 1e6 in double precision
    for (const shift of difference) expect(Math.abs(shift - 1e6)).toBeLessThan(1e-8);
  });
});
