/**
 * Finds the primary particles on micrographs of aggregates and of particles on a support, measures them, and asks the simulator
 * whether they explain the image.
 * Takes images, in HAADF or bright field; gives discs with material and probability, sizes with intervals. Its networks learn on
 * simulated images alone.
 */
export { axesOf } from "./simulate/ellipse.ts";
export type { Disc, TrainingImage, TrueParticle } from "./simulate/training-image.ts";
export { openDetector, readDetectorMetadata } from "./detect/open-detector.ts";
export type { Detector, FeatureDetector } from "./detect/open-detector.ts";
export type { FoundDisc } from "./detect/decode-answer.ts";
export { discOverlap, thinDiscs } from "./detect/thin-discs.ts";
export { drawFields } from "./train/scene-source.ts";
export type { StoredField } from "./train/scene-source.ts";
export { outlinedFields, PARTS_PER_IMAGE, SMALLEST_TILE_PX, TUNING } from "./train/outlined-fields.ts";
export type { OutlinedImage } from "./train/outlined-fields.ts";
export { liesIn, scoreParts } from "./suggest/score-parts.ts";
export type { ScoredPart } from "./suggest/score-parts.ts";
export { outlineTaskTable, partsReport, wholeOutlineTaskTable } from "./suggest/parts-report.ts";
export type { OutlineTask } from "./suggest/parts-report.ts";
export { trainDetector } from "./train/train-detector.ts";
export type { DetectorTraining, TrainedDetector } from "./train/train-detector.ts";
export { imagesOfRecipe, particleRecipeSchema } from "./train/particle-recipe.ts";
export type { ParticleRecipe } from "./train/particle-recipe.ts";
export {
  boxOverlap,
  detectionScores,
  matchDiscs,
  outlinedDisc,
  outlinedParticle,
  outlineOverlap,
} from "./score/match-discs.ts";
export type { Matching, OutlinedParticle } from "./score/match-discs.ts";
export { detectEither, guessModality } from "./apply/guess-modality.ts";
export { correctedList } from "./correct/corrected-list.ts";
export type { OutlinedDisc } from "./correct/corrected-list.ts";
export { checkOutlined, readCorrections } from "./correct/read-corrections.ts";
export type { OutlinedList } from "./correct/read-corrections.ts";
export { listedDisc, setByPerson } from "./correct/listed-disc.ts";
export { saturatedShare, SATURATED_SHARE } from "./apply/saturation.ts";
export { orderedMaterials } from "./apply/ordered-materials.ts";
export { explainParticle } from "./apply/explain-particle.ts";
export type { ParticleExplanation } from "./apply/explain-particle.ts";
export { findParticles, searchParticles } from "./apply/find-particles.ts";
export type { ParticleSource } from "./apply/find-particles.ts";
export type { ImageParticles, ListedDisc, Particle, ParticleOrigin } from "./measure/image-particles.ts";
export { explainImage } from "./fit/explain-image.ts";
export type { Explanation, FittedParticle } from "./fit/explain-image.ts";
export { fitFrame } from "./fit/fit-frame.ts";
export type { FitFrame } from "./fit/fit-frame.ts";
export { sizeStatistics } from "./measure/size-statistics.ts";
export type { SizeStatistics } from "./measure/size-statistics.ts";
export { contactSummary } from "./measure/contacts.ts";
export { MOST_RESIDUAL, particleOverlay, residualPicture } from "./report/particle-overlay.ts";
export { fitTable, imageTable, particleListTable, sizeTable } from "./report/particle-tables.ts";
export { contributionPicture } from "./report/contribution-picture.ts";
export { particlesReport } from "./report/particles-report.ts";
export { discOutlines, discsOfOutlines } from "./report/disc-outlines.ts";
export { asElementMap } from "./elements/element-map.ts";
export type { ElementMap } from "./elements/element-map.ts";
export { drawElementMaps } from "./elements/draw-element-maps.ts";
export type { MapSettings } from "./elements/draw-element-maps.ts";
export { elementMaterials, withDensities } from "./elements/element-materials.ts";
export type { ElementAnswer, ElementParticle, MixtureShare } from "./elements/element-materials.ts";
export {
  agreementText,
  doubtText,
  elementListTable,
  elementPicture,
  mixtureTable,
} from "./elements/element-report.ts";
