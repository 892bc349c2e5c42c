import { kCentreGreedy } from "./k-centre.ts";

/** What a choice goes by. */
export type SuggestBy = "uncertainty" | "diversity" | "both";
export const SUGGEST_BY = ["uncertainty", "diversity", "both"] as const satisfies readonly SuggestBy[];

/** A tile that may be taken. */
export interface Candidate {
  /** How unsure the network is of it; larger is less sure. */
  readonly uncertainty: number;
  /** What the network makes of it: tiles that look alike to it lie near each other. */
  readonly embedding: Float32Array;
}

/** A tile that was taken. */
export interface ChosenTile {
  /** Its place among the candidates. */
  readonly index: number;
  /** 1 for the most uncertain candidate. */
  readonly uncertaintyRank: number;
  /** To the nearest tile that was labelled or chosen before it; null where there was none, or where nobody looked. */
  readonly distance: number | null;
}

/** Of the most uncertain so many times the budget, "both" takes those that differ. */
const POOL_FACTOR = 4;

/**
 * Chooses the tiles that are labelled next.
 *
 * "uncertainty": the most uncertain. "diversity": those that cover what the network sees, by k-centre greedy. "both": k-centre greedy
 * among the most uncertain, four times as many as are wanted. Nothing is random; of equal ones the first is taken.
 *
 * @param candidates tiles that nobody has labelled
 * @param options what goes by what, how many, and the embeddings of tiles that are labelled already
 * @returns the tiles taken, the first to be labelled first; all where there are fewer
 */
export function chooseTiles(
  candidates: readonly Candidate[],
  options: { readonly by: SuggestBy; readonly count: number; readonly labelled: readonly Float32Array[] },
): ChosenTile[] {
  const { by, count, labelled: centres } = options;
  const order = candidates
    .map((_, index) => index)
    .sort((a, b) => candidates[b].uncertainty - candidates[a].uncertainty || a - b);
  const rankOf = (index: number) => order.indexOf(index) + 1;
  if (by === "uncertainty") {
    return order.slice(0, count).map((index) => ({ index, uncertaintyRank: rankOf(index), distance: null }));
  }
  const pool = by === "both" ? order.slice(0, POOL_FACTOR * count) : candidates.map((_, index) => index);
  const points = pool.map((index) => candidates[index].embedding);
  const start = by === "both" ? { centres, first: 0 } : { centres };
  return kCentreGreedy(points, count, start).map(({ index: place, distance }) => ({
    index: pool[place],
    uncertaintyRank: rankOf(pool[place]),
    distance,
  }));
}
