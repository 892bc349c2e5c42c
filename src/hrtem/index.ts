/**
 * High-resolution TEM of nanoparticles: simulates images of crystals with stacking faults on amorphous carbon, finds particle
 * regions with a U-Net, tells five classes of particles apart with a forest, and gives the statistics of a population.
 * Takes settings, images and random streams; gives images with truth, masks, particle tables, scores and a report. Opens no
 * files.
 */
export { cubicPlanes, findLattice, LATTICES } from "./simulate/lattice.ts";
export type { LatticePlane, LayeredLattice } from "./simulate/lattice.ts";
export { layerSteps } from "./simulate/stacking.ts";
export type { FaultKind, LayerStep } from "./simulate/stacking.ts";
export { layerCountFor, particleAtoms } from "./simulate/nanoparticle.ts";
export type { AtomGroup, Nanoparticle, ParticleShape } from "./simulate/nanoparticle.ts";
export { drawOrientation, fringeMismatch } from "./simulate/orientation.ts";
export type { Direction, FringeView, Rotation } from "./simulate/orientation.ts";
export { hrtemSpecimenSchema, planField } from "./simulate/plan-field.ts";
export type { HrtemSpecimen, ParticleView, PlacedParticle } from "./simulate/plan-field.ts";
export { drawHrtemSettings, hrtemMicroscopeSchema } from "./simulate/hrtem-settings.ts";
export type { HrtemMicroscope, HrtemSettings } from "./simulate/hrtem-settings.ts";
export { exitWave, projectedPotential } from "./simulate/multislice.ts";
export type { Slice } from "./simulate/multislice.ts";
export type { FieldGrid } from "./simulate/field-grid.ts";
export { aberrationPhase, coherenceEnvelope, recordHrtem } from "./simulate/record-hrtem.ts";
export type { TransferLaw } from "./simulate/record-hrtem.ts";
export { simulateHrtemField } from "./simulate/simulate-field.ts";
export type { FieldRecipe, HrtemField } from "./simulate/simulate-field.ts";
export { simulateHrtemFields } from "./simulate/simulate-fields.ts";
export { prepareHrtem } from "./segment/prepare-image.ts";
export { trainRegions } from "./segment/train-regions.ts";
export type { LabelledField, RegionTraining, TrainedRegions } from "./segment/train-regions.ts";
export { chooseThreshold, diceOf, maskAbove, regionProbabilities } from "./segment/find-regions.ts";
export { braggRegions, otsuRegions } from "./segment/classical-regions.ts";
export { findParticles, PARTICLE_RULES } from "./segment/find-particles.ts";
export type { FoundParticle, ParticleRules } from "./segment/find-particles.ts";
export { braggSpots } from "./classify/bragg-spots.ts";
export type { BraggSpot, SpotList } from "./classify/bragg-spots.ts";
export { cropParticle } from "./classify/crop.ts";
export type { ParticleCrop } from "./classify/crop.ts";
export { particleFeatures, PUBLISHED_FEATURE_COUNT } from "./classify/particle-features.ts";
export { solidity } from "./classify/convex-hull.ts";
export { PARTICLE_CLASSES, trueClass } from "./classify/particle-truth.ts";
export type { ParticleClass } from "./classify/particle-truth.ts";
export { classifyParticles, trainClassifier } from "./classify/classifier.ts";
export { scoreClasses } from "./classify/class-scores.ts";
export type { ClassPair, ClassScores } from "./classify/class-scores.ts";
export { describePopulation, populationCsv } from "./population.ts";
export type { ParticleRow, Population } from "./population.ts";
export { analyseHrtem, MODEL_FILES, openHrtemModel, particleRows } from "./hrtem-model.ts";
export type { AnalysedImage, HrtemModel, ModelBytes } from "./hrtem-model.ts";
export { hrtemStudySchema } from "./study-config.ts";
export type { HrtemEffort, HrtemStudyConfig } from "./study-config.ts";
export { runHrtemStudy } from "./run-hrtem-study.ts";
export type { HrtemStudyResult } from "./run-hrtem-study.ts";
export { hrtemResults } from "./hrtem-results.ts";
export { hrtemReport } from "./hrtem-report.ts";
