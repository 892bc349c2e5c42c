import type { LoweredTensor } from "./lower-convolution.ts";
import type { OnnxWriter } from "./onnx-writer.ts";

/** Domain of ONNX Runtime's operators on images in blocks of channels. */
export const BLOCKED_DOMAIN = "com.microsoft.nchwc";

/** A tensor while a graph is lowered, and how it lies in memory. */
export interface PlacedTensor extends LoweredTensor {
  /** [n, c / block, h, w, block] instead of [n, c, h, w]; its shape in the graph is [n, c, h, w] all the same. */
  readonly isBlocked: boolean;
}

/** Brings tensors from one layout to the other; each at most once. */
export class ChannelBlocks {
  readonly writer: OnnxWriter;
  /** Channels of a block; 1 where the processor has no such operators. */
  readonly size: number;
  readonly #plainNames = new Map<string, string>();
  readonly #blockedNames = new Map<string, string>();

  constructor(writer: OnnxWriter, size: number) {
    this.writer = writer;
    this.size = size;
  }

  /** The tensor as [n, c, h, w]. */
  plain({ name, shape, isBlocked }: PlacedTensor): PlacedTensor {
    if (!isBlocked) return { name, shape, isBlocked };
    const attributes = { channels: { int: shape[1] } };
    const emit = () => this.writer.emit("ReorderOutput", [name], attributes, BLOCKED_DOMAIN);
    return { name: remembered(this.#plainNames, name, emit), shape, isBlocked: false };
  }

  /** The tensor in blocks; its channels must fill them. */
  blocked({ name, shape, isBlocked }: PlacedTensor): PlacedTensor {
    if (isBlocked) return { name, shape, isBlocked };
    const emit = () => this.writer.emit("ReorderInput", [name], {}, BLOCKED_DOMAIN);
    return { name: remembered(this.#blockedNames, name, emit), shape, isBlocked: true };
  }

  /** Whether channels fill whole blocks. */
  fit(channels: number): boolean {
    return this.size > 1 && channels % this.size === 0;
  }
}

function remembered(names: Map<string, string>, name: string, emit: () => string): string {
  const known = names.get(name);
  if (known !== undefined) return known;
  const made = emit();
  names.set(name, made);
  return made;
}
