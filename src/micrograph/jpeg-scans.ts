import { memoryBudget } from "../core/index.ts";
import { unreadable } from "./unreadable.ts";

/** Components of all scans together: progressive files have some 14; each takes time for all blocks, however few its bytes are. */
const MAX_COMPONENT_SCANS = 50;
/** Memory that the decoder may take [MiB], where the budget is not smaller. */
const MAX_MEMORY_MIB = 2048;

/**
 * Refuses a JPEG whose scans would keep the decoder busy: an empty scan [itut81] G.1.2.2 of a few hundred bytes stands for 100 megapixels.
 *
 * Scans of a preview in the metadata are counted with the others.
 */
export function checkJpegScans(bytes: Uint8Array): void {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let count = 0;
  // marker, length of two bytes, number of components
  for (let at = file.indexOf("\xff\xda", 0, "latin1"); at >= 0;) {
    count += file[at + 4] ?? 0;
    if (count > MAX_COMPONENT_SCANS) {
      const wanted = `JPEG must have at most ${MAX_COMPONENT_SCANS} components in all its scans`;
      throw unreadable(wanted, "more", at);
    }
    at = file.indexOf("\xff\xda", at + 2, "latin1");
  }
}

/** Memory for the decoder, in its unit [MiB]. */
export const jpegMemoryMiB = (): number => Math.min(MAX_MEMORY_MIB, memoryBudget() / 2 ** 20);
