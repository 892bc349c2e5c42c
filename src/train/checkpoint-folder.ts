import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolders, writeWholeFile } from "../io/index.ts";

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
 * Keeps checkpoints in a folder, as last.checkpoint and best.checkpoint, so that a kill or a power cut at any moment leaves a
 * whole checkpoint.
 *
 * @param folder its path; made when missing
 * @returns the store; its `write` throws DiskError where the disk refuses
 */
export function checkpointFolder(folder: string): CheckpointStore {
  const pathOf = (which: string) => join(folder, `${which}.checkpoint`);
  return {
    where: pathOf("last"),
    read: () => (existsSync(pathOf("last")) ? readFileSync(pathOf("last")) : null),
    write(which, bytes) {
      makeFolders(folder);
      writeWholeFile(pathOf(which), bytes);
    },
  };
}
