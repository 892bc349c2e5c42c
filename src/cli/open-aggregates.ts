import { existsSync, readFileSync, statSync } from "node:fs";
import { basename } from "node:path";
import { openRandomStream, UsageError } from "../core/index.ts";
import { drawAggregate, readAggregates } from "../stochastic/index.ts";
import type { Aggregate } from "../stochastic/index.ts";
import { openCorpus } from "../corpus/index.ts";
import { inversionRecipeSchema, recipeOfCorpus, type InversionRecipe } from "../inverse/index.ts";
import type { ArgumentSpec, FlagSpec } from "./command.ts";
import { readYaml } from "./config/read-yaml.ts";
import { wholeNumber } from "./flags.ts";

export const AGGREGATES_ARGUMENT = {
  help: "files of spheres in nm (.xyz, .csv, FracVAL's .dat), recipes (.yaml), or folders of generate",
  isVariadic: true,
} satisfies ArgumentSpec;

export const AGGREGATE_COUNT_FLAG = {
  value: "N",
  help: "samples of each recipe or corpus (default: 10 of a recipe, all of a corpus)",
  parse: wholeNumber(1, 1e7),
} satisfies FlagSpec;

/** An aggregate with the name that tables and pages give it. */
export interface NamedAggregate {
  readonly name: string;
  readonly aggregate: Aggregate;
}

/** Which aggregates of a recipe or corpus are meant; files hold one each. */
export interface AggregateChoice {
  /** First sample. */
  readonly first: number;
  /** Samples; by default all of a corpus, 10 of a recipe. */
  readonly count?: number | undefined;
}

const DRAWS_OF_A_RECIPE = 10;

/**
 * Opens aggregates by path: a file of spheres (.xyz, .extxyz, .csv, .dat, ...), a recipe (.yaml), or a corpus folder.
 *
 * Recipes and corpora are grown again: the same seed and index give the same aggregate as "generate" made.
 *
 * @throws UsageError for a path that is none of these, SyntaxError for a broken file
 */
export function* openAggregates(path: string, choice: AggregateChoice): Generator<NamedAggregate> {
  if (!existsSync(path)) {
    const wanted = "wanted a file of spheres, a recipe or a corpus";
    throw new UsageError(`Cannot open aggregates: ${wanted}, got no such file (${path})`);
  }
  if (statSync(path).isDirectory()) {
    const { manifest } = openCorpus(path);
    const { first, count = manifest.sampleCount - first } = choice;
    yield* grownAgain(recipeOfCorpus(manifest, path), { first, count });
  } else if (/\.ya?ml$/i.test(path)) {
    const { first, count = DRAWS_OF_A_RECIPE } = choice;
    yield* grownAgain(readYaml(path, inversionRecipeSchema), { first, count });
  } else {
    const [{ aggregate }] = readAggregates(readFileSync(path, "utf8"), { where: path });
    yield { name: basename(path), aggregate };
  }
}

function* grownAgain(
  config: InversionRecipe,
  { first, count }: { readonly first: number; readonly count: number },
): Generator<NamedAggregate> {
  for (let index = first; index < first + count; index++) {
    // the streams of corpus/sample.ts
    const rng = openRandomStream(config.seed, "sample", index).fork("aggregate");
    yield { name: `sample ${index}`, aggregate: drawAggregate(rng, config.aggregate).aggregate };
  }
}
