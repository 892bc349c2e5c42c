/**
 * A fixed set of tasks that methods of reading structure off images are compared on: its images and truths, drawn anew from
 * seeds; predictions as tables; their scores. Holds the second simulator, which shares no rendering with stem-sim.
 * Takes the benchmark's recipe and texts of tables; writes no files and trains nothing.
 */
export { BENCHMARK_RECIPE, BENCHMARK_VERSION, IMAGE_SETS, TASKS } from "./tasks.ts";
export type { BenchmarkTask, ImageSet } from "./tasks.ts";
export { drawSet } from "./draw-set.ts";
export type { BenchmarkImage } from "./draw-set.ts";
export { isAsked, ownShares, trueParticles } from "./true-particles.ts";
export { drawForeignSample } from "./foreign/draw-sample.ts";
export type { ForeignSample } from "./foreign/draw-sample.ts";
export { prepareForeign } from "./foreign/prepare-foreign.ts";
export { CHANGES } from "./foreign/rows.ts";
export { quantitiesOf } from "./quantities.ts";
export type { Quantity } from "./quantities.ts";
export {
  IMAGE_HEADING,
  imageRow,
  PREDICTION_HEADING,
  readListedParticles,
  readPredictedNumbers,
  readTrueNumbers,
  truthTable,
} from "./tables.ts";
export type { Row } from "./tables.ts";
export { scoreNumbers } from "./score-numbers.ts";
export type { NumberScore } from "./score-numbers.ts";
export { scoreParticles } from "./score-particles.ts";
export type { ParticleScore } from "./score-particles.ts";
export { numberScoreTable, particleScoreTable } from "./score-tables.ts";
export { folderReadme } from "./folder-readme.ts";
