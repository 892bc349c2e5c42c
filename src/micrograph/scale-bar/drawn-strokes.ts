import { brightnessRange, extremes, type GrayImage } from "../../core/index.ts";
import { countOfGrey, exactGreys } from "./exact-greys.ts";
import { inkComponents, type InkComponent } from "./ink-components.ts";
import { ringAbout } from "./outline.ts";
import { squareSides } from "./square-sides.ts";

/** Pixels of a piece, such as a dash, and of all that is drawn in one grey, at least. */
const SMALLEST_PIECE_PX = 8;
const SMALLEST_DRAWING_PX = 40;
/** A stroke fills little of its box, or is thin: heads of arrows are all that is broader. */
const LARGEST_FILL = 0.5;
const THICKEST_PX = 4;
const BROAD_SHARE = 0.5;
/**
 * Share of what lies about a stroke, right beside it and two pixels away, that is brighter, or darker, by this share of the image's range:
 * a saturated crest of a specimen has beside it what is nearly saturated.
 */
const CONTRASTED_SHARE = 0.8;
const LEAST_CONTRAST = 0.15;
/** Share of a grey's pixels that lie in strokes: noise and saturated specimens have theirs elsewhere, too. */
const DRAWN_SHARE = 0.7;
/** Share of an image that is drawn over at most: more is a texture. */
const LARGEST_SHARE = 0.1;

/**
 * Finds what was drawn in one exact grey whatever its form: circles about particles, arrows, crosses, dashes.
 *
 * A grey counts where nearly all of its pixels lie in thin strokes that stand out from what is on both of their sides. What a smoothing
 * program or a lossy file has left without a grey of its own is not found.
 *
 * @returns strokes, by greys, each with its pixels
 */
export function drawnStrokes(image: GrayImage): InkComponent[] {
  const [low, high] = brightnessRange(image.data);
  const step = LEAST_CONTRAST * (high - low);
  const whole = { x: 0, y: 0, width: image.width, height: image.height };
  return [...new Set([...extremes(image.data), ...exactGreys(image, () => true)])].flatMap((grey) => {
    const exactCount = countOfGrey(image.data, grey);
    if (exactCount < SMALLEST_DRAWING_PX || exactCount > LARGEST_SHARE * image.data.length) return [];
    // noise is told before its thousands of pieces are looked at
    if (countBeside(image, grey) < DRAWN_SHARE * exactCount) return [];
    const strokes = inkComponents(image, whole, (value) => value === grey).filter(
      (piece) => isStroke(piece) && isContrasted(image, piece, { grey, step }),
    );
    const drawnCount = strokes.reduce((count, { inkCount }) => count + inkCount, 0);
    return drawnCount >= Math.max(SMALLEST_DRAWING_PX, DRAWN_SHARE * exactCount) ? strokes : [];
  });
}

/** Pixels of a grey that have one like them beside them, by sides or corners. */
function countBeside({ data, width, height }: GrayImage, grey: number): number {
  let count = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (data[y * width + x] !== grey) continue;
      let likeCount = 0;
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
          if (data[v * width + u] === grey) likeCount++;
        }
      }
      // one of them is the pixel itself
      if (likeCount > 1) count++;
    }
  }
  return count;
}

function isStroke(piece: InkComponent): boolean {
  const { width, height, inkCount } = piece;
  if (inkCount < SMALLEST_PIECE_PX) return false;
  if (Math.min(width, height) <= THICKEST_PX) return true;
  return inkCount <= LARGEST_FILL * width * height && broadCount(piece) <= BROAD_SHARE * inkCount;
}

/** Squares of ink that are wider than a stroke. */
function broadCount({ mask, width }: InkComponent): number {
  return squareSides(mask, width).reduce((count, side) => count + Number(side > THICKEST_PX), 0);
}

function isContrasted(
  image: GrayImage,
  piece: InkComponent,
  { grey, step }: { readonly grey: number; readonly step: number },
): boolean {
  return [pixelsBeside(piece, image), ringAbout(piece, image)].every((ring) => {
    const above = ring.reduce((count, at) => count + Number(image.data[at] > grey + step), 0);
    const below = ring.reduce((count, at) => count + Number(image.data[at] < grey - step), 0);
    return Math.max(above, below) >= CONTRASTED_SHARE * ring.length;
  });
}

/** Pixels that share a side with a piece, once for each side: indices into the image. */
function pixelsBeside(piece: InkComponent, { width, height }: GrayImage): number[] {
  const isInk = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < piece.width && y < piece.height && piece.mask[y * piece.width + x] === 1;
  return Array.from(piece.mask.keys()).flatMap((i) => {
    const [x, y] = [i % piece.width, Math.floor(i / piece.width)];
    if (piece.mask[i] === 0) return [];
    return SIDES.flatMap(([dx, dy]) => {
      const [column, row] = [piece.x + x + dx, piece.y + y + dy];
      const isInside = column >= 0 && row >= 0 && column < width && row < height;
      return isInside && !isInk(x + dx, y + dy) ? [row * width + column] : [];
    });
  });
}

const SIDES = [
  [-1, 0],
  [1, 0],
  [0, -1],
  [0, 1],
] as const;
