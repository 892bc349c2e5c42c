import type { RandomStream } from "../../core/index.ts";
import { groupedFolds, groupedParts, rangeError } from "../../core/index.ts";
import type { DataConfig } from "../segment-config.ts";
import type { SplitName } from "./labelled-set.ts";
import { openNamePattern } from "./name-pattern.ts";

/** An image before its split is known. */
export interface Candidate {
  readonly name: string;
  /** Null where no rule names a group. */
  readonly group: string | null;
  /** Split of the set that the image came in. */
  readonly folderSplit: SplitName | null;
}

/** Which image is for what. */
export interface SplitAssignment {
  readonly split: SplitName;
  readonly fold: number | null;
  readonly group: string;
}

/**
 * Assigns images to training, validation and test so that no group stands on two sides.
 *
 * Groups, not images, are shuffled and dealt. Without a group rule every image is a group of its own, which leaks where images show the
 * same specimen: a warning says so. Published splits are kept as they are; groups they tear apart are named.
 *
 * @throws RangeError when a split stays empty that the rule asks for
 * @example
 * import { assignSplits } from "../src/segment/data/assign-splits.ts";
 * import { openRandomStream } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * const candidates = ["a1", "a2", "b1", "b2", "c1"].map((name) => ({ name, group: name[0], folderSplit: null }));
 * const rule = { split: { by: "folds", count: 3 } } as const;
 * const { assignments } = assignSplits(openRandomStream(1), candidates, rule);
 * expect(assignments[0].fold).toBe(assignments[1].fold);
 * expect(new Set(assignments.map(({ fold }) => fold)).size).toBe(3);
 */
export function assignSplits(
  rng: RandomStream,
  candidates: readonly Candidate[],
  rule: Pick<DataConfig, "split" | "trainingNames">,
): { readonly assignments: readonly SplitAssignment[]; readonly warnings: readonly string[] } {
  const { split } = rule;
  const groups = candidates.map(({ name, group }) => (split.by === "images" ? name : (group ?? name)));
  const places = splitPlaces(rng, candidates, groups, split);
  const isTrainedOn = matcher(rule.trainingNames);
  const assignments = candidates.map(({ name }, i) => {
    const isLeftOut = places[i].split === "training" && !isTrainedOn(name);
    // the group that is known is kept, for intervals, even where the split ignores it
    const group = candidates[i].group ?? name;
    return { group, fold: places[i].fold, split: isLeftOut ? ("unused" as const) : places[i].split };
  });
  // a published split may have no validation set, as folds have none: then nothing is chosen by one
  const needed: SplitName[] = ["folders", "folds"].includes(split.by)
    ? ["training"]
    : ["training", "validation"];
  checkFilled(assignments, needed);
  return { assignments, warnings: leakWarnings(candidates, assignments, split.by) };
}

type Place = Pick<SplitAssignment, "split" | "fold">;

function splitPlaces(
  rng: RandomStream,
  candidates: readonly Candidate[],
  groups: readonly string[],
  split: DataConfig["split"],
): Place[] {
  if (split.by === "folders") {
    return candidates.map(({ folderSplit }) => ({ split: folderSplit ?? "training", fold: null }));
  }
  if (split.by === "names") {
    const [isTest, isValidation] = [matcher(split.test), matcher(split.validation)];
    const sideOf = (name: string) => (isTest(name) ? "test" : isValidation(name) ? "validation" : "training");
    return candidates.map(({ name }) => ({ split: sideOf(name), fold: null }));
  }
  // in the order of their names, so that the split does not depend on that of the files
  const names = [...new Set(groups)].sort();
  const byGroup = (parts: readonly number[]) => groups.map((group) => parts[names.indexOf(group)]);
  if (split.by === "folds") {
    const folds = byGroup(groupedFolds(rng, names, split.count));
    return folds.map((fold) => ({ split: "training", fold }));
  }
  const testCount = Math.max(split.testShare > 0 ? 1 : 0, Math.round(split.testShare * names.length));
  const validationCount = Math.max(1, Math.round(split.validationShare * names.length));
  const parts = byGroup(groupedParts(rng, names, [testCount, validationCount]));
  return parts.map((part) => ({ split: (["test", "validation", "training"] as const)[part], fold: null }));
}

/** Whether names match; all do without a pattern. */
function matcher(pattern: string | undefined): (name: string) => boolean {
  if (pattern === undefined) return () => true;
  const found = openNamePattern(pattern);
  return (name) => found(name) !== null;
}

function checkFilled(assignments: readonly SplitAssignment[], needed: readonly SplitName[]): void {
  for (const name of needed) {
    if (assignments.some(({ split }) => split === name)) continue;
    const got = `none among ${assignments.length} images`;
    throw rangeError({ action: "split data set" }, `${name} images must be at least 1`, got);
  }
}

function leakWarnings(
  candidates: readonly Candidate[],
  assignments: readonly SplitAssignment[],
  by: DataConfig["split"]["by"],
): string[] {
  if (candidates.every(({ group }) => group === null)) {
    const text =
      "no rule names groups: images of one specimen may stand in training and test, and scores be too high";
    return [`Split by image; ${text}`];
  }
  if (by === "folds" || by === "groups") return [];
  const splitsOf = new Map<string, Set<SplitName>>();
  for (const { group, split } of assignments) {
    if (split !== "unused") splitsOf.set(group, (splitsOf.get(group) ?? new Set()).add(split));
  }
  const torn = [...splitsOf].filter(([, splits]) => splits.size > 1).map(([group]) => group);
  if (torn.length === 0) return [];
  return [
    `The split has ${torn.length} groups on more than one side (${torn.join(", ")}): scores may be too high`,
  ];
}
