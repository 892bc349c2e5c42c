import { createHash } from "node:crypto";
import { z } from "zod";
import { failureText, parseJson } from "../core/index.ts";
import type { FeatureTable } from "../forest/index.ts";
import { contentKey } from "../image/index.ts";
import type { KeptTrainings } from "../train/index.ts";
import { describeImages, type DescribeOptions, type NamedImage } from "./describe-images.ts";
import { stackTables } from "./feature-rows.ts";
import type { NamedNormalization } from "./normalisations.ts";

/** Images whose descriptors are kept together: half a minute of work on one core, the most that a kill can cost. */
const BLOCK = 64;

/**
 * Describes images by every normalisation, block by block; a block that an earlier, interrupted run has described is read back.
 *
 * @param options as of describeImages, and where blocks are kept; nowhere by default
 * @throws RangeError naming the image that cannot be described, or where the kept descriptors are those of other images
 */
export async function describeResumably(
  images: readonly NamedImage[],
  normalizations: readonly NamedNormalization[],
  options: DescribeOptions & { readonly checkpoints?: KeptTrainings | undefined },
): Promise<FeatureTable[]> {
  const { checkpoints, onProgress = () => {}, ...describing } = options;
  const blocks: (readonly FeatureTable[])[] = [];
  for (let start = 0; start < images.length; start += BLOCK) {
    const block = images.slice(start, start + BLOCK);
    const place = checkpoints?.(`descriptors-${start}`);
    const subject = subjectOf(block, normalizations, describing.set);
    const bytes = place?.isResumed === true ? place.store.read() : null;
    if (bytes === null) {
      const onBlock = (done: number) => onProgress(start + done);
      const tables = await describeImages(block, normalizations, { ...describing, onProgress: onBlock });
      place?.store.write("last", encodeDescriptors(tables, subject));
      blocks.push(tables);
    } else blocks.push(decodeDescriptors(bytes, subject, place?.store.where ?? ""));
    onProgress(start + block.length);
  }
  return normalizations.map((_, n) => stackTables(blocks.map((tables) => tables[n])));
}

/** What is described, and how. */
function subjectOf(
  images: readonly NamedImage[],
  normalizations: readonly NamedNormalization[],
  set: DescribeOptions["set"],
): string {
  const hash = createHash("sha256").update(`${set} ${JSON.stringify(normalizations)}\n`);
  for (const { image } of images) hash.update(`${contentKey(image)}\n`);
  return hash.digest("hex");
}

const headerSchema = z.object({
  subject: z.string(),
  sha256: z.string(),
  names: z.array(z.string()).min(1),
  rowCount: z.int().min(1),
  tableCount: z.int().min(1),
});

/** A line of JSON, then the tables' values as float32, which a hash covers. */
export function encodeDescriptors(tables: readonly FeatureTable[], subject: string): Uint8Array {
  const payload = Buffer.concat(
    tables.map(({ values: { buffer, byteOffset, byteLength } }) =>
      Buffer.from(buffer, byteOffset, byteLength),
    ),
  );
  const [{ names, rowCount }] = tables;
  const header = { subject, sha256: hashOf(payload), names, rowCount, tableCount: tables.length };
  return Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), payload]);
}

/** Reads them back, and refuses those of other images and what is damaged. */
export function decodeDescriptors(bytes: Uint8Array, subject: string, where: string): FeatureTable[] {
  const context = { action: "resume describing images", where };
  const end = bytes.indexOf(0x0a);
  const line = new TextDecoder().decode(bytes.subarray(0, Math.max(0, end)));
  const { names, rowCount, tableCount, ...header } = parseJson(line, headerSchema, context);
  // a copy: float32 must begin at a multiple of four bytes
  const payload = Uint8Array.from(bytes.subarray(end + 1));
  if (payload.length !== 4 * tableCount * rowCount * names.length || hashOf(payload) !== header.sha256) {
    const text = failureText(context, "wanted whole descriptors", "a damaged file");
    throw new SyntaxError(`${text}; remove it, and its images are described again`);
  }
  if (header.subject !== subject) {
    const text = failureText(context, "wanted the descriptors of these images", "those of others");
    throw new RangeError(`${text}; begin anew with --force`);
  }
  const values = new Float32Array(payload.buffer);
  const length = rowCount * names.length;
  return Array.from({ length: tableCount }, (_, n) => ({
    names,
    rowCount,
    values: values.subarray(n * length, (n + 1) * length),
  }));
}

const hashOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
