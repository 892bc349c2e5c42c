import type { OnnxWriter } from "./onnx-writer.ts";

/** Which factors of a product of matrices are given transposed, and the count of their axes. */
export interface ProductForm {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly rank: number;
}

/**
 * Lowers a product of matrices over the last two axes, [..., m, k] x [..., k, n], either factor given transposed.
 *
 * ONNX has transposed factors for two axes only (Gemm). For more ONNX Runtime has FusedMatMul, which saves a copy on the CPU and
 * has no kernel on WebGPU: there each would go to the CPU and back.
 *
 * @returns name of the result
 */
export function lowerProduct(writer: OnnxWriter, a: string, b: string, form: ProductForm): string {
  const { transposeA, transposeB, rank } = form;
  if (!transposeA && !transposeB) return writer.emit("MatMul", [a, b]);
  const attributes = { transA: { int: Number(transposeA) }, transB: { int: Number(transposeB) } };
  if (rank === 2) return writer.emit("Gemm", [a, b], attributes);
  if (!writer.isPortable) return writer.emit("FusedMatMul", [a, b], attributes, "com.microsoft");
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  const perm = { ints: [...axes.slice(0, -2), rank - 1, rank - 2] };
  const [left, right] = [
    transposeA ? writer.emit("Transpose", [a], { perm }) : a,
    transposeB ? writer.emit("Transpose", [b], { perm }) : b,
  ];
  return writer.emit("MatMul", [left, right]);
}
