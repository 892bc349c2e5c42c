import { join } from "node:path";
import { counted, median, quantile, type Material } from "../core/index.ts";
import { makeFolders, writeNewFile } from "../io/index.ts";
import type { ImageFile } from "../micrograph/index.ts";
import { MOST_RESIDUAL, residualPicture, type FitFrame, type ImageParticles } from "../particles/index.ts";
import type { LabelPrior, ProjectedParticles, Reconstruction, RenderedDraw } from "../reconstruct/index.ts";
import {
  fixed,
  grayPicture,
  nameWithUnit,
  pngDataUri,
  tableCsv,
  tableOf,
  tableText,
  type Picture,
} from "../report/index.ts";
import { AGGREGATE_DESCRIPTORS, nameMaterials, writeGlb, writeXyz } from "../stochastic/index.ts";
import { drawsHtml, readViewerBundle } from "../web/index.ts";
import { writeFiles } from "./write-files.ts";

/** What is believed before an image is seen. */
export interface PriorPlan {
  readonly names: readonly string[];
  readonly materials: readonly [Material, Material];
  readonly necking: number;
  readonly labelPrior: LabelPrior;
}

/** One image, its particles, and how it is compared with structures. */
export interface SeenView {
  readonly file: ImageFile;
  readonly found: ImageParticles;
  readonly particles: ProjectedParticles;
  readonly frame: FitFrame;
}

/** All that is written. */
export interface Drawn {
  readonly views: readonly SeenView[];
  readonly plan: PriorPlan;
  readonly reconstruction: Reconstruction;
  /** [draw][view] */
  readonly rendered: readonly (readonly RenderedDraw[])[];
}

/** Writes structures, tables and the page into a folder. */
export function writeReconstruction(folder: string, drawn: Drawn): void {
  const { reconstruction } = drawn;
  writeFiles(folder, {
    "structures.xyz": reconstruction.draws.map(({ aggregate }) => writeXyz(aggregate)).join(""),
    "structures.csv": tableCsv(structureTable(drawn)),
    "contacts.csv": tableCsv(contactTable(drawn)),
    "reconstruction.json": reconstructionResults(drawn),
    "structures.html": pageOf(drawn),
  });
  makeFolders(join(folder, "glb"));
  reconstruction.draws.forEach(({ aggregate }, k) => {
    writeNewFile(join(folder, "glb", `${String(k).padStart(3, "0")}.glb`), writeGlb(aggregate));
  });
}

function descriptorColumns(plan: PriorPlan) {
  return AGGREGATE_DESCRIPTORS.map(({ key, label, unit }) => ({
    key,
    label: plan.names.length === 2 ? nameMaterials(label, [plan.names[0], plan.names[1]]) : label,
    unit,
  }));
}

/** A row for each structure: chain, what it leaves of the images, descriptors. */
function structureTable({ reconstruction, rendered, plan }: Drawn) {
  const rows = reconstruction.draws.map((own, k) => ({ ...own, rendered: rendered[k], number: k }));
  type Row = (typeof rows)[number];
  return tableOf(rows, [
    { heading: "structure", number: ({ number }: Row) => number },
    { heading: "chain", number: ({ chain }: Row) => chain },
    ...rendered[0].map((_, v) => ({
      heading: `chi-square a pixel, view ${v}`,
      number: (row: Row) => row.rendered[v].reducedChiSquare,
    })),
    ...descriptorColumns(plan).map(({ key, label, unit }) => ({
      heading: nameWithUnit(label, unit),
      number: ({ descriptors }: Row) => descriptors[key],
    })),
  ]);
}

/** A row for each pair of particles that may touch. */
function contactTable({ reconstruction, views: [{ particles }], plan }: Drawn) {
  const nameOf = (i: number) => plan.names[particles.materialIndices[i]];
  return tableOf(reconstruction.contacts, [
    { heading: "first", number: ({ first }) => first },
    { heading: "second", number: ({ second }) => second },
    { heading: "first material", text: ({ first }) => nameOf(first) },
    { heading: "second material", text: ({ second }) => nameOf(second) },
    { heading: "probability", number: ({ probability }) => probability },
  ]);
}

/** A row for each descriptor: middle and 90 % of the structures, and whether the chains agree. */
function summaryTable({ reconstruction, plan }: Drawn) {
  const rows = descriptorColumns(plan)
    .map((column) => ({
      ...column,
      ...reconstruction.convergence[column.key],
      values: reconstruction.draws.map(({ descriptors }) => descriptors[column.key]).filter(Number.isFinite),
    }))
    .filter(({ values }) => values.length > 0);
  type Row = (typeof rows)[number];
  return tableOf(rows, [
    { heading: "quantity", text: ({ label, unit }: Row) => nameWithUnit(label, unit) },
    { heading: "median", number: ({ values }: Row) => median(values) },
    {
      heading: "90 % of the structures",
      range: ({ values }: Row) => [quantile(values, 0.05), quantile(values, 0.95)] as const,
    },
    { heading: "R-hat", number: ({ rHat }: Row) => rHat, show: fixed(2) },
    { heading: "effective draws", number: ({ effectiveCount }: Row) => effectiveCount, show: fixed(0) },
  ]);
}

