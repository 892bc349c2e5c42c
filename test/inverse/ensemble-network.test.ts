import { expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { constant } from "../../src/graph/index.ts";
import { evaluate } from "../graph/evaluate.ts";
import { ensembleLoss, ensembleNetwork } from "../../src/inverse/fit/ensemble-network.ts";
import {
  buildRegressor,
  exportModel,
  headMoments,
  initialWeights,
  listParameters,
  loadModel,
} from "../../src/train/index.ts";
import { gaussianNll } from "../../src/train/probabilistic-losses.ts";

const member = buildRegressor({ inputSize: 8, outputs: 2, widths: [4], head: { kind: "gaussian" } });

test("ensembleNetwork() holds members with weights of their own, which answer differently", async () => {
  const ensemble = ensembleNetwork(member, 3);
  expect(listParameters(ensemble)).toHaveLength(3 * listParameters(member).length);
  const weights = initialWeights(openRandomStream(1), ensemble);
  const model = await loadModel(exportModel(ensemble, weights, { kind: "toy" }), { kind: "toy" });
  const { outputs } = await model.predict(new Float32Array(64).fill(0.5), 1);
  await model.dispose();
  const means = [0, 1, 2].map(
    (j) => headMoments({ kind: "gaussian" }, outputs.subarray(4 * j, 4 * j + 4), 2).mean[0],
  );
  expect(new Set(means).size).toBe(3);
});

test("ensembleLoss() is the mean of the members' losses", () => {
  const outputs = [0.1, 0.2, -0.3, 0.4, 1, -1, 0.5, 0];
  const target = constant([0.3, -0.2], [1, 2]);
  const loss = gaussianNll();
  const valueOf = (value: ReturnType<typeof loss>) => evaluate([value], {})[0][0];
  const both = valueOf(ensembleLoss(loss, 2)(constant(outputs, [1, 8]), target));
  const each = [0, 4].map((at) => valueOf(loss(constant(outputs.slice(at, at + 4), [1, 4]), target)));
  expect(both).toBeCloseTo((each[0] + each[1]) / 2, 6);
});
