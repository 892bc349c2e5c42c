/**
 * Grows hetero-aggregates: primary particles of two materials placed by stochastic rules, and describes them.
 * Takes parameters or a prior and a random stream; gives an Aggregate (nm) and its 3D descriptors.
 * Renders no micrographs, reads no files.
 */
export type { Aggregate } from "./aggregate.ts";
export {
  AGGREGATE_PARAMETERS,
  aggregateParameterInfo,
  drawAggregateParameters,
} from "./aggregate-parameters.ts";
export type { AggregateParameterKey, AggregateParameters } from "./aggregate-parameters.ts";
export {
  aggregatePriorSchema,
  hasOneMaterial,
  materialChoices,
  materialSchema,
  materialsOfPrior,
} from "./aggregate-prior.ts";
export type { AggregatePrior } from "./aggregate-prior.ts";
export { drawAggregate } from "./draw-aggregate.ts";
export type { AggregateDraw } from "./draw-aggregate.ts";
export { growAggregate } from "./grow-aggregate.ts";
export { estimateFeasibility } from "./feasibility.ts";
export type { ParameterShift } from "./feasibility.ts";
export { findContacts } from "./contact-graph.ts";
export { AGGREGATE_DESCRIPTORS, CONTACT_TOLERANCE, describeAggregate } from "./describe-aggregate.ts";
export type {
  AggregateDescriptorInfo,
  AggregateDescriptorKey,
  AggregateDescriptors,
} from "./describe-aggregate.ts";
export { MATERIAL_COLOURS, renderAggregatePicture } from "./aggregate-picture.ts";
export type { DescriptorInfo } from "./descriptor-info.ts";
export { coordinationDistribution, describeMixing, MIXING_DESCRIPTORS } from "./describe-mixing.ts";
export { nameMaterials } from "./name-materials.ts";
export { describeMorphology, MORPHOLOGY_DESCRIPTORS } from "./describe-morphology.ts";
export {
  describeProjection,
  projectedShareSecond,
  PROJECTED_SHARE_SECOND,
  projectMask,
  PROJECTION_DESCRIPTORS,
} from "./describe-projection.ts";
export { phaseCovariances } from "./phase-covariance.ts";
export { chordLengthsNm } from "./chord-lengths.ts";
export { pairDensities } from "./pair-density.ts";
export { readAggregates } from "./formats/read-aggregate.ts";
export { writeXyz } from "./formats/xyz.ts";
export { writeCsv } from "./formats/csv.ts";
export { writeVtk } from "./formats/vtk.ts";
export { writeGlb } from "./formats/glb.ts";
