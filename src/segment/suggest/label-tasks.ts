import { counted } from "../../core/index.ts";
import type { PixelRegion } from "../../image/index.ts";
import { BOX_COLUMNS, tableOf } from "../../report/index.ts";
import type { Column, Table } from "../../report/index.ts";
import type { ChosenTile, SuggestBy } from "./choose-tiles.ts";
import { uncertaintyOf } from "./score-tiles.ts";
import type { UncertaintyMeasure } from "./score-tiles.ts";
import type { SurveyedTile } from "./survey-images.ts";

/** A tile to be labelled. */
export interface LabelTask {
  /** 1 for the tile to be labelled first. */
  readonly rank: number;
  /** Of its files in tiles/, labels/, rois/ and overlays/. */
  readonly tile: string;
  readonly source: string;
  readonly frame: number;
  /** In the source, without its bars [px]. */
  readonly box: PixelRegion;
  /** The uncertainty that tiles are ordered by, whatever they were chosen by. */
  readonly score: number;
  readonly disagreement: number | null;
  readonly entropy: number;
  readonly distance: number | null;
  readonly reason: string;
}

/**
 * Chosen tiles as a list of work.
 *
 * @param tiles all that were scored
 * @param chosen of them
 * @param options what the choice went by
 */
export function labelTasks(
  tiles: readonly SurveyedTile[],
  chosen: readonly ChosenTile[],
  { by, measure }: { readonly by: SuggestBy; readonly measure: UncertaintyMeasure | undefined },
): LabelTask[] {
  return chosen.map((choice, i) => {
    const { name, path, frame, box, disagreement, entropy } = tiles[choice.index];
    return {
      rank: i + 1,
      tile: name,
      source: path,
      frame,
      box,
      score: uncertaintyOf(tiles[choice.index], measure),
      disagreement,
      entropy,
      distance: choice.distance,
      reason: reasonOf(choice, by, tiles.length),
    };
  });
}

function reasonOf({ uncertaintyRank, distance }: ChosenTile, by: SuggestBy, count: number): string {
  const unsure = `number ${uncertaintyRank} of ${counted(count, "tile")} by uncertainty`;
  if (by === "uncertainty") return unsure;
  const differs =
    distance === null
      ? by === "both"
        ? "taken first"
        : "nearest to the mean of all tiles"
      : `${distance.toPrecision(3)} from the nearest labelled or taken before`;
  return by === "both" ? `${differs}; ${unsure}` : differs;
}

const RANK: Column<LabelTask> = { heading: "rank", number: ({ rank }) => rank };
const TILE: Column<LabelTask> = { heading: "tile", text: ({ tile }) => tile };
const SOURCE: Column<LabelTask> = { heading: "source", text: ({ source }) => source };
const SCORE: Column<LabelTask> = { heading: "score", number: ({ score }) => score };
const DISTANCE: Column<LabelTask> = { heading: "distance", number: ({ distance }) => distance };
const REASON: Column<LabelTask> = { heading: "reason", text: ({ reason }) => reason };

/** The list for people to read. */
export const taskTable = (tasks: readonly LabelTask[]): Table =>
  tableOf(tasks, [RANK, TILE, SOURCE, SCORE, DISTANCE, REASON]);

/** The list with all that is known of each tile, for scripts and spreadsheets. */
export function wholeTaskTable(tasks: readonly LabelTask[]): Table {
  return tableOf(tasks, [
    RANK,
    TILE,
    SOURCE,
    { heading: "frame", number: ({ frame }) => frame },
    ...BOX_COLUMNS,
    SCORE,
    { heading: "disagreement", number: ({ disagreement }) => disagreement },
    { heading: "entropy", number: ({ entropy }) => entropy },
    DISTANCE,
    REASON,
  ]);
}
