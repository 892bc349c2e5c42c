import type { BootstrapInterval } from "../../core/index.ts";
import type { FoundDisc } from "../detect/decode-answer.ts";
import type { SizeRatio } from "./size-ratio.ts";
import type { Modality } from "../detect/detector-model.ts";

/** A primary particle of an image. */
export interface Particle extends FoundDisc {
  /** 1 for the most probable. */
  readonly number: number;
  /** Name of its material; null where nobody said what the image shows. */
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
  /** How many there are with those that lie hidden, by simulated images that are as crowded; null where nobody knows. */
  readonly countWithHidden: BootstrapInterval | null;
  /** What the detector's sizes are to be multiplied by, with the range of 95 % of simulated images; null where nobody knows. */
  readonly sizeRatio: SizeRatio | null;
}
