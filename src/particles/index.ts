/**
 * Finds the primary particles on micrographs of aggregates and of particles on a support, measures them, and asks the simulator
 * whether they explain the image.
 * Takes images, in HAADF or bright field; gives discs with material and probability, sizes with intervals. Its networks learn on
 * simulated images alone.
 */
export { drawScene } from "./simulate/draw-scene.ts";
export type { Scene, SceneLaw } from "./simulate/draw-scene.ts";
export { sceneLaw } from "./simulate/scene-law.ts";
export { brightFieldBenches, drawBrightField } from "./simulate/draw-bright-field.ts";
export { darkFieldBenches, drawDarkField } from "./simulate/draw-dark-field.ts";
export type { Disc, TrainingImage, TrueParticle } from "./simulate/training-image.ts";
export { openDetector } from "./detect/open-detector.ts";
export type { Detector } from "./detect/open-detector.ts";
export type { FoundDisc } from "./detect/decode-answer.ts";
export { discOverlap, thinDiscs } from "./detect/thin-discs.ts";
export { drawFields } from "./train/scene-source.ts";
export { trainDetector } from "./train/train-detector.ts";
export { watershedDiscs } from "./classical/watershed-discs.ts";
export { houghDiscs } from "./classical/hough-discs.ts";
export {
  boxOverlap,
  detectionScores,
  matchDiscs,
  outlinedParticle,
  outlineOverlap,
} from "./score/match-discs.ts";
export type { Matching, OutlinedParticle } from "./score/match-discs.ts";
