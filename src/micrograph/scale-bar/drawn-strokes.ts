import { brightnessRange, extremes, type GrayImage } from "../../core/index.ts";
import { exactGreys } from "./exact-greys.ts";
import { inkComponents, type InkComponent } from "./ink-components.ts";
import { ringAbout } from "./outline.ts";

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
    const { exactCount, besideCount } = countExact(image, grey);
    if (exactCount < SMALLEST_DRAWING_PX || exactCount > LARGEST_SHARE * image.data.length) return [];
    // noise is told before its thousands of pieces are looked at
    if (besideCount < DRAWN_SHARE * exactCount) return [];
    const strokes = inkComponents(image, whole, (value) => value === grey).filter(
      (piece) => isStroke(piece) && isContrasted(image, piece, { grey, step }),
    );
    const drawnCount = strokes.reduce((count, { inkCount }) => count + inkCount, 0);
    return drawnCount >= Math.max(SMALLEST_DRAWING_PX, DRAWN_SHARE * exactCount) ? strokes : [];
  });
}

/** Pixels of a grey, and those of them that have one like them beside them. */
function countExact({ data, width, height }: GrayImage, grey: number) {
  let [exactCount, besideCount] = [0, 0];
  for (let at = 0; at < data.length; at++) {
    if (data[at] !== grey) continue;
    exactCount++;
    const x = at % width;
    const columns = [at, ...(x > 0 ? [at - 1] : []), ...(x < width - 1 ? [at + 1] : [])];
    const isLike = (other: number) => other !== at && data[other] === grey;
    const rows = [0, ...(at >= width ? [-width] : []), ...(at < (height - 1) * width ? [width] : [])];
    if (rows.some((row) => columns.some((column) => isLike(column + row)))) besideCount++;
  }
  return { exactCount, besideCount };
}

function isStroke(piece: InkComponent): boolean {
  const { width, height, inkCount } = piece;
  if (inkCount < SMALLEST_PIECE_PX) return false;
  if (Math.min(width, height) <= THICKEST_PX) return true;
  return inkCount <= LARGEST_FILL * width * height && broadCount(piece) <= BROAD_SHARE * inkCount;
}

/** Pixels in the middle of a square of ink that is wider than a stroke. */
function broadCount({ mask, width, height }: InkComponent): number {
  const reach = Math.floor(THICKEST_PX / 2);
  let count = 0;
  for (let y = reach; y < height - reach; y++) {
    for (let x = reach; x < width - reach; x++) {
      let isBroad = true;
      for (let dy = -reach; dy <= reach && isBroad; dy++) {
        for (let dx = -reach; dx <= reach && isBroad; dx++) isBroad = mask[(y + dy) * width + x + dx] === 1;
      }
      count += Number(isBroad);
    }
  }
  return count;
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
