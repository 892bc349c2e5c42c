import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";

/** Where a training keeps its checkpoints. */
export interface CheckpointStore {
  /** Name of the place, for messages. */
  readonly where: string;
  /** The newest checkpoint, or null where there is none. */
  read(): Uint8Array | null;
  /** Replaces a checkpoint whole: a reader sees the old one or the new one, never a part. */
  write(which: "last" | "best", bytes: Uint8Array): void;
}

/**
 * Keeps checkpoints in a folder, as last.checkpoint and best.checkpoint.
 *
 * A new file is written beside the old one, flushed to the disk and renamed over it, so that a kill or a power cut
 * at any moment leaves a whole checkpoint.
 *
 * @param folder its path; made when missing
 * @returns the store
 */
export function checkpointFolder(folder: string): CheckpointStore {
  const pathOf = (which: string) => join(folder, `${which}.checkpoint`);
  return {
    where: pathOf("last"),
    read: () => (existsSync(pathOf("last")) ? readFileSync(pathOf("last")) : null),
    write(which, bytes) {
      mkdirSync(folder, { recursive: true });
      const part = `${pathOf(which)}.part`;
      const file = openSync(part, "w");
      try {
        for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(part, pathOf(which));
    },
  };
}
