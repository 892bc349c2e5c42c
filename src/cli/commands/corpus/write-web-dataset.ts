import { join } from "node:path";
import { appendToFile, writeNewFile } from "../../../io/index.ts";
import { decodePicture, TAR_END, tarEntry, type StoredImage } from "../../../corpus/index.ts";

/** A sample for a WebDataset: its picture and its numbers. */
export interface WebSample {
  /** Number of the sample: the key that its files share. */
  readonly stem: string;
  readonly picture: StoredImage;
  readonly values: Readonly<Record<string, unknown>>;
}

/** An archive is full at this size [bytes]: large enough to be read in one go, small enough to be shuffled by. */
export const ARCHIVE_BYTES = 2 ** 28;

/**
 * Writes samples as a WebDataset: tar archives in which NNNNNN.png and NNNNNN.json are one sample.
 *
 * @param samples in order
 * @param folder where images-000000.tar and those after it go
 * @param options.archiveBytes at which an archive is full
 * @param options.onSample called with the number of samples written
 * @returns names of the archives
 */
export async function writeWebDataset(
  samples: AsyncIterable<WebSample>,
  folder: string,
  {
    archiveBytes = ARCHIVE_BYTES,
    onSample = () => {},
  }: { readonly archiveBytes?: number; readonly onSample?: (done: number) => void } = {},
): Promise<{ readonly archives: readonly string[]; readonly count: number }> {
  const archives: string[] = [];
  let bytes = Infinity;
  let count = 0;
  const end = () => {
    if (archives.length > 0) appendToFile(join(folder, archives[archives.length - 1]), TAR_END);
  };
  for await (const { stem, picture, values } of samples) {
    // a corpus may be anybody's: what is no image of its kind is not handed on under that name
    await decodePicture(picture);
    const files = [
      tarEntry(`${stem}.png`, picture.bytes),
      tarEntry(`${stem}.json`, new TextEncoder().encode(JSON.stringify(values, plainNumber))),
    ];
    if (bytes >= archiveBytes) {
      end();
      archives.push(`images-${String(archives.length).padStart(6, "0")}.tar`);
      writeNewFile(join(folder, archives[archives.length - 1]), new Uint8Array(0));
      bytes = 0;
    }
    for (const file of files) {
      appendToFile(join(folder, archives[archives.length - 1]), file);
      bytes += file.length;
    }
    onSample(++count);
  }
  end();
  return { archives, count };
}

/** Whole numbers of 64 bits come as bigint; what a sample lacks is null, as JSON has no NaN. */
function plainNumber(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? Number(value) : value;
}
