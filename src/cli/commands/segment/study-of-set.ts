import { segmentSchema, type SegmentConfig } from "../../../segment/index.ts";
import { readYaml } from "../../config/read-yaml.ts";
import { UsageError } from "../../../core/index.ts";

/** What a call may say over the study of a prepared set. */
export interface StudyFlags {
  /** Study whose model and training are taken instead. */
  readonly config?: string;
  readonly seed?: number;
}

/**
 * The study that a call trains by: another one where it is named, on the data and classes of the prepared set.
 *
 * @throws UsageError for an unreadable study, and for one whose particles are of a class that the set lacks
 */
export function studyOfSet(prepared: SegmentConfig, { config: path, seed }: StudyFlags): SegmentConfig {
  const other = path === undefined ? prepared : readYaml(path, segmentSchema);
  const { classNames } = prepared.data;
  const { classId } = other.particles;
  if (classId >= classNames.length) {
    const wanted = `particles.classId must be a class of the set, 1 to ${classNames.length - 1}`;
    throw new UsageError(`Cannot train by study: ${wanted}, got ${classId} (${path})`);
  }
  return { ...other, data: prepared.data, seed: seed ?? other.seed };
}
