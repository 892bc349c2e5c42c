import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { chooseDevice, sizeOf, type Device } from "../../src/graph/index.ts";
import { centreLoss } from "../../src/particles/detect/centre-loss.ts";
import { TARGET_CHANNELS } from "../../src/particles/detect/answer-grid.ts";
import { detectorNetwork } from "../../src/particles/detect/detector-network.ts";
import { segmentationLoss } from "../../src/segment/train/segmentation-loss.ts";
import { segmenterNetwork } from "../../src/segment/train/segmenter-network.ts";
import {
  adam,
  adamW,
  buildCountMapRegressor,
  buildRegressor,
  countMapLoss,
  headLoss,
  initialWeights,
  type Head,
} from "../../src/train/index.ts";
import {
  initialState,
  openTrainingStep,
  targetShapeOf,
  type TrainingStepPlan,
} from "../../src/train/training-step.ts";

const SWIFTSHADER = "/usr/lib/chromium/vk_swiftshader_icd.json";

/** The point head is that of the residual blocks below. */
const HEADS: readonly Head[] = [
  { kind: "gaussian", beta: 0.5 },
  { kind: "fullGaussian" },
  { kind: "mixture", components: 2 },
];

const common = { optimiser: adam(), batchSize: 2, maxGradientNorm: 5 };

/** Every kind of training step that a command runs, in small. */
const PLANS: readonly { readonly title: string; readonly plan: TrainingStepPlan }[] = [
  ...HEADS.map((head) => ({
    title: `a regressor with a ${head.kind} head`,
    plan: {
      ...common,
      network: buildRegressor({ inputSize: 16, outputs: 2, widths: [4, 8], denseWidth: 8, head }),
      loss: headLoss(head),
      targetShape: [2],
    },
  })),
  {
    title: "a regressor of residual blocks with dropout that is told of the microscope",
    plan: {
      ...common,
      network: buildRegressor({
        inputSize: 16,
        outputs: 2,
        widths: [4, 8],
        denseWidth: 8,
        body: "residual",
        normalisation: { kind: "batch" },
        conditionCount: 2,
        dropoutRate: 0.2,
        embeddingUnits: "leaky",
      }),
      loss: headLoss({ kind: "point" }),
    },
  },
  {
    title: "a regressor that counts",
    plan: {
      ...common,
      network: buildCountMapRegressor({
        inputSize: 32,
        outputs: 3,
        head: { kind: "gaussian" },
        channels: 2,
        cellSize: 4,
        widths: [4, 8, 8, 16],
        conditionCount: 2,
        isToldEarly: true,
      }),
      loss: countMapLoss({ kind: "gaussian" }, { outputs: 3, cells: 8 }),
      targetShape: [3 + 2 * 8 * 8],
    },
  },
  {
    title: "a segmenter of 3 classes",
    plan: {
      ...common,
      optimiser: adamW(),
      averageDecay: 0.9,
      network: segmenterNetwork(
        { widths: [4, 8], bottomWidth: 8, batchNormalisation: true, blockPx: 1 },
        { width: 16, height: 16 },
        3,
      ),
      loss: segmentationLoss({ classCount: 3, crossEntropyShare: 0.5, hasUnlabelled: true }),
    },
  },
  {
    title: "the detector of particles",
    plan: {
      ...common,
      optimiser: adamW(),
      network: detectorNetwork({ widths: [4, 8], bottomWidth: 8 }, { width: 32, height: 32 }),
      loss: centreLoss,
      targetShape: [TARGET_CHANNELS, 8, 8],
    },
  },
];

let folder = "";
let hasWebGpu = false;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "heterostem-placement-"));
  if (!existsSync(SWIFTSHADER)) return;
  process.env["VK_DRIVER_FILES"] = SWIFTSHADER;
  hasWebGpu = await chooseDevice("webgpu").then(
    () => true,
    () => false,
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

interface ProfileEvent {
  readonly cat: string;
  readonly args: { readonly provider?: string; readonly op_name?: string };
}

/** Runs one step with ONNX Runtime's profile: its loss, and "operator on provider" for each node that ran elsewhere than on the device. */
async function profiledStep(plan: TrainingStepPlan, device: Device, prefix: string) {
  const { network, batchSize } = plan;
  const rng = openRandomStream(6, "placement");
  const draw = (shape: readonly number[]) =>
    Float32Array.from({ length: batchSize * sizeOf(shape) }, () => rng.uniform());
  const conditions = network.conditionCount === undefined ? [] : draw([network.conditionCount]);
  const x = Float32Array.of(...draw(network.inputShape), ...conditions);
  const target = draw(targetShapeOf(plan));
  const step = await openTrainingStep(plan, { device, profilePrefix: join(folder, prefix) });
  const state = initialState(plan, initialWeights(rng, network));
  const { loss } = await step.run(state, { x, target }, { step: 1, learningRate: 1e-3, rng });
  await step.dispose();
  const file = readdirSync(folder).find((name) => name.startsWith(prefix));
  const events = JSON.parse(readFileSync(join(folder, String(file)), "utf8")) as ProfileEvent[];
  const nodes = events.filter(({ cat, args }) => cat === "Node" && args.provider !== undefined);
  const elsewhere = nodes
    .filter(
      ({ args }) => args.provider !== "WebGpuExecutionProvider" || String(args.op_name).startsWith("Memcpy"),
    )
    .map(({ args }) => `${args.op_name} on ${args.provider}`);
  return { loss, nodeCount: nodes.length, elsewhere: [...new Set(elsewhere)] };
}

describe("a training step on WebGPU", () => {
  PLANS.forEach(({ title, plan }, index) => {
    test(`${title}: every node is computed there, none is copied to the CPU and back`, async (context) => {
      context.skip(!hasWebGpu, "no WebGPU adapter: wants Debian's chromium (SwiftShader) and libvulkan1");
      const { loss, nodeCount, elsewhere } = await profiledStep(plan, "webgpu", `webgpu-${index}-`);
      expect(elsewhere).toEqual([]);
      expect(nodeCount).toBeGreaterThan(100);
      const onCpu = await profiledStep(plan, "cpu", `cpu-${index}-`);
      // the same profile of the CPU: the look for nodes elsewhere finds them
      expect(onCpu.elsewhere.length).toBeGreaterThan(5);
      // single precision, sums in another order
      expect(Math.abs(loss / onCpu.loss - 1)).toBeLessThan(1e-4);
    });
  });
});
