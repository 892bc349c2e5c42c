import type { OnnxAttribute, OnnxInitializer, OnnxNode } from "../onnx/index.ts";
import type { Shape } from "./shape.ts";

/** Takes down nodes and stored tensors while a graph is lowered; equal constants are stored once. */
export class OnnxWriter {
  /** Whether only operators are written that WebGPU has kernels for, too. */
  readonly isPortable: boolean;
  readonly nodes: OnnxNode[] = [];
  readonly initializers: OnnxInitializer[] = [];
  readonly #constantNames = new Map<string, string>();
  #nameCount = 0;

  constructor(isPortable = false) {
    this.isPortable = isPortable;
  }

  /** Adds a node with one output and returns the output's name. */
  emit(
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
    domain = "",
  ): string {
    const output = this.#freshName();
    this.nodes.push({ opType, inputs, outputs: [output], attributes, domain });
    return output;
  }

  /** Stores whole numbers, such as the axes of a reduction, and returns their name. */
  int64(data: readonly number[]): string {
    return this.#store(`int64:${data.join()}`, (name) => ({
      name,
      type: "int64",
      shape: [data.length],
      data,
    }));
  }

  /** Stores one number as a float32 scalar and returns its name. */
  float(number: number): string {
    return this.floats(Float32Array.of(number), []);
  }

  /** Stores a float32 tensor and returns its name. */
  floats(data: Float32Array, shape: Shape, ownName: string | null = null): string {
    if (ownName !== null) {
      this.initializers.push({ name: ownName, type: "float32", shape, data });
      return ownName;
    }
    // only short tensors are worth a comparison
    const key = data.length <= 64 ? `float:${shape.join()}:${data.join()}` : null;
    return this.#store(key, (name) => ({ name, type: "float32", shape, data }));
  }

  #store(key: string | null, make: (name: string) => OnnxInitializer): string {
    const known = key === null ? undefined : this.#constantNames.get(key);
    if (known !== undefined) return known;
    const name = this.#freshName();
    this.initializers.push(make(name));
    if (key !== null) this.#constantNames.set(key, name);
    return name;
  }

  #freshName(): string {
    return `t${this.#nameCount++}`;
  }
}
