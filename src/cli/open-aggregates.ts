import { existsSync, statSync } from "node:fs";
import { basename } from "node:path";
import {
  beyondMemory,
  counted,
  decodeText,
  failureText,
  openRandomStream,
  UsageError,
  usageError,
} from "../core/index.ts";
import { openCorpus, storedAggregates, type Corpus } from "../corpus/index.ts";
import { inversionRecipeSchema, recipeOfCorpus, type InversionRecipe } from "../inverse/index.ts";
import { drawAggregate, materialsOfPrior, readAggregates, type Aggregate } from "../stochastic/index.ts";
import type { ArgumentSpec, FlagRecord, FlagSpec, FlagValues } from "./command.ts";
import { readConfig, shippedConfig, shippedHint, type ConfigContext } from "./config/read-config.ts";
import { MAX_MEMORY_FLAG, wholeNumber } from "./flags.ts";
import { knownMaterials, MATERIAL_FLAGS } from "./material-flags.ts";
import { readInput } from "./read-input.ts";

export const AGGREGATES_ARGUMENT = {
  help: "files of spheres (XYZ, CSV, FracVAL's .dat; nm where they state no unit), recipes (.yaml), or folders of generate",
  isVariadic: true,
} satisfies ArgumentSpec;

export const AGGREGATE_COUNT_FLAG = {
  value: "N",
  help: "samples of each recipe or corpus (default: 10 of a recipe, all of a corpus)",
  parse: wholeNumber(1, 1e7),
} satisfies FlagSpec;

/** What may be said of files of spheres, which recipes and corpora state themselves. */
export const SPHERE_FILE_FLAGS = {
  unit: {
    value: "UNIT",
    help: "unit of all lengths in files of spheres, such as um, over the one they state",
  },
  frame: { value: "N", help: "frame of a file of several, 0 first, or all (default: 0)", parse: parseFrame },
  ...MATERIAL_FLAGS,
  maxMemory: MAX_MEMORY_FLAG,
} satisfies FlagRecord;

/** An aggregate with the name that tables and pages give it, and what is to be said of it, a sentence each. */
export interface NamedAggregate {
  readonly name: string;
  readonly aggregate: Aggregate;
  /** What had to be assumed. */
  readonly notes: readonly string[];
  /** What is doubtful. */
  readonly warnings: readonly string[];
}

/** Which aggregates are meant, and how files of spheres are read. */
export interface AggregateChoice extends FlagValues<typeof SPHERE_FILE_FLAGS> {
  /** Samples; by default all of a corpus, 10 of a recipe. */
  readonly count?: number | undefined;
  readonly contactTolerance?: number | undefined;
}

/** What a path holds. */
export type AggregateSource =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "recipe"; readonly recipe: InversionRecipe }
  | { readonly kind: "corpus"; readonly corpus: Corpus };

const DRAWS_OF_A_RECIPE = 10;

/**
 * Finds out what a path holds: spheres (any file), a recipe (.yaml, or the name of one that ships), or a corpus (a folder).
 *
 * @throws UsageError for a path that is not there, and for flags about files beside a recipe or corpus
 */
export function findAggregates(
  path: string,
  choice: FlagValues<typeof SPHERE_FILE_FLAGS>,
  context: ConfigContext,
): AggregateSource {
  const isThere = existsSync(path);
  const isRecipe =
    /\.ya?ml$/i.test(path) || (!isThere && shippedConfig(path, context.packageFolder) !== null);
  const isFolder = isThere && statSync(path).isDirectory();
  if (isThere && !isFolder && !isRecipe) return { kind: "file", path };
  const action = "open aggregates";
  if (!isThere && !isRecipe) {
    const failure = failureText(
      { action, where: path },
      "wanted a file of spheres, a recipe or a corpus",
      "no such file",
    );
    throw new UsageError(`${failure}; ${shippedHint(path, context.packageFolder, inversionRecipeSchema)}`);
  }
  const given = (["unit", "frame", "materials", "materialsFile"] as const).find(
    (name) => choice[name] !== undefined,
  );
  if (given !== undefined) {
    const wanted = "files of spheres beside --unit, --frame and --materials";
    throw usageError({ action, where: path }, wanted, isFolder ? "a corpus" : "a recipe");
  }
  if (isFolder) return { kind: "corpus", corpus: openCorpus(path) };
  return { kind: "recipe", recipe: readConfig(path, inversionRecipeSchema, context) };
}

