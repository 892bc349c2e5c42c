import { z } from "zod";
import type { GrayImage, RandomStream } from "../core/index.ts";
import { gaussianBlur } from "../image/index.ts";

/** Settings of a microscope that change the grey of the same content. */
export const instrumentSchema = z.strictObject({
  name: z.string().min(1),
  brightness: z.number().min(-1).max(1).default(0).describe("added to grey from 0 to 1"),
  contrast: z.number().min(0.05).max(5).default(1).describe("factor about mid grey"),
  gamma: z.number().min(0.2).max(5).default(1).describe("exponent"),
  noise: z.number().min(0).max(1).default(0.03).describe("standard deviation of a pixel's noise"),
  blurPx: z.number().min(0).max(10).default(0).describe("standard deviation of the probe [px]"),
});

/** One setting of the microscope. */
export type Instrument = z.infer<typeof instrumentSchema>;

/** How much a setting wanders from image to image: brightness, and contrast as a share. */
const JITTER = 0.02;

/**
 * Records a scene at a setting: blur, contrast about mid grey, brightness, gamma, noise, 256 grey levels; clipped at both ends.
 */
export function recordScene(rng: RandomStream, scene: GrayImage, instrument: Instrument): GrayImage {
  const { gamma, noise, blurPx } = instrument;
  const brightness = instrument.brightness + JITTER * rng.normal();
  const contrast = instrument.contrast * (1 + JITTER * rng.normal());
  const sharp = gaussianBlur(scene.data, scene, blurPx);
  const data = sharp.map((value) => {
    const shifted = 0.5 + contrast * (value - 0.5) + brightness;
    const grey = Math.min(1, Math.max(0, shifted)) ** gamma + noise * rng.normal();
    return Math.round(255 * Math.min(1, Math.max(0, grey))) / 255;
  });
  return { ...scene, data };
}
