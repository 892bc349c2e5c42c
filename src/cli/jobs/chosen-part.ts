import { usageError } from "../../core/index.ts";
import type { CorpusPart } from "../../corpus/index.ts";
import { ENGINE_NAMES, partOfTask, type EngineName, type Variables } from "./engine-variables.ts";

/** Which part of some work a call does, as its flags say. */
export interface PartChoice {
  readonly shard: CorpusPart | EngineName | undefined;
  readonly parts: number | undefined;
}

/**
 * The part that this call does.
 *
 * @param action what is done, for errors
 * @param choice of --shard and --parts
 * @param variables of the environment
 * @returns the part; undefined where the call does the whole
 * @throws UsageError where an engine is named that this is no task of, or --parts without one
 */
export function chosenPart(
  action: string,
  { shard, parts }: PartChoice,
  variables: Variables,
): CorpusPart | undefined {
  if (typeof shard === "string") return partOfTask(shard, parts, variables, action);
  if (parts === undefined) return shard;
  throw usageError(
    { action },
    `wanted --parts together with --shard ${ENGINE_NAMES.join(", ")}`,
    shard === undefined ? "no --shard" : `--shard ${shard.index}/${shard.of}`,
  );
}

/** Reads the value of --shard: a part such as 2/8, or the name of an engine. */
export function parseShard(text: string): CorpusPart | EngineName {
  const engine = ENGINE_NAMES.find((name) => name === text);
  if (engine !== undefined) return engine;
  const [, index, of] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  const part = { index: Number(index), of: Number(of) };
  if (part.index >= 1 && part.index <= part.of) return part;
  throw new RangeError(
    `wanted a part such as 2/8, from 1/8 to 8/8, or one of ${ENGINE_NAMES.join(", ")}, got ${text}`,
  );
}
