import { rangeError } from "../../core/index.ts";
import type { PriorKnowledge, Target } from "../../posterior/index.ts";
import { shortNumber } from "../../report/index.ts";

/** What a user says of a quantity, as it was typed. */
export interface Statement {
  /** Key of a quantity, with or without its unit; a material's name may stand for First or Second. */
  readonly name: string;
  readonly unit: string;
  readonly said: PriorKnowledge extends infer K ? (K extends unknown ? Omit<K, "key"> : never) : never;
}

const NUMBER = String.raw`[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?`;
const STATEMENT = new RegExp(
  String.raw`^\s*([A-Za-z][\w.-]*?)\s*=\s*(${NUMBER})\s*(?:(±|\+-|\+/-)\s*(${NUMBER})|\.\.\s*(${NUMBER}))\s*([A-Za-z]*)\s*$`,
);

/**
 * Reads what a user knows.
 *
 * @param text such as "radiusWO3=6±1 nm,numberFraction=0.3..0.5"; +- may stand for ±
 * @returns a statement a quantity
 * @throws RangeError naming the part that is none
 */
export function parseStatements(text: string): Statement[] {
  return text.split(",").map((part) => {
    const found = STATEMENT.exec(part);
    const [, name, first, , deviation, second, unit] = found ?? [];
    const [a, b] = [Number(first), Number(deviation ?? second)];
    if (deviation !== undefined && b > 0)
      return { name, unit, said: { kind: "normal", mean: a, deviation: b } as const };
    if (second !== undefined && a < b)
      return { name, unit, said: { kind: "range", low: a, high: b } as const };
    throw new RangeError(
      `wanted quantities with a value and its standard deviation, or a range, such as "radiusWO3=6±1 nm,numberFraction=0.3..0.5", got "${part.trim()}"`,
    );
  });
}

/** What a network is to be told, in its own units, and the words for it. */
export interface ResolvedKnowledge {
  readonly knowledge: readonly PriorKnowledge[];
  /** Such as "given: mean radius of WO3 6 ± 1 nm". */
  readonly notes: readonly string[];
}

/** How a network calls and counts things. */
interface Vocabulary {
  readonly targets: readonly Target[];
  /** Materials in the network's order; null for a network that knows none, whose units are those of its table. */
  readonly materials: readonly [string, string] | null;
  /** Nanometres of a unit of its lengths. */
  readonly lengthNm: number;
  /** Whether the user may not know which material is the first: First and Second are then refused. */
  readonly isOrderHidden: boolean;
}

/**
 * Finds the quantities that a user speaks of among those that a network answers.
 *
 * @param statements as typed
 * @param vocabulary of the network
 * @throws RangeError for a name that is none of them, twice the same, or another unit
 */
export function resolveKnowledge(
  statements: readonly Statement[],
  vocabulary: Vocabulary,
): ResolvedKnowledge {
  const resolved = statements.map((statement) => resolve(statement, vocabulary));
  const keys = resolved.map(({ knowledge: { key } }) => key);
  const twice = keys.find((key, i) => keys.indexOf(key) !== i);
  if (twice !== undefined)
    throw rangeError({ action: "use what is given" }, "each quantity must be given once", `${twice} twice`);
  return {
    knowledge: resolved.map(({ knowledge }) => knowledge),
    notes: resolved.map(({ note }) => note),
  };
}

function resolve(
  { name, unit, said }: Statement,
  vocabulary: Vocabulary,
): { readonly knowledge: PriorKnowledge; readonly note: string } {
  const named = vocabulary.targets.map((target) => ({ target, names: namesOf(target, vocabulary) }));
  const found = named.find(({ names }) => names.includes(name.toLowerCase()));
  if (found === undefined) {
    const known = named.map(
      ({ target, names }) => namesOf(target, vocabulary, (text) => text).at(-1) ?? names[0],
    );
    throw rangeError(
      { action: "use what is given" },
      `a quantity must be one that the network answers (${known.join(", ")})`,
      name,
    );
  }
  const { key, label, unit: own } = found.target;
  const isCounted = own === "px" && vocabulary.materials !== null;
  const userUnit = isCounted ? "nm" : own;
  if (unit !== "" && unit !== userUnit) {
    const wanted = userUnit === "" ? "no unit" : userUnit;
    throw rangeError({ action: "use what is given" }, `${name} must be in ${wanted}`, unit);
  }
  const factor = isCounted ? 1 / vocabulary.lengthNm : 1;
  const text =
    said.kind === "normal"
      ? `${shortNumber(said.mean)} ± ${shortNumber(said.deviation)}`
      : `${shortNumber(said.low)} to ${shortNumber(said.high)}`;
  return {
    knowledge:
      said.kind === "normal"
        ? { key, kind: "normal", mean: said.mean * factor, deviation: said.deviation * factor }
        : { key, kind: "range", low: said.low * factor, high: said.high * factor },
    note: `given: ${label} ${text}${userUnit === "" ? "" : ` ${userUnit}`}`,
  };
}

const lowered = (text: string) => text.toLowerCase();

/** What a quantity may be called: its key, the key without its unit, and both with the material's name. The last is the clearest. */
function namesOf(
  { key }: Target,
  { materials, isOrderHidden }: Vocabulary,
  written: (text: string) => string = lowered,
): string[] {
  const bare = key.replace(/Nm$/, "");
  const inOrder = [key, bare];
  if (materials === null) return inOrder.map(written);
  const byMaterial = inOrder.map((name) =>
    name.replace(/First/, materials[0]).replace(/Second/, materials[1]),
  );
  const isOfMaterial = /First|Second/.test(key);
  return (isOrderHidden && isOfMaterial ? byMaterial : [...inOrder, ...byMaterial]).map(written);
}
