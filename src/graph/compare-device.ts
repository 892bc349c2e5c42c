import { encodeOnnx } from "../onnx/index.ts";
import { lowerToOnnx } from "./lower-to-onnx.ts";
import { openSession, type Device } from "./onnxruntime-session.ts";
import { conv2d, globalAverage, matmul, relu, reshape } from "./operations.ts";
import { constant, input } from "./value.ts";

/** Edge of the test image, channels of it, filters, and answers. */
const [EDGE, CHANNELS, FILTERS, ANSWERS] = [24, 3, 16, 8];
const BATCH = 2;

/** How far a device's answers are from plain double-precision arithmetic. */
export interface DeviceDeviation {
  /** Largest |answer - reference| over the largest |reference|. */
  readonly worstRelativeDeviation: number;
}

/**
 * Runs a small network (convolution, rectifier, global average, matrix product) on a device and compares its answers with
 * loops in double precision on the CPU.
 *
 * @param device of ONNX Runtime
 * @returns the largest difference
 * @throws Error where the device cannot run it, with the runtime's reason
 */
export async function compareDevice(device: Device): Promise<DeviceDeviation> {
  const image = wave(BATCH * CHANNELS * EDGE * EDGE, 0.37);
  const filters = wave(FILTERS * CHANNELS * 9, 0.71);
  const mixing = wave(FILTERS * ANSWERS, 1.13);
  const x = input("x", [BATCH, CHANNELS, EDGE, EDGE]);
  const hidden = relu(conv2d(x, constant(filters, [FILTERS, CHANNELS, 3, 3]), null, { padding: 1 }));
  const pooled = reshape(globalAverage(hidden), [BATCH, FILTERS]);
  const y = matmul(pooled, constant(mixing, [FILTERS, ANSWERS]));
  const session = await openSession(encodeOnnx(lowerToOnnx({ y }, { graphName: "device test" })), { device });
  try {
    const answers = await session.run({ x: { data: image, shape: x.shape } });
    return { worstRelativeDeviation: largestDeviation(answers.y.data, plainAnswers(image, filters, mixing)) };
  } finally {
    await session.dispose();
  }
}

/** Numbers without pattern between -1 and 1, the same on every machine to single precision. */
function wave(length: number, frequency: number): Float32Array {
  return Float32Array.from({ length }, (_, k) => Math.sin(frequency * (k + 1) + 0.01 * (k % 17) ** 2));
}

/** The same network in loops: [BATCH, ANSWERS]. */
function plainAnswers(image: Float32Array, filters: Float32Array, mixing: Float32Array): Float64Array {
  const answers = new Float64Array(BATCH * ANSWERS);
  for (let b = 0; b < BATCH; b++) {
    for (let f = 0; f < FILTERS; f++) {
      let sum = 0;
      for (let pixel = 0; pixel < EDGE * EDGE; pixel++) {
        sum += Math.max(0, filteredAt(image, filters, { b, f, pixel }));
      }
      for (let a = 0; a < ANSWERS; a++) {
        answers[b * ANSWERS + a] += (sum / EDGE ** 2) * mixing[f * ANSWERS + a];
      }
    }
  }
  return answers;
}

function filteredAt(
  image: Float32Array,
  filters: Float32Array,
  { b, f, pixel }: { readonly b: number; readonly f: number; readonly pixel: number },
): number {
  const [row, column] = [Math.floor(pixel / EDGE) - 1, (pixel % EDGE) - 1];
  let sum = 0;
  for (let tap = 0; tap < CHANNELS * 9; tap++) {
    const channel = Math.floor(tap / 9);
    const y = row + Math.floor((tap % 9) / 3);
    const x = column + (tap % 3);
    if (y < 0 || y >= EDGE || x < 0 || x >= EDGE) continue;
    sum += filters[f * CHANNELS * 9 + tap] * image[((b * CHANNELS + channel) * EDGE + y) * EDGE + x];
  }
  return sum;
}

/** Infinity where an answer is no number: it must not pass for one that agrees. */
function largestDeviation(answers: Float32Array, references: Float64Array): number {
  const scale = references.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const differences = Array.from(references, (value, k) => Math.abs(answers[k] - value) / scale);
  return differences.some((difference) => Number.isNaN(difference)) ? Infinity : Math.max(...differences);
}
