import { segmentSchema, type SegmentConfig } from "../../../segment/index.ts";
import type { ArgumentSpec, FlagRecord, FlagSpec, FlagValues } from "../../command.ts";
import { readConfig, type ConfigContext } from "../../config/read-config.ts";
import { SEED_FLAG, wholeNumber } from "../../flags.ts";
import { usageError } from "../../../core/index.ts";

export const SET_ARGUMENT = { help: "folder that segment prepare wrote" } satisfies ArgumentSpec;

export const EPOCHS_FLAG = {
  value: "N",
  help: "passes over the images (over the study's)",
  parse: wholeNumber(1, 100_000),
} satisfies FlagSpec;

/** What a call may say over the study of a prepared set. */
export const STUDY_FLAGS = {
  config: { value: "FILE", help: "study whose model and training are taken instead of the set's" },
  seed: SEED_FLAG,
} satisfies FlagRecord;

/**
 * The study that a call trains by: another one where it is named, on the data and classes of the prepared set.
 *
 * @throws UsageError for an unreadable study, and for one whose particles are of a class that the set lacks
 */
export function studyOfSet(
  prepared: SegmentConfig,
  { config: path, seed }: FlagValues<typeof STUDY_FLAGS>,
  context: ConfigContext,
): SegmentConfig {
  const other = path === undefined ? prepared : readConfig(path, segmentSchema, context);
  const { classNames } = prepared.data;
  const { classId } = other.particles;
  if (classId >= classNames.length) {
    const wanted = `particles.classId must be a class of the set, 1 to ${classNames.length - 1}`;
    throw usageError({ action: "train by study", where: path ?? "the set" }, wanted, String(classId));
  }
  return { ...other, data: prepared.data, seed: seed ?? other.seed };
}