/**
 * Opens the aggregates of a path.
 *
 * Those of a corpus are read as they are stored; those of a recipe are grown as "generate" grows them, by seed and index.
 *
 * @throws UsageError for a path that holds none, SyntaxError for a broken file
 */
export async function* openAggregates(
  path: string,
  choice: AggregateChoice,
  context: ConfigContext,
): AsyncGenerator<NamedAggregate, void, undefined> {
  const source = findAggregates(path, choice, context);
  switch (source.kind) {
    case "file":
      yield* readSphereFile(path, choice, context);
      break;
    case "recipe":
      for (let index = 0; index < (choice.count ?? DRAWS_OF_A_RECIPE); index++) {
        yield sampleNamed(index, grownSample(source.recipe, index));
      }
      break;
    case "corpus":
      yield* storedSamples(source.corpus, choice.count);
  }
}

/** How many aggregates a path is to give; NaN for all frames of a file, which it tells when it is read. */
export function aggregateCount(path: string, choice: AggregateChoice, context: ConfigContext): number {
  const source = findAggregates(path, choice, context);
  if (source.kind === "file") return choice.frame === "all" ? NaN : 1;
  if (source.kind === "recipe") return choice.count ?? DRAWS_OF_A_RECIPE;
  return Math.min(choice.count ?? Infinity, source.corpus.count);
}

async function* storedSamples(corpus: Corpus, count: number | undefined): AsyncGenerator<NamedAggregate> {
  const materials = materialsOfPrior(recipeOfCorpus(corpus.manifest, corpus.folder).aggregate);
  for await (const { sampleIndex, aggregate } of storedAggregates(corpus, materials, { count })) {
    yield sampleNamed(sampleIndex, aggregate);
  }
}

/** Reads a file of spheres with what the flags say of it. */
export function readSphereFile(
  path: string,
  choice: AggregateChoice,
  context: ConfigContext,
): NamedAggregate[] {
  const { unit, frame, contactTolerance } = choice;
  const options = { where: path, unit, frame, contactTolerance, ...knownMaterials(choice, context) };
  checkSphereFile(path);
  return readAggregates(
    decodeText(readInput(path, "read aggregate", "wanted a file of spheres")),
    options,
  ).map((read) => ({
    ...read,
    name: frame === undefined ? basename(path) : `${basename(path)} frame ${read.frameIndex}`,
  }));
}

/** What a file of spheres takes while it is read, for each of its bytes: the text, its lines, and their numbers. */
const BYTES_PER_BYTE = 20;

function checkSphereFile(path: string): void {
  const beyond = beyondMemory(BYTES_PER_BYTE * statSync(path).size);
  if (beyond === null) return;
  const text = failureText(
    { action: "read aggregate", where: path },
    `file must ${beyond.wanted}`,
    beyond.got,
  );
  throw new RangeError(`${text}; ${beyond.remedy}`);
}

/** The aggregate of a sample, by the streams of corpus/sample.ts. */
export function grownSample({ seed, aggregate }: InversionRecipe, index: number): Aggregate {
  return drawAggregate(openRandomStream(seed, "sample", index).fork("aggregate"), aggregate).aggregate;
}

/** One sample of a recipe or corpus. */
export function sampleNamed(index: number, aggregate: Aggregate): NamedAggregate {
  return { name: `sample ${index}`, aggregate, notes: [], warnings: [] };
}

/** Notes and warnings as lines, each once, with the names that it holds for. */
export function remarkLines(named: readonly Omit<NamedAggregate, "aggregate">[]): string[] {
  const names = new Map<string, string[]>();
  for (const { name, notes, warnings } of named) {
    for (const text of [
      ...notes.map((note) => `Note: ${note}`),
      ...warnings.map((note) => `Warning: ${note}`),
    ]) {
      names.set(text, [...(names.get(text) ?? []), name]);
    }
  }
  return [...names].map(([text, [first, ...others]]) => {
    const of = others.length === 0 ? first : `${first} and ${counted(others.length, "other")}`;
    return text.replace(/^(Note|Warning): /, `$1: ${of}: `);
  });
}

function parseFrame(text: string): number | "all" {
  return text === "all" ? text : wholeNumber(0, 1e9)(text);
}
