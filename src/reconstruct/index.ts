/**
 * From the particles that an image shows to structures that look like it: depths, contacts, and how probable they are.
 * Takes lists of particles in projection, of one view or several, and the stochastic model's prior; gives draws of aggregates with
 * their convergence. Finds no particles, reads no files, knows no network.
 */
export { learnLabelPrior } from "./learn-label-prior.ts";
export { singleMaterialPrior } from "./label-prior.ts";
export type { LabelPrior } from "./label-prior.ts";
export { planPrior, priorOfRecipe } from "./plan-prior.ts";
export type { PriorPlan, PriorSource } from "./plan-prior.ts";
export { learnModelWeights } from "./learn-model-weights.ts";
export { SHIPPED_WEIGHTS } from "./model-weights.ts";
export type { ModelWeights } from "./model-weights.ts";
export type { ProjectedParticles, TiltedView } from "./projected-particles.ts";
export { particlesOfImage } from "./particles-of-image.ts";
export { drawStructures, seeView } from "./draw-structures.ts";
export type { DrawnStructures, SeenView } from "./draw-structures.ts";
export {
  chainAgreement,
  explainedViews,
  namedDescriptors,
  structureDoubts,
  structureResults,
  summariseStructures,
} from "./judge-structures.ts";
export type { ExplainedView, NamedDescriptor, StructureSummary } from "./judge-structures.ts";
export type { RenderedDraw } from "./render-draw.ts";
export { reconstructDepths } from "./reconstruct-depths.ts";
export type {
  ContactProbability,
  Reconstruction,
  ReconstructionDraw,
  ReconstructionProblem,
} from "./reconstruct-depths.ts";
export type { Convergence } from "./convergence.ts";
