import { failureText } from "../core/index.ts";
import { runtimeFiles } from "./onnxruntime-files.ts";
import "./without-telemetry.ts";
import { InferenceSession, Tensor } from "onnxruntime-node";
import type { Shape } from "./shape.ts";

/** Where ONNX Runtime runs a model. */
export type OnnxRuntimeDevice = "cpu" | "webgpu" | "cuda";

/** What runs a model: a device of ONNX Runtime, or TensorFlow.js, whose package has a device of its own. */
export type Device = OnnxRuntimeDevice | "tfjs";

/** How a session uses the machine. */
export interface SessionOptions {
  readonly device?: Device;
  /** Threads of the CPU provider; the runtime's default is one per core. */
  readonly threads?: number;
  /**
   * Whether the runtime may keep images in blocks of channels; true. It does so for convolutions only when their
   * filters are constant: while training only the poolings would change layout, to and fro.
   */
  readonly blocksChannels?: boolean;
  /** Path prefix of a profile that the runtime writes when the session is disposed. */
  readonly profilePrefix?: string;
}

/** A float32 tensor that goes into or comes out of a session. */
export interface FloatTensor {
  /** Row-major elements. */
  readonly data: Float32Array;
  readonly shape: Shape;
}

/** A model loaded into ONNX Runtime, or into TensorFlow.js. */
export interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** Runs the model once; `into` names outputs whose elements are written to buffers of the caller. */
  run(
    feeds: Readonly<Record<string, FloatTensor>>,
    into?: Readonly<Record<string, FloatTensor>>,
  ): Promise<Record<string, FloatTensor>>;
  dispose(): Promise<void>;
}

/**
 * Loads an ONNX model into ONNX Runtime, or into TensorFlow.js where that is the device.
 *
 * @param bytes the model
 * @param options device, threads, profile; TensorFlow.js has but the device
 * @returns a session; dispose it when done
 * @throws Error when the runtime refuses the model or the device, with its reason as cause
 */
export async function openSession(bytes: Uint8Array, options: SessionOptions = {}): Promise<Session> {
  const { device = "cpu", threads, blocksChannels = true, profilePrefix } = options;
  // loaded on demand: few have it
  if (device === "tfjs") return (await import("./tfjs/tfjs-session.ts")).openTfjsSession(bytes);
  // asked first, because the runtime prints its own complaint
  if (device === "cuda" && runtimeFiles().cudaProvider === null)
    throw new Error(failureOn(device, "no CUDA provider library"));
  let session: InferenceSession;
  try {
    session = await InferenceSession.create(bytes, {
      executionProviders: [device],
      logSeverityLevel: 3,
      graphOptimizationLevel: blocksChannels ? "all" : "extended",
      // waiting threads sleep: the same step time on an idle machine, half of it on a busy one
      extra: { session: { intra_op: { allow_spinning: "0" } } },
      ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
      ...(profilePrefix === undefined ? {} : { enableProfiling: true, profileFilePrefix: profilePrefix }),
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      failureText({ action: "open ONNX session" }, `wanted a model that runs on ${device}`, reason),
      {
        cause,
      },
    );
  }
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    run: (feeds, into) => runSession(session, feeds, into),
    dispose: () => {
      if (profilePrefix !== undefined) session.endProfiling();
      return session.release();
    },
  };
}

/**
 * What TensorFlow.js computes with here.
 *
 * @returns its device with package and version, such as "cpu (@tensorflow/tfjs-backend-cpu 4.22.0)"
 * @throws Error where none of its packages is installed, with the call that installs one
 */
export async function tfjsDevice(): Promise<string> {
  return (await import("./tfjs/load-tfjs.ts")).loadTfjs().then(({ device }) => device);
}

/** What to do where a device does not work; begins with "; " for the end of a sentence. */
export const DEVICE_ADVICE: Readonly<Record<OnnxRuntimeDevice, string>> = {
  cpu: "",
  webgpu: "; wanted is a GPU with a driver (on Linux Vulkan and libvulkan1), or --device cpu",
  // the installer's one option is called cuda12; releases of the runtime since 1.27 are built for CUDA 13 all the same
  cuda:
    "; install the provider with `node node_modules/onnxruntime-node/script/install.js" +
    " --onnxruntime-node-install=cuda12` (built for CUDA 13 and cuDNN 9, whatever the option is called: `ldd` of" +
    " libonnxruntime_providers_cuda.so lists what is missing), or use --device webgpu or cpu",
};

function failureOn(device: OnnxRuntimeDevice, reason: string): string {
  return failureText(
    { action: "open ONNX session" },
    `wanted a model that runs on ${device}`,
    `${reason.trim()}${DEVICE_ADVICE[device]}`,
  );
}

async function runSession(
  session: InferenceSession,
  feeds: Readonly<Record<string, FloatTensor>>,
  into: Readonly<Record<string, FloatTensor>> = {},
): Promise<Record<string, FloatTensor>> {
  const fetches = Object.fromEntries(
    session.outputNames.map((name) => [name, into[name] === undefined ? null : toOrt(into[name])]),
  );
  const results = await session.run(mapEntries(feeds, toOrt), fetches);
  return mapEntries(results as Readonly<Record<string, Tensor>>, ({ data, dims }) => ({
    data: data as Float32Array,
    shape: dims,
  }));
}

function toOrt({ data, shape }: FloatTensor): Tensor {
  return new Tensor("float32", data, shape);
}

function mapEntries<From, To>(record: Readonly<Record<string, From>>, map: (value: From) => To) {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
