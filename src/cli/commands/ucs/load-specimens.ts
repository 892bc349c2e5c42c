import { resolve } from "node:path";
import {
  eachImage,
  filledImage,
  openImageStack,
  sharedNotes,
  type FailedImage,
  type ImageFile,
  type ImageRequest,
} from "../../../micrograph/index.ts";
import type { StrengthImage, StrengthSpecimen, StrengthTable } from "../../../ucs/index.ts";

/** Specimens with their images, what was done to those, and which could not be used. */
export interface LoadedSpecimens {
  readonly specimens: readonly StrengthSpecimen[];
  readonly notes: readonly string[];
  readonly failed: readonly FailedImage[];
}

/** Reads all images of a table; their paths begin at the folder. An image that a check throws at cannot be used; a specimen that keeps none is left out. */
export async function loadSpecimens(
  { specimens, fileName }: StrengthTable,
  folder: string,
  request: ImageRequest,
  check: (image: StrengthImage) => void = () => {},
): Promise<LoadedSpecimens> {
  const own = specimens.map((): StrengthImage[] => []);
  const noted: Pick<ImageFile, "name" | "notes">[] = [];
  const lines = specimens.flatMap(({ images }, index) =>
    images.map(({ image, line }) => ({ file: image, index, path: `${image}, ${fileName} line ${line}` })),
  );
  const failed = await eachImage(lines, async ({ file, index, path: name }) => {
    const { lot, strength } = specimens[index];
    const stack = await openImageStack(resolve(folder, file), { ...request, name });
    for (const frame of stack.frames) {
      const read = stack.image(frame);
      const image = { name: read.name, image: filledImage(read), lot, strength };
      check(image);
      own[index].push(image);
      noted.push({ name: file, notes: read.notes });
    }
  });
  const loaded = specimens.map(({ name, lot, strength }, i) => ({ name, lot, strength, images: own[i] }));
  const kept = loaded.filter(({ images }) => images.length > 0);
  return { specimens: kept, notes: sharedNotes(noted), failed };
}

/** As `loadSpecimens`, for tables that must be whole: to learn from, or to compare. */
export async function loadAllSpecimens(
  table: StrengthTable,
  folder: string,
  request: ImageRequest,
): Promise<LoadedSpecimens> {
  const loaded = await loadSpecimens(table, folder, request);
  if (loaded.failed.length === 0) return loaded;
  throw new RangeError(loaded.failed.map(({ reason }) => reason).join("\n"));
}
