import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A disk of its own, as small as is wanted. */
export interface SmallDisk {
  readonly folder: string;
  setReadOnly(): void;
  remove(): void;
}

/** A disk in memory of so many kilobytes; null where this user may mount none. */
export function smallDisk(kilobytes: number): SmallDisk | null {
  const folder = mkdtempSync(join(tmpdir(), "heterostem-disk-"));
  const isDone = (command: string, ...words: string[]) => spawnSync(command, words).status === 0;
  if (!isDone("mount", "-t", "tmpfs", "-o", `size=${kilobytes}k`, "tmpfs", folder)) {
    rmSync(folder, { recursive: true });
    return null;
  }
  return {
    folder,
    setReadOnly() {
      if (!isDone("mount", "-o", "remount,ro", folder)) throw new Error(`Cannot remount ${folder}`);
    },
    remove() {
      isDone("umount", folder);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Whether small disks can be made here: it takes root's right to mount. */
export function canMount(): boolean {
  const disk = smallDisk(64);
  disk?.remove();
  return disk !== null;
}
