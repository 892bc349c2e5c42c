import { File, Group, ready } from "h5wasm";

let fileCount = 0;

/** Builds an HDF5 file of the oldest layout that holds it, without checksums, in the library's own memory and gives its bytes. */
export async function smallHdf5(build: (file: File) => void): Promise<Buffer> {
  const { FS } = await ready;
  const path = `/built-by-test-${fileCount++}.h5`;
  const file = new File(path, "w", { libver: ["earliest", "latest"] });
  try {
    build(file);
  } finally {
    file.close();
  }
  return Buffer.from(FS.readFile(path));
}

/** The group at a path, with all above it that are not there yet. */
export function groupAt(file: File, path: string): Group {
  let group: Group = file;
  for (const name of path.split("/")) {
    const child = group.keys().includes(name) ? group.get(name) : group.create_group(name);
    if (!(child instanceof Group)) throw new Error(`${path} must be a group`);
    group = child;
  }
  return group;
}
