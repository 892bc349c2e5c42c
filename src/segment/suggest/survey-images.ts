import { counted, plainFileName, rangeError, type StartStage } from "../../core/index.ts";
import { eachFrame, filledImage } from "../../micrograph/index.ts";
import type { FailedImage, ImageFile, ImageRequest } from "../../micrograph/index.ts";
import type { PixelRegion } from "../../image/index.ts";
import type { SegmentConfig } from "../segment-config.ts";
import { scoreTiles } from "./score-tiles.ts";
import type { ScoredTile, Scorers } from "./score-tiles.ts";
import { tileBoxes } from "./tile-boxes.ts";

/** Share of a tile that must show specimen. */
const LEAST_SHOWN = 0.5;

/** A tile of a file that nobody has labelled. */
export interface SurveyedTile extends ScoredTile {
  /** Of its files, from its image and place. */
  readonly name: string;
  readonly path: string;
  readonly frame: number;
  /** The image's name without ending. */
  readonly stem: string;
}

/** What is asked of a survey. */
export interface SurveyOptions {
  readonly request: ImageRequest;
  /** Edge of a tile [px]. */
  readonly tilePx: number;
  /** Names of images and tiles that are labelled: they are passed over. */
  readonly known: ReadonlySet<string>;
  readonly startStage: StartStage;
}

/** What a survey found. */
export interface Survey {
  readonly tiles: readonly SurveyedTile[];
  readonly failed: readonly FailedImage[];
  readonly notes: readonly string[];
}

/**
 * The smallest tile that a study can train on: its crops must fit in, beside a frame that is not trained on [px].
 */
export const smallestTilePx = ({ training, data }: SegmentConfig): number =>
  training.cropPx + 2 * data.unlabelledEdgePx;

/**
 * Scores the tiles of every image.
 *
 * @param scorers networks that answer together
 * @param files images; those that cannot be read are told in `failed`
 * @param options tile size, what is labelled already, progress
 * @returns tiles in the order of the files, without those that hardly show specimen
 * @throws where no image could be used, as eachFrame
 */
export async function surveyImages(
  scorers: Scorers,
  files: readonly string[],
  { request, tilePx, known, startStage }: SurveyOptions,
): Promise<Survey> {
  const stage = startStage("Scoring tiles", files.length);
  const leastPx = smallestTilePx(scorers[0].metadata.config);
  const names = new Map<string, number>();
  const tiles: SurveyedTile[] = [];
  const labelled: string[] = [];
  let imageCount = 0;
  const failed = await eachFrame(
    files,
    () => request,
    async (stack, frame) => {
      const file = stack.image(frame);
      stage.update(++imageCount, file.name);
      if (known.has(file.stem)) {
        labelled.push(file.name);
        return;
      }
      checkSize(file, leastPx);
      const named = tileBoxes(file.image, tilePx).map((box) => ({
        box,
        name: uniqueName(names, file.stem, box),
      }));
      const open = named.filter(({ name }) => !known.has(name));
      const boxes = open.map(({ box }) => box);
      const scores = await scoreTiles(scorers, filledImage(file), { boxes, mask: file.mask });
      scores.forEach((score, i) => {
        if (score.shownShare < LEAST_SHOWN) return;
        tiles.push({ ...score, name: open[i].name, path: file.path, frame, stem: file.stem });
      });
    },
  );
  stage.finish(`${counted(tiles.length, "tile")} of ${counted(imageCount, "image")}`);
  const notes =
    labelled.length === 0
      ? []
      : [
          `${counted(labelled.length, "image")} passed over, labelled already by name: ${labelled.join(", ")}`,
        ];
  return { tiles, failed, notes };
}

function checkSize({ image, path }: ImageFile, leastPx: number): void {
  const { width, height } = image;
  if (Math.min(width, height) >= leastPx) return;
  const wanted = `image must have ${leastPx} x ${leastPx} px at least, on which the model's study can train`;
  throw rangeError({ action: "suggest tiles", where: path }, wanted, `${width} x ${height} px`);
}

/** Files of one name in two folders are told apart by a number. */
function uniqueName(names: Map<string, number>, stem: string, { x, y }: PixelRegion): string {
  const name = `${plainFileName(stem)}_x${x}_y${y}`;
  const count = (names.get(name) ?? 0) + 1;
  names.set(name, count);
  return count === 1 ? name : `${name}-${count}`;
}
