import { existsSync } from "node:fs";
import { DEVICE_ADVICE, isSoftwareDriver, runtimeFiles } from "../../graph/index.ts";
import { cudaFact } from "./cuda-fact.ts";
import {
  judgeEngine,
  type EngineAnswer,
  type EngineFinding,
  type EngineName,
  type EngineTest,
} from "./engine.ts";
import { machineFacts, type Fact } from "./machine-facts.ts";

/** All that the doctor found. */
export interface Examination {
  readonly facts: readonly Fact[];
  readonly engines: readonly EngineFinding[];
}

/** How an examination is carried out. */
export interface ExaminationOptions {
  readonly test: (engine: EngineName) => Promise<EngineAnswer>;
  /** Milliseconds on any steady clock. */
  readonly now: () => number;
  readonly onEngine?: (done: number) => void;
}

// float32 sums in another order on the CPU; GPUs may multiply with ten bits of fraction (TF32)
const [CPU_ALLOWED, GPU_ALLOWED, IMAGE_ALLOWED] = [1e-5, 1e-3, 1e-4];

const withoutLead = (advice: string) => advice.replace(/^; /, "");

const ENGINES: Readonly<Record<EngineName, EngineTest>> = {
  "onnx-cpu": {
    title: "networks on the CPU",
    allowed: CPU_ALLOWED,
    remedy: "install again with npm ci: without it nothing is trained or inverted",
  },
  "onnx-webgpu": {
    title: "networks on WebGPU",
    allowed: GPU_ALLOWED,
    remedy: withoutLead(DEVICE_ADVICE.webgpu),
  },
  "onnx-cuda": { title: "networks on CUDA", allowed: GPU_ALLOWED, remedy: withoutLead(DEVICE_ADVICE.cuda) },
  tfjs: {
    title: "networks in TensorFlow.js",
    // its packages may compute on a GPU
    allowed: GPU_ALLOWED,
    remedy: "wanted only for --engine tfjs: one of its packages (docs/dependencies.md)",
  },
  "render-webgpu": {
    title: "images on WebGPU",
    allowed: IMAGE_ALLOWED,
    remedy:
      "wanted are the packages gpu.js and webgpu and a GPU with a driver (on Linux Vulkan and libvulkan1), or --renderer cpu",
  },
};

/**
 * Looks at the machine and tests every engine that may be there, one after the other.
 *
 * @param options how an engine is tested
 * @returns what was found
 */
export async function examineMachine({
  test,
  now,
  onEngine = () => {},
}: ExaminationOptions): Promise<Examination> {
  const hasCuda = runtimeFiles().cudaProvider !== null;
  const names: EngineName[] = [
    "onnx-cpu",
    "render-webgpu",
    "onnx-webgpu",
    ...(hasCuda ? (["onnx-cuda"] as const) : []),
    "tfjs",
  ];
  const engines: EngineFinding[] = [];
  for (const name of names) {
    const started = now();
    const answer = await test(name);
    engines.push(judgeEngine(name, ENGINES[name], answer, (now() - started) / 1000));
    onEngine(engines.length);
  }
  return { facts: [...machineFacts(), webGpuFact(engines), cudaFact()], engines };
}

/** Where Debian's chromium keeps a software driver of Vulkan. */
const SWIFTSHADER = "/usr/lib/chromium/vk_swiftshader_icd.json";

function webGpuFact(engines: readonly EngineFinding[]): Fact {
  const name = "WebGPU";
  const device = engines.find(({ engine }) => engine === "render-webgpu")?.device ?? null;
  const adapter = device?.replace(/^webgpu \((.*)\)$/, "$1") ?? null;
  if (adapter === null) {
    const driver = `VK_DRIVER_FILES=${SWIFTSHADER} LD_LIBRARY_PATH=/usr/lib/chromium`;
    const remedy = existsSync(SWIFTSHADER)
      ? `for tests Chromium has a software adapter: set ${driver}`
      : null;
    return { name, text: "no adapter", remedy, values: { adapter, isSoftware: null } };
  }
  const isSoftware = isSoftwareDriver(adapter);
  return {
    name,
    text: `${adapter}${isSoftware ? ", a program on the CPU: right, and far slower than the CPU's own way" : ""}`,
    remedy: isSoftware ? "good for tests only: use --renderer cpu and --device cpu" : null,
    values: { adapter, isSoftware },
  };
}
