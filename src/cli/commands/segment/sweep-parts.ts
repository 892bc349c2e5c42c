import { copyFileSync, existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { counted, usageError } from "../../../core/index.ts";
import type { CorpusPart } from "../../../corpus/index.ts";
import { unfinishedPath } from "../../../io/index.ts";
import {
  finishedVariant,
  type LabelledSet,
  type SegmentConfig,
  type SweepVariant,
} from "../../../segment/index.ts";
import { RUN_FILE } from "../../output-folder.ts";

/**
 * The trainings of a part of a sweep: every N-th, so that parts take about equally long.
 *
 * @throws UsageError where there are fewer trainings than parts
 */
export function variantsOfPart(
  variants: readonly SweepVariant[],
  { index, of }: CorpusPart,
): readonly SweepVariant[] {
  if (of <= variants.length) return variants.filter((_, i) => i % of === index - 1);
  const most = counted(variants.length, "part");
  throw usageError({ action: "sweep" }, `wanted at most ${most}, a training each`, String(of));
}

/** What the parts of a sweep are joined to. */
interface JoinedSweep {
  readonly set: LabelledSet;
  readonly config: SegmentConfig;
  readonly variants: readonly SweepVariant[];
  /** Folder of the joined sweep; receives the models. */
  readonly folder: string;
}

/**
 * Takes the models of a sweep's parts into one folder.
 *
 * @param paths parts, or folders that hold them
 * @param sweep what they are parts of
 * @throws UsageError naming all trainings that no part has finished, or the model that is of another study or set
 */
export function joinParts(paths: readonly string[], { set, config, variants, folder }: JoinedSweep): void {
  const parts = paths.flatMap(partsBelow);
  const found = variants.map(({ name }) =>
    parts.map((part) => join(part, `${name}.onnx`)).find((path) => existsSync(path)),
  );
  const missing = variants.filter((_, i) => found[i] === undefined).map(({ name }) => name);
  if (missing.length > 0) {
    const unfinished = [...new Set([...paths, ...parts].map(unfinishedPath))].filter((path) =>
      existsSync(path),
    );
    const begun = unfinished.length === 0 ? "" : `; begun and not finished: ${unfinished.join(", ")}`;
    throw usageError(
      { action: "join sweep", where: paths.join(", ") },
      `wanted the models of all ${counted(variants.length, "training")}`,
      `none of ${missing.join(", ")}${begun}; make their parts with --shard and --resume`,
    );
  }
  const models = variants.map((variant, i) => ({ variant, path: found[i] as string }));
  for (const { variant, path } of models) finishedVariant(set, { config, variant, path }, JOINING);
  for (const { variant, path } of models) copyFileSync(path, join(folder, `${variant.name}.onnx`));
}

const JOINING = { action: "join sweep", remedy: "make that part again with --shard and --force" };

/** A part is itself; any other folder stands for the finished runs in it. */
function partsBelow(folder: string): string[] {
  if (existsSync(join(folder, RUN_FILE)) || !existsSync(folder)) return [folder];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.isFile())
    .map((entry) => join(folder, entry.name))
    .filter((part) => existsSync(join(part, RUN_FILE)) || existsSync(unfinishedPath(part)))
    .sort();
}
