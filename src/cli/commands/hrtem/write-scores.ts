import { join } from "node:path";
import {
  histogramTable,
  particleTable,
  statisticsTable,
  type HrtemScores,
  type ParticleRow,
  type Population,
} from "../../../hrtem/index.ts";
import { encodePng16 } from "../../../micrograph/index.ts";
import { pngBytes, tableCsv } from "../../../report/index.ts";
import { writeFiles } from "../../write-files.ts";
import { makeFolders, writeNewFile } from "../../../io/index.ts";

/** Writes the tables of a population: particles.csv, statistics.csv, histograms.csv. */
export function writePopulation(
  folder: string,
  { rows, population }: { readonly rows: readonly ParticleRow[]; readonly population: Population | null },
): void {
  writeFiles(folder, {
    "particles.csv": tableCsv(particleTable(rows)),
    "histograms.csv": tableCsv(histogramTable(rows)),
    ...(population === null ? {} : { "statistics.csv": tableCsv(statisticsTable(population)) }),
  });
}

/**
 * Writes the first held-out images with their true maps, in the layout that train and evaluate read: examples/images/NAME.png and
 * examples/maps/NAME.png.
 */
export function writeExamples(folder: string, { examples }: Pick<HrtemScores, "examples">): void {
  for (const part of ["images", "maps"]) makeFolders(join(folder, "examples", part));
  for (const { name, image, truth } of examples) {
    const file = `${name.replaceAll(/[^\w.-]+/g, "-")}.png`;
    const { width, height } = image;
    const pixels = truth.map((value) => 255 * value);
    writeNewFile(join(folder, "examples", "images", file), encodePng16(image));
    writeNewFile(join(folder, "examples", "maps", file), pngBytes({ width, height, channels: 1, pixels }));
  }
}
