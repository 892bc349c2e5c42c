import type { ModelOrder } from "../worker/model-order.ts";
import { FIRST_MODEL } from "./model-sliders.ts";

/** What the page's address says: which half is open, and where the sliders stand. */
export interface PageLink {
  readonly view: "image" | "model";
  readonly model: ModelOrder;
}

/** The part of the address behind "#". */
export function linkText({ view, model }: PageLink): string {
  return view === "image" ? "#image" : `#model=${encodeURIComponent(JSON.stringify(model))}`;
}

/** Reads it back; what is not there or makes no sense stays as it is at first. */
export function parseLink(hash: string): PageLink {
  const view = hash.startsWith("#model") ? "model" : "image";
  const text = /^#model=(.+)$/s.exec(hash)?.[1];
  if (text === undefined) return { view, model: FIRST_MODEL };
  try {
    return { view, model: filledIn(FIRST_MODEL, JSON.parse(decodeURIComponent(text))) };
  } catch {
    return { view, model: FIRST_MODEL };
  }
}

/** Values of the same kind as in the pattern, at the same places; all others are the pattern's. */
function filledIn<Value>(pattern: Value, given: unknown): Value {
  if (Array.isArray(pattern)) {
    const values = Array.isArray(given) ? given : [];
    return pattern.map((own, place) => filledIn(own, values[place])) as Value;
  }
  if (typeof pattern === "object" && pattern !== null) {
    const values = typeof given === "object" && given !== null ? (given as Record<string, unknown>) : {};
    const entries = Object.entries(pattern).map(([key, own]) => [key, filledIn(own, values[key])]);
    return Object.fromEntries(entries) as Value;
  }
  const isSame = typeof given === typeof pattern && (typeof given !== "number" || Number.isFinite(given));
  return isSame ? (given as Value) : pattern;
}
