import { statSync } from "node:fs";
import { isCollection, isScalar, LineCounter, parseDocument, visit, type Document } from "yaml";
import type { z } from "zod";
import { decodeText, UsageError, usageError, visibleText } from "../../core/index.ts";
import { readInput } from "../read-input.ts";

/**
 * Reads a YAML (or JSON) file and checks it against a schema.
 *
 * @throws UsageError with one line per problem: file, line, column, key, wanted and got
 */
export function readYaml<T>(path: string, schema: z.ZodType<T>): T {
  return parseYaml(readText(path), schema, path);
}

/**
 * Checks YAML text against a schema; `readYaml` without the disk.
 *
 * @throws UsageError with one line per problem
 */
export function parseYaml<T>(text: string, schema: z.ZodType<T>, path: string): T {
  const lines = new LineCounter();
  const document = parsed(text, lines, path);
  const errors = document.errors.length > 0 ? document.errors : doubtful(document);
  const syntaxErrors = errors.slice(0, MOST_PROBLEMS).map((error) => {
    return `${place(path, lines, error.pos[0])} ${syntaxText(error)}`;
  });
  if (syntaxErrors.length > 0) throw problemsError(syntaxErrors, errors.length);
  const value = valueOf(document, path);
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const problems = result.error.issues.flatMap(deepestIssues);
  const texts = problems.slice(0, MOST_PROBLEMS).map((issue) => {
    const offset = offsetOf(document, issue);
    const key = issue.path.map(String).join(".");
    return `${place(path, lines, offset)} ${key === "" ? "" : `${key}: `}${problemText(issue, valueAt(value, issue.path))}`;
  });
  throw problemsError([...new Set(texts)], problems.length);
}

/** Problems of a recipe that are told one by one, and the characters of each. */
const MOST_PROBLEMS = 20;
const LONGEST_PROBLEM = 500;

function problemsError(texts: readonly string[], count: number): UsageError {
  const more = count > MOST_PROBLEMS ? [`and ${count - MOST_PROBLEMS} more`] : [];
  const shown = texts.map((text) => {
    return text.length > LONGEST_PROBLEM ? `${text.slice(0, LONGEST_PROBLEM)}...` : text;
  });
  return new UsageError(`Cannot read recipe:\n  ${[...shown, ...more].join("\n  ")}`);
}

interface SyntaxProblem {
  readonly pos: readonly number[];
  readonly message: string;
  readonly code?: string;
}

/** What the parser says to programmers is said to users. */
function syntaxText({ message, code }: SyntaxProblem): string {
  if (code === "MULTIPLE_DOCS") return "wanted one document, got another one behind a line of ---";
  const tag = code === "TAG_RESOLVE_FAILED" ? /^Unresolved tag: (.*)$/.exec(message)?.[1] : undefined;
  return tag === undefined
    ? message
    : `wanted plain values, got the tag ${tag.replace("tag:yaml.org,2002:", "!!")}`;
}

/**
 * What the parser reads as something else than was written: values under tags that it does not know, keys that are lists, and keys that stand
 * twice in one map, for it compares each with each.
 */
function doubtful(document: Document): readonly SyntaxProblem[] {
  const errors: SyntaxProblem[] = [...document.warnings];
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (isCollection(key)) errors.push({ pos: key.range ?? [0], message: "Map keys must be words" });
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) errors.push({ pos: key.range ?? [0], message: "Map keys must be unique" });
        seen.add(key.value);
      }
    },
  });
  return errors;
}

/** Levels that a recipe may be nested: those that ship have five. */
const MOST_LEVELS = 100;

/** Whether brackets, list dashes or indents go far deeper than any recipe; brackets in texts count as well. */
function isDeep(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === "[" || character === "{") depth++;
    if (character === "]" || character === "}") depth = Math.max(0, depth - 1);
    if (depth > MOST_LEVELS) return true;
  }
  return /(?:[-?][ \t]+){100}/.test(text) || /^[ \t]{1000}/m.test(text);
}

/** The parser goes down one call a level, so that nesting without end is the end of the stack. */
function parsed(text: string, lineCounter: LineCounter, path: string): Document {
  // the parser ends the process on some of these
  if (isDeep(text)) throw tooDeep(path);
  let document: Document;
  try {
    document = parseDocument(text, {
      lineCounter,
      prettyErrors: false,
      uniqueKeys: false,
      logLevel: "error",
    });
  } catch (cause) {
    throw tooDeep(path, cause);
  }
  // some of its errors the parser collects, this one among them
  if (document.errors.some(({ message }) => message.includes("call stack"))) throw tooDeep(path);
  return document;
}

/** Aliases are looked up here: those that name nothing, and those that multiply. */
function valueOf(document: Document, path: string): unknown {
  try {
    return document.toJS({ maxAliasCount: MOST_ALIASES });
  } catch (cause) {
    if (!(cause instanceof ReferenceError)) {
      throw tooDeep(path, cause);
    }
    const name = /: ([^\s:]+)$/.exec(cause.message)?.[1];
    const got = name === undefined ? "aliases of aliases that multiply" : `*${visibleText(name)} alone`;
    throw recipeError(
      path,
      `each *alias must have its &anchor before it, and at most ${MOST_ALIASES} uses`,
      got,
      cause,
    );
  }
}

