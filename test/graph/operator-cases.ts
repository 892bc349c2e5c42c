import type { OperatorKind, OperatorOf } from "../../src/graph/operator.ts";

/** An operator with the shapes of inputs on which it is checked. */
export interface OperatorCase<K extends OperatorKind = OperatorKind> {
  readonly operator: OperatorOf<K>;
  readonly inputs: readonly (readonly number[])[];
  /** Inputs are drawn as 0.5 + |normal|, for functions that are not defined or not smooth around zero. */
  readonly isPositive?: boolean;
  /** No gradient passes, or none is built. */
  readonly hasNoGradient?: boolean;
}

type CaseTable = { readonly [K in OperatorKind]: readonly OperatorCase<K>[] };

const plain = { stride: 1, padding: 1, dilation: 1, groups: 1 };
const image = [2, 4, 6, 6];

const convolutions = [
  { geometry: plain, filter: [3, 4, 3, 3], output: [2, 3, 6, 6] },
  { geometry: { ...plain, padding: 0 }, filter: [3, 4, 3, 3], output: [2, 3, 4, 4] },
  { geometry: { ...plain, padding: 0 }, filter: [5, 4, 1, 1], output: [2, 5, 6, 6] },
  { geometry: { ...plain, stride: 2 }, filter: [3, 4, 3, 3], output: [2, 3, 3, 3] },
  { geometry: { ...plain, dilation: 2, padding: 2 }, filter: [3, 4, 3, 3], output: [2, 3, 6, 6] },
  { geometry: { ...plain, groups: 2 }, filter: [6, 2, 3, 3], output: [2, 6, 6, 6] },
  { geometry: { ...plain, groups: 4 }, filter: [4, 1, 3, 3], output: [2, 4, 6, 6] },
  { geometry: { ...plain, padding: 2 }, filter: [3, 4, 5, 5], output: [2, 3, 6, 6] },
];

/** At least one case for every operator: a new operator without one does not compile. */
export const OPERATOR_CASES: CaseTable = {
  unary: [
    ...(["relu", "sigmoid", "tanh", "softplus", "exp", "abs", "negate"] as const).map((name) => ({
      operator: { kind: "unary", name } as const,
      inputs: [[3, 5]],
    })),
    ...(["log", "sqrt", "reciprocal"] as const).map((name) => ({
      operator: { kind: "unary", name } as const,
      inputs: [[3, 5]],
      isPositive: true,
    })),
    { operator: { kind: "unary", name: "step" }, inputs: [[3, 5]], hasNoGradient: true },
  ],
  leakyRelu: [{ operator: { kind: "leakyRelu", slope: 0.2 }, inputs: [[4, 4]] }],
  clamp: [{ operator: { kind: "clamp", min: -0.5, max: 0.7 }, inputs: [[4, 4]] }],
  binary: (["add", "subtract", "multiply", "divide"] as const).flatMap((name) =>
    [
      [
        [2, 3],
        [2, 3],
      ],
      [[2, 3, 4], [4]],
      [
        [2, 1, 4],
        [3, 1],
      ],
      [[], [2, 2]],
    ].map((inputs) => ({ operator: { kind: "binary", name } as const, inputs, isPositive: true })),
  ),
  where: [
    {
      operator: { kind: "where" },
      inputs: [
        [3, 4],
        [3, 4],
        [3, 4],
      ],
    },
  ],
  matmul: [
    {
      operator: { kind: "matmul", transposeA: false, transposeB: false },
      inputs: [
        [2, 3],
        [3, 4],
      ],
    },
    {
      operator: { kind: "matmul", transposeA: true, transposeB: false },
      inputs: [
        [3, 2],
        [3, 4],
      ],
    },
    {
      operator: { kind: "matmul", transposeA: false, transposeB: true },
      inputs: [
        [2, 3],
        [4, 3],
      ],
    },
    {
      operator: { kind: "matmul", transposeA: true, transposeB: true },
      inputs: [
        [5, 3, 2],
        [5, 4, 3],
      ],
    },
    {
      operator: { kind: "matmul", transposeA: false, transposeB: false },
      inputs: [
        [2, 2, 3, 2],
        [2, 2, 2, 3],
      ],
    },
  ],
  reduceSum: [
    { operator: { kind: "reduceSum", axes: [0, 2, 3] }, inputs: [image] },
    { operator: { kind: "reduceSum", axes: [1] }, inputs: [[3, 4]] },
  ],
  reduceMax: [{ operator: { kind: "reduceMax", axes: [1] }, inputs: [[3, 4]] }],
  softmax: [{ operator: { kind: "softmax", axis: 1 }, inputs: [[2, 3, 2]] }],
  logSoftmax: [{ operator: { kind: "logSoftmax", axis: 2 }, inputs: [[2, 3, 4]] }],
  stopGradient: [{ operator: { kind: "stopGradient" }, inputs: [[3]], hasNoGradient: true }],
  reshape: [{ operator: { kind: "reshape", shape: [3, 4] }, inputs: [[2, 6]] }],
  broadcastTo: [{ operator: { kind: "broadcastTo", shape: [2, 3, 4] }, inputs: [[3, 1]] }],
  transpose: [{ operator: { kind: "transpose", permutation: [2, 0, 1] }, inputs: [[2, 3, 4]] }],
  slice: [{ operator: { kind: "slice", axis: 1, start: 1, end: 3 }, inputs: [[2, 4, 2]] }],
  concat: [
    {
      operator: { kind: "concat", axis: 1 },
      inputs: [
        [2, 1, 2],
        [2, 3, 2],
      ],
    },
  ],
  pad: [{ operator: { kind: "pad", before: [0, 1, 2], after: [1, 0, 3] }, inputs: [[2, 2, 2]] }],
  gather: [{ operator: { kind: "gather", axis: 1, indices: [2, 0, 2, 1] }, inputs: [[2, 3, 2]] }],
  scatterAdd: [
    { operator: { kind: "scatterAdd", axis: 1, indices: [2, 0, 2], extent: 4 }, inputs: [[2, 3, 2]] },
  ],
  conv2d: convolutions.flatMap(({ geometry, filter }) => [
    { operator: { kind: "conv2d" as const, ...geometry }, inputs: [image, filter] },
    { operator: { kind: "conv2d" as const, ...geometry }, inputs: [image, filter, [filter[0]]] },
  ]),
  convTranspose2d: convolutions.map(({ geometry, filter, output }) => ({
    operator: { kind: "convTranspose2d", height: 6, width: 6, ...geometry },
    inputs: [filter, output],
  })),
  conv2dFilterGradient: convolutions.map(({ geometry, filter, output }) => ({
    operator: { kind: "conv2dFilterGradient", filterSize: filter[2], ...geometry },
    inputs: [image, output],
  })),
  maxPool2d: [
    { operator: { kind: "maxPool2d", size: 2, stride: 2 }, inputs: [image] },
    { operator: { kind: "maxPool2d", size: 3, stride: 3 }, inputs: [image] },
  ],
  maxPool2dGradient: [
    {
      operator: { kind: "maxPool2dGradient", size: 2, stride: 2 },
      inputs: [image, [2, 4, 3, 3], [2, 4, 3, 3]],
      hasNoGradient: true,
    },
  ],
  averagePool2d: [{ operator: { kind: "averagePool2d", size: 2, stride: 2 }, inputs: [image] }],
  upsampleNearest: [{ operator: { kind: "upsampleNearest", scale: 2 }, inputs: [[2, 3, 4, 5]] }],
};
