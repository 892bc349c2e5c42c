import { join } from "node:path";
import { counted, quantile } from "../core/index.ts";
import { makeFolders, writeNewFile } from "../io/index.ts";
import type { ImageFile } from "../micrograph/index.ts";
import { MOST_RESIDUAL, residualPicture, type FitFrame } from "../particles/index.ts";
import {
  explainedViews,
  namedDescriptors,
  structureDoubts,
  structureResults,
  summariseStructures,
  type DrawnStructures,
  type SeenView,
} from "../reconstruct/index.ts";
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
import { writeGlb, writeXyz } from "../stochastic/index.ts";
import { drawsHtml, readViewerBundle } from "../web/index.ts";
import { writeFiles } from "./write-files.ts";

/** A view with the file that it is of, and what is said of its list of particles. */
export interface ShownView extends SeenView {
  readonly file: ImageFile;
  readonly notes: readonly string[];
}

/** All that is written. */
interface Drawn extends DrawnStructures {
  readonly views: readonly ShownView[];
}

/** Writes structures, tables and the page into a folder. */
export function writeReconstruction(folder: string, drawn: Drawn): void {
  const { reconstruction } = drawn;
  writeFiles(folder, {
    "structures.xyz": reconstruction.draws.map(({ aggregate }) => writeXyz(aggregate)).join(""),
    "structures.csv": tableCsv(structureTable(drawn)),
    "contacts.csv": tableCsv(contactTable(drawn)),
    "reconstruction.json": structureResults(drawn),
    "structures.html": pageOf(drawn),
  });
  makeFolders(join(folder, "glb"));
  reconstruction.draws.forEach(({ aggregate }, k) => {
    writeNewFile(join(folder, "glb", `${String(k).padStart(3, "0")}.glb`), writeGlb(aggregate));
  });
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
    ...namedDescriptors(plan).map(({ key, label, unit }) => ({
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
function summaryTable(drawn: DrawnStructures) {
  return tableOf(summariseStructures(drawn), [
    { heading: "quantity", text: ({ label, unit }) => nameWithUnit(label, unit) },
    { heading: "median", number: ({ median }) => median },
    { heading: "90 % of the structures", range: ({ range }) => range },
    { heading: "R-hat", number: ({ rHat }) => rHat, show: fixed(2) },
    { heading: "effective draws", number: ({ effectiveCount }) => effectiveCount, show: fixed(0) },
  ]);
}

/** A reconstruction for a terminal. */
export function reconstructionText(drawn: Drawn, page: string): string {
  const { reconstruction, views } = drawn;
  const left = explainedViews(drawn);
  const chiSquares = left.map(({ reducedChiSquare }) => reducedChiSquare.toPrecision(3));
  const shares = left.map(({ explained }) => (100 * explained).toFixed(1));
  return [
    `${counted(reconstruction.draws.length, "structure")} of ${counted(views[0].particles.count, "particle")}, ${counted(reconstruction.contacts.length, "pair")} that may touch`,
    tableText(summaryTable(drawn)),
    `Imaged again they leave a chi-square of ${chiSquares.join(", ")} a pixel and explain ${shares.join(", ")} % of the variance`,
    ...views.flatMap(({ notes }) => notes.map((note) => `note: ${note}`)),
    ...structureDoubts(drawn).map((doubt) => `Warning: ${doubt}`),
    `Page: ${page}`,
  ].join("\n\n");
}

function pageOf(drawn: Drawn): string {
  const { views, reconstruction, rendered, plan } = drawn;
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
      caption: `${k + 1} of ${reconstruction.draws.length}, chain ${chain + 1}: ${contactText(plan, descriptors)}, chi-square ${rendered[k][0].reducedChiSquare.toPrecision(3)}`,
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

/** What a structure is told by: contacts between the materials, or all where there is one material. */
function contactText(
  { names }: Drawn["plan"],
  { heteroCoordinationAll, meanCoordination }: Drawn["reconstruction"]["draws"][number]["descriptors"],
): string {
  return names.length === 2
    ? `hetero-coordination ${heteroCoordinationAll.toFixed(2)}`
    : `coordination ${meanCoordination.toFixed(2)}`;
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
