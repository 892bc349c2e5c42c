/** What the disk says, by its code, in words. */
const TROUBLE: Readonly<Record<string, string>> = {
  ERR_INVALID_ARG_VALUE: "a name with a NUL character",
  ENOSPC: "a full disk",
  EDQUOT: "a used-up quota",
  EROFS: "a read-only disk",
  EACCES: "no permission",
  EPERM: "no permission",
  ENAMETOOLONG: "a name that is too long for the disk",
  ELOOP: "a loop of symbolic links",
  EMFILE: "too many open files (ulimit -n tells how many)",
  ENFILE: "too many open files",
  ENOTDIR: "a place below a file",
  EISDIR: "a folder",
  EIO: "a disk error",
};

/** A file that the disk did not take: which one, and why. */
export class DiskError extends Error {
  override readonly name = "DiskError";
  /** The file or folder that could not be written. */
  readonly path: string;
  /** What is wrong with the disk, in words, such as "a full disk". */
  readonly trouble: string;
  /** What the system calls it, such as ENOSPC. */
  readonly code: string | undefined;

  constructor(path: string, trouble: string, cause: unknown) {
    super(`Cannot write ${path}: its place must take it, got ${trouble}`, { cause });
    this.path = path;
    this.trouble = trouble;
    this.code = (cause as NodeJS.ErrnoException).code;
  }
}

/**
 * What is wrong with the disk, in words.
 *
 * @param error what writing threw
 * @returns such as "a full disk"; undefined for errors that are not the disk's
 */
export function diskTrouble(error: unknown): string | undefined {
  if (error instanceof DiskError) return error.trouble;
  const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  // a file that was to be read is the matter of its reader; a folder that cannot be made is the disk's
  if (code === "ENOENT") return syscall === "mkdir" ? "a place where no folder can be made" : undefined;
  return TROUBLE[code ?? ""];
}

/** Does work on a file; what the disk refuses then names that file, which the system does only for some calls. */
export function onNamedFile<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const trouble = code === "ENOENT" ? "no such folder" : diskTrouble(error);
    if (trouble === undefined || error instanceof DiskError) throw error;
    throw new DiskError(path, trouble, error);
  }
}
