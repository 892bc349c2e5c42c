import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  histogramsCsv,
  populationCsv,
  statisticsCsv,
  type ParticleRow,
  type Population,
} from "../../../hrtem/index.ts";

/**
 * Writes the tables of a population: particles.csv, statistics.csv, histograms.csv.
 *
 * @param folder an existing folder
 * @param data table and statistics; no statistics where there is no particle
 */
export function writePopulation(
  folder: string,
  { rows, population }: { readonly rows: readonly ParticleRow[]; readonly population: Population | null },
): void {
  writeFileSync(join(folder, "particles.csv"), populationCsv(rows));
  writeFileSync(join(folder, "histograms.csv"), histogramsCsv(rows));
  if (population !== null) writeFileSync(join(folder, "statistics.csv"), statisticsCsv(population));
}
