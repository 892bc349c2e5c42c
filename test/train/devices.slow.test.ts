import { existsSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { chooseDevice, sizeOf } from "../../src/graph/index.ts";
import type { Device } from "../../src/graph/index.ts";
import {
  adam,
  binaryCrossEntropyWithLogits,
  buildRegressor,
  buildUnet,
  initialWeights,
  meanSquaredError,
} from "../../src/train/index.ts";
import { initialState, openTrainingStep } from "../../src/train/training-step.ts";
import type { TrainingStepPlan } from "../../src/train/training-step.ts";

const SWIFTSHADER = "/usr/lib/chromium/vk_swiftshader_icd.json";

describe("a training step on a GPU", () => {
  let hasWebGpu = false;
  beforeAll(async () => {
    if (!existsSync(SWIFTSHADER)) return;
    process.env["VK_DRIVER_FILES"] = SWIFTSHADER;
    hasWebGpu = await chooseDevice("webgpu").then(
      () => true,
      () => false,
    );
  });

  const plans: [string, TrainingStepPlan][] = [
    [
      "regressor",
      {
        network: buildRegressor({ inputSize: 16, outputs: 2, widths: [4, 4], denseWidth: 8 }),
        loss: meanSquaredError,
        optimiser: adam(),
        batchSize: 2,
      },
    ],
    [
      "U-Net with batch normalisation",
      {
        network: buildUnet({
          inputSize: 16,
          widths: [4, 4],
          bottomWidth: 4,
          normalisation: { kind: "batch" },
        }),
        loss: binaryCrossEntropyWithLogits,
        optimiser: adam(),
        batchSize: 2,
      },
    ],
  ];
  for (const [title, plan] of plans) {
    test(`${title}: WebGPU has the CPU's loss after three steps`, async (context) => {
      context.skip(!hasWebGpu, "no WebGPU adapter: wants Debian's chromium (SwiftShader) and libvulkan1");
      const onCpu = await threeLosses(plan, "cpu");
      const onGpu = await threeLosses(plan, "webgpu");
      // float32 sums in another order, magnified by three steps of Adam at 1e-2
      onGpu.forEach((loss, step) => expect(Math.abs(loss / onCpu[step] - 1)).toBeLessThan(1e-3));
      expect(onCpu[2]).toBeLessThan(onCpu[0]);
    });
  }
});

async function threeLosses(plan: TrainingStepPlan, device: Device): Promise<number[]> {
  const rng = openRandomStream(1, "devices");
  const { network, batchSize } = plan;
  const x = Float32Array.from({ length: batchSize * sizeOf(network.inputShape) }, () => rng.normal());
  const target = Float32Array.from({ length: batchSize * sizeOf(network.outputShape) }, () => rng.uniform());
  const trainingStep = await openTrainingStep(plan, { device });
  let state = initialState(plan, initialWeights(rng, network));
  const losses: number[] = [];
  for (let step = 1; step <= 3; step++) {
    const result = await trainingStep.run(state, { x, target }, { step, learningRate: 1e-2, rng });
    losses.push(result.loss);
    state = result.state;
  }
  await trainingStep.dispose();
  return losses;
}
