import { median } from "../../core/index.ts";
import { tableOf } from "../../report/index.ts";
import type { Table } from "../../report/index.ts";
import { contactSummary } from "../measure/contacts.ts";
import type { Explanation } from "../fit/explain-image.ts";
import type { ImageParticles } from "../measure/image-particles.ts";
import { meanWithError } from "../measure/size-ratio.ts";
import { axesOf } from "../simulate/ellipse.ts";
import { geometricMean, geometricSpread, wholeDiameters } from "../measure/size-statistics.ts";
import type { SizeStatistics } from "../measure/size-statistics.ts";

/**
 * One row a particle: the columns of particles.csv.
 *
 * Radii are those of the circle of the same area. The source is "detected" or "corrected"; what a person has set has no probability. The axes' ratio and the direction of the long axis, from x towards y (downwards), are
 * empty where the detector sees circles alone.
 */
export function particleListTable(images: readonly ImageParticles[]): Table {
  const rows = images.flatMap(({ name, pixelSizeNm, particles }) =>
    particles.map((particle) => ({ name, pixelSizeNm, ...particle })),
  );
  return tableOf(rows, [
    { heading: "image", text: ({ name }) => name },
    { heading: "particle", number: ({ number }) => number },
    { heading: "x", unit: "px", number: ({ x }) => x },
    { heading: "y", unit: "px", number: ({ y }) => y },
    { heading: "radius", unit: "px", number: ({ radiusPx }) => radiusPx },
    {
      heading: "radius",
      unit: "nm",
      number: ({ radiusPx, pixelSizeNm }) => (pixelSizeNm === null ? null : radiusPx * pixelSizeNm),
    },
    { heading: "material", text: ({ material }) => material ?? "" },
    { heading: "probability", number: ({ probability }) => probability },
    { heading: "source", text: ({ source }) => source },
    { heading: "cut by edge", number: ({ isCut }) => Number(isCut) },
    {
      heading: "axis ratio",
      number: (particle) => {
        if (particle.elongation === undefined) return null;
        const { long, short } = axesOf(particle);
        return long / short;
      },
    },
    {
      heading: "direction of the long axis",
      unit: "deg",
      number: (particle) =>
        particle.elongation === undefined ? null : (axesOf(particle).direction * 180) / Math.PI,
    },
  ]);
}

/** One row an image: counts, sizes, contacts in projection, covered area. */
export function imageTable(images: readonly ImageParticles[]): Table {
  const isCalibrated = images.every(({ pixelSizeNm }) => pixelSizeNm !== null);
  const unit = isCalibrated ? "nm" : "px";
  const rows = images.map((image) => ({
    ...image,
    ...contactSummary(image),
    diameters: wholeDiameters(image, unit),
    areaScale: isCalibrated ? (image.pixelSizeNm ?? NaN) ** 2 : 1,
  }));
  return tableOf(rows, [
    { heading: "image", text: ({ name }) => name },
    { heading: "mode", text: ({ modality }) => modality },
    { heading: "pixel size", unit: "nm", number: ({ pixelSizeNm }) => pixelSizeNm },
    { heading: "pixel size from", text: ({ pixelSizeSource }) => pixelSizeSource ?? "" },
    { heading: "particles", number: ({ particles }) => particles.length },
    {
      heading: "of them set by a person",
      number: ({ particles }) => particles.filter(({ source }) => source === "corrected").length,
    },
    {
      heading: "with hidden ones, about",
      interval: ({ countWithHidden }) => countWithHidden,
      show: wholeNumber,
    },
    { heading: "cut by the edge", number: ({ particles }) => particles.filter(({ isCut }) => isCut).length },
    { heading: "geometric mean diameter", unit, number: ({ diameters }) => geometricMean(diameters) },
    {
      heading: "geometric mean diameter, the detector's error included",
      unit,
      interval: ({ diameters, sizeRatio }) =>
        meanWithError(diameters.length, geometricMean(diameters), sizeRatio),
    },
    { heading: "geometric standard deviation", number: ({ diameters }) => geometricSpread(diameters) },
    { heading: "contacts a particle, as seen", number: ({ meanContacts }) => meanContacts },
    { heading: "contacts between materials, as seen", number: ({ heteroShare }) => heteroShare },
    {
      heading: "covered area",
      unit: `${unit}2`,
      number: ({ coveredPx, areaScale }) => coveredPx * areaScale,
    },
  ]);
}

/** Sizes by material with intervals. */
export function sizeTable(statistics: readonly SizeStatistics[]): Table {
  const [{ unit }] = statistics;
  return tableOf(statistics, [
    { heading: "material", text: ({ material }) => material ?? "all" },
    { heading: "particles", number: ({ particleCount }) => particleCount },
    { heading: "of them set by a person", number: ({ correctedCount }) => correctedCount },
    { heading: "cut by the edge", number: ({ cutCount }) => cutCount },
    { heading: "geometric mean diameter", unit, interval: ({ meanDiameter }) => meanDiameter },
    { heading: "geometric standard deviation", interval: ({ spread }) => spread },
  ]);
}

/** One row a fitted image. */
export function fitTable(fits: readonly ({ readonly name: string } & Explanation)[]): Table {
  return tableOf(fits, [
    { heading: "image", text: ({ name }) => name },
    { heading: "particles kept", number: ({ particles }) => particles.length },
    { heading: "dropped", number: ({ droppedCount }) => droppedCount },
    { heading: "variance explained", number: ({ explained }) => explained },
    { heading: "reduced chi-square", number: ({ reducedChiSquare }) => reducedChiSquare },
    { heading: "noise by", text: ({ noise }) => noise.word },
    {
      heading: "standard error of a radius over it, median",
      number: ({ particles }) => median(particles.map(({ errorPx, radiusPx }) => errorPx.radius / radiusPx)),
    },
  ]);
}

const wholeNumber = (value: number) => String(Math.round(value));