/** Every figure of a reconstruction, as plain data. */
export function reconstructionResults({ views, plan, reconstruction, rendered }: Drawn) {
  return {
    materials: plan.names,
    necking: plan.necking,
    views: views.map(({ file, particles, found }) => ({
      image: file.name,
      countWithHidden: found.countWithHidden,
      modality: found.modality,
      particles: particles.count,
      errorNm: particles.errorNm,
    })),
    convergence: reconstruction.convergence,
    structures: reconstruction.draws.map(({ chain, descriptors }, k) => ({
      chain,
      descriptors,
      views: rendered[k].map(({ reducedChiSquare, explained }) => ({ reducedChiSquare, explained })),
    })),
  };
}

/** A reconstruction for a terminal. */
export function reconstructionText(drawn: Drawn, page: string): string {
  const { reconstruction, rendered, views } = drawn;
  const chiSquare = views.map((_, v) =>
    median(rendered.map((own) => own[v].reducedChiSquare)).toPrecision(3),
  );
  const explained = views.map((_, v) => (100 * median(rendered.map((own) => own[v].explained))).toFixed(1));
  const worst = Math.max(
    ...Object.values(reconstruction.convergence)
      .map(({ rHat }) => rHat)
      .filter(Number.isFinite),
  );
  return [
    `${counted(reconstruction.draws.length, "structure")} of ${counted(views[0].particles.count, "particle")}, ${counted(reconstruction.contacts.length, "pair")} that may touch`,
    tableText(summaryTable(drawn)),
    `Imaged again they leave a chi-square of ${chiSquare.join(", ")} a pixel and explain ${explained.join(", ")} % of the variance`,
    ...(worst > MOST_R_HAT
      ? [
          `Warning: the chains do not agree (R-hat up to ${worst.toFixed(2)}): take the spread of these structures for too small`,
        ]
      : []),
    ...hiddenNotes(drawn),
    `Page: ${page}`,
  ].join("\n\n");
}

/** Structures hold what is listed: where more lies hidden their contacts are too few. */
function hiddenNotes({ views: [{ found, particles }], rendered }: Drawn): string[] {
  const explained = median(rendered.map(([own]) => own.explained));
  const whole = found.countWithHidden?.value ?? particles.count;
  if (explained > LEAST_EXPLAINED && whole < MOST_HIDDEN * particles.count) return [];
  return [
    `Warning: particles are missing from the list (by simulated images as crowded there are ${Math.round(whole)}, and ${(100 * (1 - explained)).toFixed(0)} % of the variance is left): structures hold those that are listed, and contacts with the others are not counted`,
  ];
}

/** Share of the variance that structures of a whole list explain, and particles over those listed, beyond which a list lacks some. */
const LEAST_EXPLAINED = 0.97;
const MOST_HIDDEN = 1.15;

/** R-hat above which chains are said not to agree [gelman2013]. */
const MOST_R_HAT = 1.1;

function pageOf(drawn: Drawn): string {
  const { views, reconstruction, rendered } = drawn;
  const probabilities = new Map(
    reconstruction.contacts.map(({ first, second, probability }) => [`${first} ${second}`, probability]),
  );
  const names = views.map(({ file }) => (views.length === 1 ? "" : `, ${file.name}`));
  // one scale for all structures, so that they can be compared
  const scales = views.map((_, v) =>
    Math.max(MOST_RESIDUAL, quantile(rendered[0][v].residual.map(Math.abs), 0.98)),
  );
  return drawsHtml({
    bundle: readViewerBundle(),
    title: views.map(({ file }) => file.name).join(", "),
    fixed: views.map(({ frame, file }) => ({
      source: pngDataUri(signalPicture(frame)),
      caption: `image, ${file.name}`,
    })),
    places: names.flatMap((name, v) => [
      `structure imaged again${name}`,
      `image minus structure${name}: white and black ${scales[v].toPrecision(2)} times the noise`,
    ]),
    draws: reconstruction.draws.map(({ aggregate, chain, descriptors }, k) => ({
      aggregate,
      caption: `${k + 1} of ${reconstruction.draws.length}, chain ${chain + 1}: hetero-coordination ${descriptors.heteroCoordinationAll.toFixed(2)}, chi-square ${rendered[k][0].reducedChiSquare.toPrecision(3)}`,
      pictures: rendered[k].flatMap((own, v) => {
        const { width, height } = views[v].frame.problem;
        return [
          pngDataUri(levelPicture(views[v].frame, own.model)),
          pngDataUri(
            residualPicture({
              width,
              height,
              data: own.residual.map((value) => (value * MOST_RESIDUAL) / scales[v]),
            }),
          ),
        ];
      }),
    })),
    probabilityOf: (first, second) => probabilities.get(`${first} ${second}`) ?? 0,
  });
}

const signalPicture = (frame: FitFrame): Picture =>
  levelPicture(frame, Float32Array.from(frame.problem.signal));

/** Grey levels from the ground of the image to the brightest of its signal. */
function levelPicture({ problem: { width, height, signal } }: FitFrame, data: Float32Array): Picture {
  const [low, high] = [quantile(signal, 0.02), quantile(signal, 0.998)];
  const image = {
    width,
    height,
    data: data.map((value) => Math.max(0, value - low)),
    intensityUnit: "arbitrary" as const,
    pixelSizeNm: null,
  };
  return grayPicture(image, high - low);
}
