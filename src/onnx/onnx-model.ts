/** One attribute of an ONNX node. */
export type OnnxAttribute =
  | { readonly int: number }
  | { readonly ints: ArrayLike<number> }
  | { readonly float: number }
  | { readonly floats: ArrayLike<number> }
  | { readonly text: string }
  | { readonly texts: readonly string[] };

/** One ONNX node. */
export interface OnnxNode {
  readonly opType: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
  /** "" for the ONNX standard, "ai.onnx.ml" for its trees, "com.microsoft" for what ONNX Runtime adds. */
  readonly domain: string;
}

/** A tensor stored in the model. */
export type OnnxInitializer = {
  readonly name: string;
  readonly shape: readonly number[];
} & (
  | { readonly type: "float32"; readonly data: Float32Array }
  /** Numbers that half precision has, or they are rounded. */
  | { readonly type: "float16"; readonly data: Float32Array }
  | { readonly type: "int64"; readonly data: readonly number[] }
);

/** A float32 input or output; a text extent is a free axis that is named. */
export interface OnnxPort {
  readonly name: string;
  readonly shape: readonly (number | string)[];
}

/** An ONNX model as plain data. */
export interface OnnxModel {
  readonly graphName: string;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxInitializer[];
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
  /** Free texts stored in the file as metadata_props. */
  readonly metadata: Readonly<Record<string, string>>;
}
