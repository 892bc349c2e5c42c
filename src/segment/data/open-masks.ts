import { join } from "node:path";
import { counted } from "../../core/index.ts";
import { applyMaskMeaning, imageUnderLabels, maskMeaning, surveyMask } from "../../labels/index.ts";
import { readMicrographFile } from "../../micrograph/index.ts";
import type { DataConfig } from "../segment-config.ts";
import type { LabelLookup } from "./label-lookup.ts";

/** Masks whose meaning the whole folder decides. */
export async function openMasks(
  folder: string,
  files: ReadonlyMap<string, string>,
  { mask, classNames }: DataConfig,
  onNote: (note: string) => void,
): Promise<LabelLookup> {
  const read = (file: string) => readMicrographFile(join(folder, file), { palette: "indices" });
  const surveys = [];
  for (const file of files.values()) surveys.push(surveyMask(await read(file)));
  const meaning = maskMeaning(surveys, { ...mask, classNames }, folder);
  meaning.notes.forEach(onNote);
  return async (name, whole) => {
    const file = files.get(name);
    if (file === undefined) return null;
    const { labels, unmatchedPixelCount, unmatched } = applyMaskMeaning(await read(file), meaning);
    const { image, note } = imageUnderLabels(whole, labels, join(folder, file));
    const values = unmatched.map(({ value }) => value).join("; ");
    const stray = `${counted(unmatchedPixelCount, "pixel")} of no listed colour became ${classNames[0]} (${values})`;
    const notes = [...(note === null ? [] : [note]), ...(unmatchedPixelCount === 0 ? [] : [stray])];
    const { classIds, instanceIds } = labels;
    return { image, classIds, instanceIds, notes: notes.map((text) => `${name}: ${text}`) };
  };
}
