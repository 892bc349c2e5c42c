/**
 * What every other folder stands on: error texts and checks, keyed random streams, priors, materials,
 * the image record, statistics, the Fourier transform.
 * Plain data in, plain data out; knows nothing of aggregates, microscopes or networks and reads no files.
 */
export { checkNumber, failureText, rangeError } from "./checks.ts";
export type { CheckContext } from "./checks.ts";
export { parseJson } from "./parse-json.ts";
export { checkFileName, isPlainFileName, lastFileName, plainFileName } from "./file-name.ts";
export { beyondMemory, memoryBudget, withMemoryBudget } from "./memory-budget.ts";
export { watchProcessorTime } from "./processor-time.ts";
export { visibleJson, visibleLines, visibleText } from "./visible-text.ts";
export { openRandomStream } from "./random-stream.ts";
export type { RandomStream } from "./random-stream.ts";
export { gammaDeviate } from "./gamma-deviate.ts";
export { unreadableInput } from "./unreadable-input.ts";
export { counted } from "./counted.ts";
export { shellCommand, shellWord } from "./shell-words.ts";
export { firstDifference } from "./first-difference.ts";
export type { Difference } from "./first-difference.ts";
export { definedPart } from "./defined-part.ts";
export { shuffled } from "./shuffled.ts";
export { drawFromPrior, priorRange, priorSchema, scaledPrior } from "./prior.ts";
export type { Prior } from "./prior.ts";
export { decodeText } from "./decode-text.ts";
export { lengthInNm, normalUnit } from "./length-unit.ts";
export { findMaterial, formulaOf, isMaterial, MATERIALS } from "./material.ts";
export type { Material } from "./material.ts";
export type { GrayImage, IntensityUnit } from "./image.ts";
export { extremes } from "./extremes.ts";
export { brightnessRange } from "./brightness-range.ts";
export {
  coefficientOfDetermination,
  mean,
  median,
  quantile,
  quantileOfSorted,
  rootMeanSquareError,
  standardDeviation,
} from "./statistics.ts";
export { nthSmallestInPlace } from "./nth-smallest.ts";
export { inverseTransformInPlace, largestSquareSide, transformInPlace, transformSquare } from "./fourier.ts";
export type { ComplexSquare } from "./fourier.ts";
export { bootstrapInterval } from "./bootstrap.ts";
export { wilsonInterval } from "./wilson-interval.ts";
export type { BootstrapInterval } from "./bootstrap.ts";
export { choleskyFactor, solveCholesky, solveLowerTriangular } from "./cholesky.ts";
export type { Stage, StartStage, Work } from "./progress.ts";
export { cellsOfLine, csvText, readDelimited } from "./delimited-text.ts";
export type { TableLine, TextTable } from "./delimited-text.ts";
export { groupedBy } from "./grouped-by.ts";
export { groupedFolds, groupedParts } from "./grouped-folds.ts";
export { UsageError, usageError } from "./usage-error.ts";
export { WorkStopped } from "./work-stopped.ts";
