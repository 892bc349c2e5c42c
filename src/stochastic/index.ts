/**
 * Grows hetero-aggregates: primary particles of two materials placed by stochastic rules, and describes them.
 * Takes parameters or a prior and a random stream; gives an Aggregate (nm) and its 3D descriptors.
 * Renders no micrographs, reads no files.
 */
export { sphereAggregate } from "./aggregate.ts";
export type { Aggregate, Sphere } from "./aggregate.ts";
export {
  AGGREGATE_PARAMETERS,
  aggregateParameterInfo,
  drawAggregateParameters,
} from "./aggregate-parameters.ts";
export type {
  AggregateParameterInfo,
  AggregateParameterKey,
  AggregateParameters,
} from "./aggregate-parameters.ts";
export { aggregatePriorSchema, materialsOfPrior } from "./aggregate-prior.ts";
export type { AggregatePrior } from "./aggregate-prior.ts";
export { drawAggregate } from "./draw-aggregate.ts";
export type { AggregateDraw, RejectedDraw } from "./draw-aggregate.ts";
export { growAggregate } from "./grow-aggregate.ts";
export type { Growth } from "./grow-aggregate.ts";
export { PLACEMENTS } from "./model-rules.ts";
export type { ModelRules, Placement } from "./model-rules.ts";
export { relabelAggregate } from "./relabel-aggregate.ts";
export { restructureAggregate } from "./restructure-aggregate.ts";
export { drawPrimaryRadiiNm, RADIUS_TRUNCATION } from "./primary-radii.ts";
export type { RadiusLaw, RadiusShape } from "./primary-radii.ts";
export { drawHomoClusterSizes } from "./homo-cluster-sizes.ts";
export { centerDistanceNm, geometricMeanNm, lawfulGyrationRadiusNm } from "./scaling-law.ts";
export type { GyrationBody, ScalingLaw } from "./scaling-law.ts";
export { AGGREGATE_PROMISES, brokenPromise, checkAggregate } from "./check-aggregate.ts";
export type { AggregateCheck } from "./check-aggregate.ts";
export { estimateFeasibility, mapFeasibility } from "./feasibility.ts";
export type { Feasibility, FeasibilityPoint, ParameterShift } from "./feasibility.ts";
export { radiusOfGyrationNm } from "./radius-of-gyration.ts";
export { connectedComponents, findContacts } from "./contact-graph.ts";
export type { ContactGraph } from "./contact-graph.ts";
export { AGGREGATE_DESCRIPTORS, CONTACT_TOLERANCE, describeAggregate } from "./describe-aggregate.ts";
export type {
  AggregateDescriptorInfo,
  AggregateDescriptorKey,
  AggregateDescriptors,
} from "./describe-aggregate.ts";
export { MATERIAL_COLOURS, renderAggregatePicture } from "./aggregate-picture.ts";
export type { AggregatePicture, Colour, PictureOptions } from "./aggregate-picture.ts";
export type { DescriptorInfo } from "./descriptor-info.ts";
export { coordinationDistribution, describeMixing, MIXING_DESCRIPTORS } from "./describe-mixing.ts";
export type { MixingDescriptors } from "./describe-mixing.ts";
export { describeMorphology, MORPHOLOGY_DESCRIPTORS } from "./describe-morphology.ts";
export type { MorphologyDescriptors } from "./describe-morphology.ts";
export {
  describeProjection,
  projectedShareSecond,
  PROJECTED_SHARE_SECOND,
  projectMask,
  PROJECTION_DESCRIPTORS,
} from "./describe-projection.ts";
export type { Mask, ProjectionDescriptors } from "./describe-projection.ts";
export { phaseCovariances } from "./phase-covariance.ts";
export type { PhaseCovariance } from "./phase-covariance.ts";
export { chordLengthsNm } from "./chord-lengths.ts";
export { pairDensities } from "./pair-density.ts";
export type { PairDensity } from "./pair-density.ts";
export { correlationDimension, fitScalingLaw } from "./fractal-fit.ts";
export type { AggregateSize } from "./fractal-fit.ts";
export { readAggregate } from "./formats/read-aggregate.ts";
export type { ReadAggregateOptions } from "./formats/particle-table.ts";
export { readXyz, writeXyz } from "./formats/xyz.ts";
export { readCsv, writeCsv } from "./formats/csv.ts";
export { writeVtk } from "./formats/vtk.ts";
export { writeGlb } from "./formats/glb.ts";
