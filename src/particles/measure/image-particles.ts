import type { BootstrapInterval } from "../../core/index.ts";
import type { Modality } from "../../image/index.ts";
import type { Disc } from "../simulate/training-image.ts";
import type { SizeRatio } from "./size-ratio.ts";

/** Who says that a particle is there: the detector, or a person who has moved, changed or added it. */
export type ParticleOrigin = "detected" | "corrected";

/** A disc on the list of an image. */
export interface ListedDisc extends Disc {
  readonly source: ParticleOrigin;
  /** The network's probability that a particle lies here, 0 to 1; null where a person has set it. */
  readonly probability: number | null;
  /** Probability that it is of the second material, 0 to 1; null where nobody has said anything of it. */
  readonly secondProbability: number | null;
}

/** A primary particle of an image. */
export interface Particle extends ListedDisc {
  /** 1 for the most probable; on a list that a person has corrected, its place there. */
  readonly number: number;
  /** Name of its material; null where nobody said. */
  readonly material: string | null;
  /** Whether the disc reaches beyond the image. */
  readonly isCut: boolean;
}

/** The particles of one image. */
export interface ImageParticles {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** Null where nobody said: lengths are then in px alone. */
  readonly pixelSizeNm: number | null;
  /** Where the pixel size is from. */
  readonly pixelSizeSource: "by hand" | "file" | "scale bar" | null;
  readonly modality: Modality;
  readonly particles: readonly Particle[];
  /** Whether a person has gone over the list, and perhaps taken some of what was found from it. */
  readonly isCorrected: boolean;
  /** How many there are with those that lie hidden, by simulated images that are as crowded; null where nobody knows. */
  readonly countWithHidden: BootstrapInterval | null;
  /** What the detector's sizes are to be multiplied by, with the range of 95 % of simulated images; null where nobody knows. */
  readonly sizeRatio: SizeRatio | null;
}