/** Uses of anchors that a recipe may unfold to. */
const MOST_ALIASES = 100;
/** A recipe is written by a person: the longest that ships has 4 kB. */
const MOST_BYTES = 1e6;

function recipeError(path: string, wanted: string, got: string, cause?: unknown): UsageError {
  return usageError({ action: "read recipe", where: path }, wanted, got, { cause });
}

const tooDeep = (path: string, cause?: unknown) =>
  recipeError(path, "lists and keys must be nested a few levels deep", "far more", cause);

function readText(path: string): string {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > MOST_BYTES)
    throw recipeError(path, `recipe must have at most ${MOST_BYTES / 1e6} MB`, `${Math.ceil(size / 1e6)} MB`);
  return decodeText(readInput(path, "read recipe", "wanted a YAML file"));
}

type Issue = z.core.$ZodIssue;

/** A union fails in every branch; the branch that got furthest tells what the user meant. */
function deepestIssues(issue: Issue): Issue[] {
  if (issue.code !== "invalid_union") return [issue];
  const branches = issue.errors.map((branch) => branch.map((inner) => prefixed(inner, issue.path)));
  const depth = (branch: readonly Issue[]) => Math.max(0, ...branch.map((inner) => inner.path.length));
  const deepest = branches.reduce(
    (best, branch) => (depth(branch) > depth(best) ? branch : best),
    [] as Issue[],
  );
  if (depth(deepest) <= issue.path.length) {
    const sameKind = branches.find((branch) => branch.every(({ code }) => code !== "invalid_type"));
    if (sameKind === undefined || sameKind.length === 0) return [issue];
    return sameKind.flatMap(deepestIssues);
  }
  return deepest.flatMap(deepestIssues);
}

function prefixed(issue: Issue, path: readonly PropertyKey[]): Issue {
  return { ...issue, path: [...path, ...issue.path] } as Issue;
}

function problemText(issue: Issue, got: unknown): string {
  if (issue.code === "unrecognized_keys")
    return `unknown key ${issue.keys.map((key) => JSON.stringify(key)).join(", ")}`;
  // a check of several keys together says itself what it got
  if (issue.code === "custom" && issue.message.includes(", got ")) return issue.message;
  const isNoNumber = typeof got === "number" && !Number.isFinite(got);
  const gotText = got === undefined ? "nothing" : isNoNumber ? String(got) : JSON.stringify(got);
  return `${wantedText(issue)}, got ${gotText}`;
}

function wantedText(issue: Issue): string {
  switch (issue.code) {
    case "too_small":
      return `wanted ${issue.origin === "array" ? "a length of" : ""} ${issue.inclusive === false ? "above" : "at least"} ${String(issue.minimum)}`.replace(
        "  ",
        " ",
      );
    case "too_big":
      return `wanted ${issue.origin === "array" ? "a length of" : ""} ${issue.inclusive === false ? "below" : "at most"} ${String(issue.maximum)}`.replace(
        "  ",
        " ",
      );
    case "invalid_type":
      return `wanted ${issue.expected}`;
    case "invalid_value":
      return `wanted one of ${issue.values.map(String).join(", ")}`;
    case "invalid_union":
      return unionText(issue);
    default:
      return issue.message;
  }
}

/** What a choice may be: the names of its kinds, its own words, or what each of its branches wants. */
function unionText(issue: z.core.$ZodIssueInvalidUnion): string {
  if ("options" in issue)
    return `wanted one of ${(issue.options ?? [])
      .filter((name) => name !== undefined)
      .map(String)
      .join(", ")}`;
  if (issue.message !== "Invalid input") return issue.message;
  const wanted = issue.errors.map(([first]) => wantedText(first).replace(/^wanted /, ""));
  return `wanted ${[...new Set(wanted)].join(" or ")}`;
}

/** Offset of the node an issue speaks of: of the unknown key itself, else of the nearest existing parent. */
function offsetOf(document: Document, issue: Issue): number {
  const path = issue.code === "unrecognized_keys" ? [...issue.path, issue.keys[0]] : [...issue.path];
  for (let length = path.length; length >= 0; length--) {
    const offset = keyOffset(document, path.slice(0, length) as (string | number)[]);
    if (offset !== null) return offset;
  }
  return 0;
}

interface YamlNode {
  readonly range?: readonly [number, number, number] | null;
  readonly items?: readonly {
    readonly key?: { readonly value?: unknown; readonly range?: [number, number, number] };
  }[];
}

function keyOffset(document: Document, path: readonly (string | number)[]): number | null {
  if (path.length === 0) return (document.contents as YamlNode | null)?.range?.[0] ?? null;
  const parent = document.getIn(path.slice(0, -1), true) as YamlNode | undefined;
  const key = parent?.items?.find((item) => item.key?.value === path.at(-1))?.key;
  if (key?.range) return key.range[0];
  const node = document.getIn(path, true) as YamlNode | undefined;
  return node?.range?.[0] ?? null;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (node, key) => (node as Record<PropertyKey, unknown> | undefined)?.[key],
    value,
  );
}

function place(path: string, lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return `${path}:${line}:${col}`;
}
