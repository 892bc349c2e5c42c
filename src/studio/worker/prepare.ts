import { readyDetector } from "./find.ts";
import { readyInversion } from "./invert.ts";
import type { PreparedPart } from "./protocol.ts";

/** Opens a part of the page before an image wants it. */
export async function preparePart(part: PreparedPart): Promise<void> {
  await (part === "particles-haadf.onnx" ? readyDetector("haadf") : readyInversion(part));
}
