import { createHash } from "node:crypto";
import { createReadStream, existsSync, statSync } from "node:fs";
import { join } from "node:path";

/** A file of the published set. */
export interface PublishedFile {
  readonly name: string;
  /** Null where it could not be learned. */
  readonly bytes: number | null;
  readonly md5: string;
  readonly url: string;
}

/**
 * The Aachen-Heerlen annotated steel microstructure data set [iren2021]: 1,705 micrographs, CC0. The only public
 * script that pins the files (MicroPhaseLab's downloader) pairs addresses, sizes and sums so; they were not fetched here.
 */
export const STEEL_DOWNLOAD = {
  doi: "10.1038/s41597-021-00926-7",
  collection: "https://figshare.com/collections/5185004",
  files: [
    {
      name: "nature_scidata_heerlen_aachen_steel_annotations_polygon.csv",
      bytes: 3_744_453,
      md5: "e56d19f16c82ae23faeeb77577579e1e",
      url: "https://figshare.com/ndownloader/files/25214918",
    },
    {
      name: "nature_scidata_steel_metadata.csv",
      bytes: 136_915,
      md5: "f16113f032e6d984faac4836eb0cb0e1",
      url: "https://figshare.com/ndownloader/files/25214927",
    },
    {
      name: "images.zip",
      bytes: 1_223_165_391,
      md5: "09306cad9a754ae5a963d3f5c67f8f30",
      url: "https://figshare.com/ndownloader/files/26094926",
    },
  ],
} as const satisfies {
  readonly doi: string;
  readonly collection: string;
  readonly files: readonly PublishedFile[];
};

/** What became of a file. */
export interface FileCheck extends PublishedFile {
  readonly state: "right" | "missing" | "other size" | "other sum";
  readonly foundBytes: number | null;
  readonly foundMd5: string | null;
}

/**
 * Compares files that a user put into a folder with those that were published.
 *
 * @param folder where they should lie
 * @param files names, sizes, sums
 * @returns the state of each; the sum is only computed where the size is right
 */
export async function checkDownload(folder: string, files: readonly PublishedFile[]): Promise<FileCheck[]> {
  const checks: FileCheck[] = [];
  for (const file of files) {
    const path = join(folder, file.name);
    if (!existsSync(path)) {
      checks.push({ ...file, state: "missing", foundBytes: null, foundMd5: null });
      continue;
    }
    const foundBytes = statSync(path).size;
    if (file.bytes !== null && foundBytes !== file.bytes) {
      checks.push({ ...file, state: "other size", foundBytes, foundMd5: null });
      continue;
    }
    const foundMd5 = await md5Of(path);
    checks.push({ ...file, state: foundMd5 === file.md5 ? "right" : "other sum", foundBytes, foundMd5 });
  }
  return checks;
}

async function md5Of(path: string): Promise<string> {
  const hash = createHash("md5");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
