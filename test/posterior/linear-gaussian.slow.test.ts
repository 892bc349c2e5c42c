import { expect, test } from "vitest";
import { choleskyFactor, openRandomStream, solveCholesky } from "../../src/core/index.ts";
import { add, matmul } from "../../src/graph/index.ts";
import { kolmogorovSmirnov } from "../../src/posterior/index.ts";
import { nllOfGaussian } from "../../src/posterior/log-score.ts";
import { normalCdf } from "../../src/posterior/normal-distribution.ts";
import {
  exportModel,
  headLoss,
  headMoments,
  headOutputs,
  loadModel,
  trainNetwork,
  type Head,
  type Network,
} from "../../src/train/index.ts";

/** y = A theta + noise with theta ~ N(0, 1) each: the toy simulator whose posterior is known. */
const A = [
  [1, 0.5],
  [0.2, 1],
  [1, -1],
  [0.3, 0.3],
];
const NOISE = 0.7;
const [DATA_SIZE, SIZE] = [4, 2];

function simulate(seed: number, count: number) {
  const rng = openRandomStream(seed);
  const inputs = new Float32Array(count * DATA_SIZE);
  const targets = new Float32Array(count * SIZE).map(() => rng.normal());
  for (let i = 0; i < count; i++) {
    A.forEach((row, j) => {
      const signal = row[0] * targets[i * SIZE] + row[1] * targets[i * SIZE + 1];
      inputs[i * DATA_SIZE + j] = signal + NOISE * rng.normal();
    });
  }
  return { inputs, targets };
}

/** Posterior of a linear Gaussian model: precision I + A^T A / s^2, mean = precision^-1 A^T y / s^2. */
function posterior(y: ArrayLike<number>) {
  const gram = (a: number, b: number) => A.reduce((sum, row) => sum + row[a] * row[b], 0) / NOISE ** 2;
  const precision = Float64Array.of(1 + gram(0, 0), 0, gram(1, 0), 1 + gram(1, 1));
  const factor = choleskyFactor(precision, SIZE);
  const right = [0, 1].map((t) => A.reduce((sum, row, j) => sum + row[t] * y[j], 0) / NOISE ** 2);
  const mean = solveCholesky(factor, Float64Array.from(right));
  const unit = (t: number) => Float64Array.from([0, 1], (u) => (u === t ? 1 : 0));
  return { mean, deviation: [0, 1].map((t) => Math.sqrt(solveCholesky(factor, unit(t))[t])) };
}

/** Begins near 0: logarithms of spreads that begin large make a loss that is nowhere near a minimum. */
const SMALL = { law: "normal", standardDeviation: 0.01 } as const;

function linearNetwork(head: Head): Network {
  const width = headOutputs(head, SIZE);
  return {
    name: "linear",
    inputShape: [DATA_SIZE],
    outputShape: [width],
    forward: (x, scope) => {
      const weights = scope.parameter({ name: "weights", shape: [DATA_SIZE, width], initial: SMALL });
      const bias = scope.parameter({ name: "bias", shape: [width], initial: SMALL });
      return { output: add(matmul(x, weights), bias), embedding: null };
    },
  };
}

const HEADS: readonly Head[] = [
  { kind: "gaussian" },
  { kind: "fullGaussian" },
  { kind: "mixture", components: 2 },
];

for (const head of HEADS) {
  test(`a trained ${head.kind} head finds the closed-form posterior of a linear Gaussian model`, async () => {
    const [training, validation, heldOut] = [simulate(1, 20_000), simulate(2, 2000), simulate(3, 2000)];
    const network = linearNetwork(head);
    const { weights } = await trainNetwork(
      openRandomStream(4),
      network,
      { training, validation },
      {
        batchSize: 64,
        epochs: 12,
        learningRate: { peak: 0.01 },
        loss: headLoss(head),
        targetShape: [SIZE],
      },
    );
    const model = await loadModel(exportModel(network, weights, { kind: "toy" }), { kind: "toy" });
    const { outputs } = await model.predict(heldOut.inputs, 2000);
    await model.dispose();
    const width = headOutputs(head, SIZE);
    const excess = [0, 0];
    const squaredShift = [0, 0];
    const shares: number[][] = [[], []];
    for (let i = 0; i < 2000; i++) {
      const found = headMoments(head, outputs.subarray(i * width, (i + 1) * width), SIZE);
      const exact = posterior(heldOut.inputs.subarray(i * DATA_SIZE, (i + 1) * DATA_SIZE));
      for (let t = 0; t < SIZE; t++) {
        const truth = heldOut.targets[i * SIZE + t];
        const [mean, deviation] = [found.mean[t], found.standardDeviation[t]];
        squaredShift[t] += ((mean - exact.mean[t]) / exact.deviation[t]) ** 2 / 2000;
        excess[t] +=
          nllOfGaussian(truth, mean, deviation) - nllOfGaussian(truth, exact.mean[t], exact.deviation[t]);
        shares[t].push(normalCdf((truth - mean) / deviation));
      }
    }
    for (let t = 0; t < SIZE; t++) {
      // root mean square distance of the means from the exact ones, in posterior deviations
      expect(Math.sqrt(squaredShift[t])).toBeLessThan(0.1);
      // regret against the exact posterior [nat]: means off by 0.1 standard deviations cost 0.005
      expect(excess[t] / 2000).toBeLessThan(0.01);
      expect(kolmogorovSmirnov(shares[t]).p).toBeGreaterThan(0.01);
    }
  });
}
