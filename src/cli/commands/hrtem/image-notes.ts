import type { GrayImage } from "../../../core/index.ts";
import type { FoundParticle, HrtemModel } from "../../../hrtem/index.ts";

/** What was found in an image. */
interface ImageFinding {
  /** The image as stored, with the pixel size that was used. */
  readonly source: GrayImage;
  readonly model: Pick<HrtemModel, "pixelSizeNm" | "diameterNm">;
  readonly found: readonly FoundParticle[];
  /** Particles that lie wholly in the image. */
  readonly counted: number;
}

/** Pixels this much coarser than the model's have lost fringes that it was trained to see. */
const COARSE_FACTOR = 1.5;

/**
 * What a careful reader should know of an image: nothing found, only cut particles, pixels too coarse, sizes never trained on.
 */
export function imageNotes(path: string, { source, model, found, counted }: ImageFinding): string[] {
  const pixelSizeNm = source.pixelSizeNm ?? 0;
  const notes: string[] = [];
  const scale = `at ${pixelSizeNm} nm a pixel it is ${(source.width * pixelSizeNm).toFixed(1)} nm wide`;
  if (found.length === 0) {
    notes.push(
      `${path}: no particle found; ${scale}${trainedText(model)}. Where that is wrong, give the right --pixel-size; ` +
        "where it is right, train on images like this one",
    );
  } else if (counted === 0) {
    const all = found.length === 1 ? "the only particle is" : `all ${found.length} particles are`;
    notes.push(`${path}: ${all} cut by the border and not counted; ${scale}`);
  }
  if (pixelSizeNm > COARSE_FACTOR * model.pixelSizeNm) {
    notes.push(
      `${path}: pixels of ${pixelSizeNm} nm are coarser than the model's ${model.pixelSizeNm} nm: fringes may be lost, do not trust the classes`,
    );
  }
  return [...notes, ...sizeNote(path, model, found)];
}

function trainedText({ diameterNm }: ImageFinding["model"]): string {
  return diameterNm === null ? "" : `, and the model was trained on particles of ${rangeText(diameterNm)}`;
}

const rangeText = (range: readonly [number, number]) => `${range.map((nm) => nm.toFixed(1)).join(" to ")} nm`;

/** Particles mostly outside the sizes that the model knows hint at a wrong pixel size. */
function sizeNote(
  path: string,
  { pixelSizeNm, diameterNm }: ImageFinding["model"],
  found: readonly FoundParticle[],
): string[] {
  const whole = found.filter(({ touchesEdge }) => !touchesEdge);
  if (diameterNm === null || whole.length === 0) return [];
  const strange = whole.filter(({ equivalentDiameterPx }) => {
    const nm = equivalentDiameterPx * pixelSizeNm;
    return nm < 0.7 * diameterNm[0] || nm > 1.4 * diameterNm[1];
  });
  if (strange.length <= whole.length / 2) return [];
  return [
    `${path}: ${strange.length} of ${whole.length} particles are far from the ${rangeText(diameterNm)} that the model was trained on; ` +
      "check the pixel size (--pixel-size)",
  ];
}
