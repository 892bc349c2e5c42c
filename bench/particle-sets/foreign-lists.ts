import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { CHANGES, prepareForeign } from "../../src/benchmark/index.ts";
import { inversionRecipeSchema } from "../../src/inverse/index.ts";
import { detectionScores } from "../../src/particles/index.ts";
import type { Detector, Matching } from "../../src/particles/index.ts";
import { drawChanged, drawOwnSample } from "./own-and-foreign.ts";
import type { ListedImage } from "./own-and-foreign.ts";
import { f1Lost, matchList } from "./score-lists.ts";

/** What the second simulator changes: the renderer alone, the bodies, the geometry, the film, the scan. */
const ROWS: ReadonlySet<string> = new Set([
  "nothing",
  "facets",
  "nearly round facets",
  "ellipsoids",
  "diffusion-limited geometry",
  "film gradient",
  "film texture",
  "row jitter 0.55 nm",
  "everyday microscope",
]);
const SEED = 2903;

/** The score of a detector on images of a simulator, and what it loses against the suite's own. */
export interface ForeignRow {
  readonly row: string;
  readonly images: number;
  readonly f1: number;
  readonly precision: number;
  readonly recall: number;
  /** F1 on the suite's own images of the same aggregates less F1 here; its interval over images where the aggregates are the same. */
  readonly lost: number;
  readonly lostFrom: number;
  readonly lostTo: number;
}

/**
 * Asks a detector for the particles of images that the suite's simulator did not make.
 *
 * @param detector of HAADF images
 * @param root of the package
 * @param count images a row
 * @param onRow called with each row
 */
export async function scoreForeign(
  detector: Pick<Detector, "detect">,
  root: string,
  count: number,
  onRow: (row: ForeignRow) => void,
): Promise<void> {
  const recipe = inversionRecipeSchema.parse(
    parse(readFileSync(join(root, "configs/tio2-wo3.yaml"), "utf8")),
  );
  const base = prepareForeign(recipe, SEED);
  const score = async (draw: (index: number) => ListedImage) => {
    const matchings: Matching[] = [];
    for (let index = 0; index < count; index++) {
      const { image, particles } = draw(index);
      matchings.push(matchList(particles, await detector.detect(image)).matching);
    }
    return matchings;
  };
  const own = await score((index) => drawOwnSample(base, index));
  const tell = (row: string, matchings: readonly Matching[]) => {
    const { f1, precision, recall } = detectionScores(matchings);
    const { value: lost, low: lostFrom, high: lostTo } = f1Lost(own, matchings);
    onRow({ row, images: count, f1, precision, recall, lost, lostFrom, lostTo });
  };
  tell("own simulator", own);
  for (const change of CHANGES.filter(({ name }) => ROWS.has(name))) {
    tell(change.name, await score((index) => drawChanged(base, change, index)));
  }
}
