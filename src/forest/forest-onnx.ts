import { encodeOnnx, type OnnxAttribute, type OnnxModel } from "../onnx/index.ts";
import type { Forest, Tree } from "./forest.ts";

/**
 * Writes a forest as an ONNX file that any runtime with ai.onnx.ml 3 predicts with.
 *
 * One TreeEnsembleRegressor with one target an output: input "features" [rows, features], output "predictions"
 * [rows, outputs]; in classification these are the probabilities of the classes. Thresholds are single-precision
 * numbers already, so that every row takes the same way through every tree; only the sums are rounded.
 *
 * @param forest grown or read
 * @returns bytes of the file
 * @example
 * import { encodeForestOnnx, featureTable, trainForest } from "../src/forest/index.ts";
 * import { expect } from "vitest";
 * const table = featureTable(["x"], [[0], [1]]);
 * const forest = await trainForest(table, { kind: "regression", values: [1, 2] }, { treeCount: 2 });
 * expect(encodeForestOnnx(forest).length).toBeGreaterThan(100);
 */
export function encodeForestOnnx(forest: Forest): Uint8Array {
  return encodeOnnx(forestModel(forest));
}

function forestModel(forest: Forest): OnnxModel {
  return {
    graphName: "forest",
    nodes: [
      {
        opType: "TreeEnsembleRegressor",
        domain: "ai.onnx.ml",
        inputs: ["features"],
        outputs: ["predictions"],
        attributes: { ...nodeAttributes(forest), ...leafAttributes(forest) },
      },
    ],
    initializers: [],
    inputs: [{ name: "features", shape: ["rows", forest.featureNames.length] }],
    outputs: [{ name: "predictions", shape: ["rows", forest.outputCount] }],
    metadata: {
      forest: JSON.stringify({
        kind: forest.kind,
        featureNames: forest.featureNames,
        classNames: forest.classNames,
        settings: { ...forest.settings, maxDepth: String(forest.settings.maxDepth) },
        outOfBagScore: forest.outOfBag.score,
      }),
    },
  };
}

/** Columns of the node table, one entry a node of any tree. */
function nodeAttributes({ trees }: Forest): Record<string, OnnxAttribute> {
  const all = (column: (tree: Tree, index: number) => ArrayLike<number>) =>
    trees.flatMap((tree, index) => Array.from(column(tree, index)));
  const nodes = (tree: Tree) => tree.feature;
  return {
    nodes_treeids: { ints: all((tree, index) => nodes(tree).map(() => index)) },
    nodes_nodeids: { ints: all((tree) => nodes(tree).map((_, node) => node)) },
    nodes_featureids: { ints: all((tree) => tree.feature.map((feature) => Math.max(0, feature))) },
    nodes_modes: {
      texts: trees.flatMap((tree) =>
        Array.from(tree.feature, (feature) => (feature < 0 ? "LEAF" : "BRANCH_LEQ")),
      ),
    },
    nodes_values: { floats: all((tree) => tree.threshold) },
    nodes_truenodeids: {
      ints: all((tree) => tree.feature.map((feature, node) => (feature < 0 ? 0 : node + 1))),
    },
    nodes_falsenodeids: { ints: all((tree) => tree.right) },
    nodes_missing_value_tracks_true: { ints: all((tree) => nodes(tree).map(() => 0)) },
  };
}

/** Columns of the leaf table, one entry a leaf and output. */
function leafAttributes({ trees, outputCount }: Forest): Record<string, OnnxAttribute> {
  const [treeIds, nodeIds, outputs, weights]: number[][] = [[], [], [], []];
  trees.forEach((tree, index) => {
    tree.feature.forEach((feature, node) => {
      if (feature >= 0) return;
      for (let k = 0; k < outputCount; k++) {
        treeIds.push(index);
        nodeIds.push(node);
        outputs.push(k);
        weights.push(tree.value[node * outputCount + k]);
      }
    });
  });
  return {
    target_treeids: { ints: treeIds },
    target_nodeids: { ints: nodeIds },
    target_ids: { ints: outputs },
    target_weights: { floats: weights },
    n_targets: { int: outputCount },
    aggregate_function: { text: "AVERAGE" },
    post_transform: { text: "NONE" },
  };
}
