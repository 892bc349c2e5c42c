import { UsageError, usageError, visibleText } from "../../../core/index.ts";
import { readRoiSet } from "../../../labels/index.ts";
import { eachFrame, type ImageRequest } from "../../../micrograph/index.ts";
import {
  checkOutlined,
  discsOfOutlines,
  readCorrections,
  type OutlinedDisc,
  type OutlinedList,
} from "../../../particles/index.ts";
import { readInput } from "../../read-input.ts";

/** Lists of particles that a person has corrected, by the names of their images. */
export type Corrections = ReadonlyMap<string, readonly OutlinedDisc[]>;

/** What corrections are checked against. */
interface CorrectedImages {
  readonly files: readonly string[];
  readonly request: ImageRequest;
  readonly materials: readonly string[];
}

const ACTION = "take corrections";
/** The first bytes of every zip archive. */
const ZIP = "PK";
/** Names that an error repeats. */
const SHOWN_COUNT = 5;

/**
 * Reads corrected particles, JSON of several images or a RoiSet.zip of one, and holds them against the images before any work.
 *
 * @throws UsageError where they are damaged, or those of other images
 */
export async function takeCorrections(path: string, images: CorrectedImages): Promise<Corrections> {
  const bytes = readInput(path, ACTION, "wanted JSON as particles.json, or a RoiSet.zip");
  const isZip = bytes.toString("latin1", 0, ZIP.length) === ZIP;
  const lists = isZip ? null : asUsage(() => readCorrections(bytes.toString("utf8"), path));
  const regions = isZip ? asUsage(() => regionsOf(bytes, path, images.materials)) : null;
  if (regions !== null && images.files.length !== 1) {
    const got = `${images.files.length} images`;
    throw new UsageError(
      `${usageError({ action: ACTION, where: path }, "regions of ImageJ must be those of one image", got).message}; write JSON with an entry an image`,
    );
  }
  const taken = new Map<string, readonly OutlinedDisc[]>();
  const names: string[] = [];
  const refusals: UsageError[] = [];
  // images that cannot be read are told by the work itself
  await eachFrame(
    images.files,
    () => images.request,
    (stack, frame) => {
      const { name, image } = stack.image(frame);
      if (names.includes(name) && (taken.has(name) || regions !== null)) refusals.push(ambiguous(name, path));
      names.push(name);
      const list: OutlinedList | undefined =
        regions === null ? lists?.get(name) : { discs: regions, size: null };
      if (list === undefined) return;
      try {
        checkOutlined(list, { ...image, name }, { action: ACTION, where: path, materials: images.materials });
        taken.set(name, list.discs);
      } catch (cause) {
        refusals.push(new UsageError((cause as Error).message, { cause }));
      }
    },
  );
  if (regions !== null && names.length > 1) throw ambiguous(`one of ${names.length} frames`, path);
  if (refusals.length > 0) throw refusals[0];
  const strange = [...(lists?.keys() ?? [])].find((name) => !names.includes(name));
  if (strange !== undefined) throw ofAnotherImage(strange, names, path);
  return taken;
}

function regionsOf(bytes: Uint8Array, path: string, materials: readonly string[]): OutlinedDisc[] {
  try {
    return discsOfOutlines(readRoiSet(bytes), materials);
  } catch (cause) {
    throw new RangeError(`Cannot take corrections: ${(cause as Error).message} (${path})`, { cause });
  }
}

/** What is wrong with a file that the call names is wrong usage. */
function asUsage<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause });
  }
}

function ofAnotherImage(name: string, names: readonly string[], path: string): UsageError {
  const shown = names.slice(0, SHOWN_COUNT).join(", ");
  const more = names.length > SHOWN_COUNT ? `, and ${names.length - SHOWN_COUNT} more` : "";
  const wanted = `every entry must be of an image of the call (${shown}${more})`;
  const { message } = usageError({ action: ACTION, where: path }, wanted, visibleText(name));
  return new UsageError(`${message}; name that image too, or take its entry out`);
}

function ambiguous(name: string, path: string): UsageError {
  const wanted = "a list must be that of one image of the call";
  const { message } = usageError(
    { action: ACTION, where: path },
    wanted,
    `one for ${name}, which stands there twice`,
  );
  return new UsageError(`${message}; correct one image a call`);
}
