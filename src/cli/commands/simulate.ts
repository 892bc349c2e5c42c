import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { openRandomStream } from "../../core/index.ts";
import { encodeNpy, encodePng16, encodeTiff } from "../../micrograph/index.ts";
import {
  drawMicroscopeSettings,
  microscopeAdvice,
  prepareWithCache,
  shareOutsideField,
  simulateHaadf,
} from "../../stem-sim/index.ts";
import type { PreparationCache, PreparedMicroscope } from "../../stem-sim/index.ts";
import type { Aggregate } from "../../stochastic/index.ts";
import type { CommandSpec } from "../command.ts";
import { FORCE_FLAG, OUT_FLAG, SEED_FLAG, wholeNumber } from "../flags.ts";
import { RUN_FILE, writeFolderAtomically } from "../output-folder.ts";
import { startStage } from "../progress.ts";
import { openAggregates } from "../open-aggregates.ts";
import { DETECTOR_CURVE_FLAG, readMicroscope } from "../read-microscope.ts";
import { runRecord } from "../run-record.ts";
import { shortNumber, textTable } from "../text-table.ts";
import { UsageError } from "../usage-error.ts";

/** `heterostem simulate`: images of anyone's spheres. */
export const simulateCommand: CommandSpec = {
  name: "simulate",
  summary: "Image anyone's spheres: absolute STEM intensities as TIFF, PNG and NPY",
  arguments: [
    {
      name: "aggregates",
      help: "files of spheres in nm (.xyz, .csv, .dat), recipes or corpora",
      isVariadic: true,
    },
  ],
  flags: [
    {
      name: "microscope",
      value: "FILE",
      help: "microscope as YAML, or a study that has one (default: all defaults)",
    },
    DETECTOR_CURVE_FLAG,
    {
      name: "count",
      value: "N",
      help: "samples of each recipe or corpus (default: 10 of a recipe, all of a corpus)",
      parse: wholeNumber(1, 1e6),
    },
    { ...SEED_FLAG, help: "seed of noise and drawn settings (default: 1)" },
    { ...OUT_FLAG, help: `${OUT_FLAG.help} (default: runs/simulate)` },
    FORCE_FLAG,
  ],
  example: "simulate configs/tio2-wo3.yaml --microscope configs/tio2-wo3.yaml --count 4 --out runs/simulate",
  async run(input, context) {
    const paths = input.arguments[0] as readonly string[];
    const microscope = readMicroscope(input.flags["microscope"] as string | undefined, input.flags);
    const seed = (input.flags["seed"] as number | undefined) ?? 1;
    const out = (input.flags["out"] as string | undefined) ?? "runs/simulate";
    const choice = { first: 0, count: input.flags["count"] as number | undefined };
    const aggregates = paths.flatMap((path) =>
      [...openAggregates(path, choice)].map(({ name, aggregate }) => ({
        path,
        name: fileStem(name),
        aggregate,
      })),
    );
    checkNames(aggregates.map(({ name }) => name));
    const shots = await writeFolderAtomically(
      out,
      { force: input.flags["force"] === true },
      async (folder) => {
        const stage = startStage(context.progress, "simulating images", aggregates.length);
        const cache: PreparationCache = new Map();
        const taken = aggregates.map(({ path, name, aggregate }, index) => {
          const shot = takeImage(
            aggregate,
            prepareWithCache(cache, microscope, aggregate.materials),
            seed,
            name,
            folder,
          );
          stage.update(index + 1);
          return { source: path, ...shot };
        });
        stage.finish();
        writeFileSync(
          join(folder, RUN_FILE),
          runRecord("simulate", context.version, { seed, microscope, images: taken }),
        );
        return taken;
      },
    );
    return { text: shotText(shots, out), json: { folder: out, seed, images: shots } };
  },
};

type Shot = ReturnType<typeof takeImage> & { readonly source: string };

/** "pair.xyz" gives pair.tif, "sample 3" gives sample-3.tif. */
function fileStem(name: string): string {
  return name.replace(/\.[^.]*$/, "").replaceAll(" ", "-");
}

function checkNames(names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new UsageError(`Cannot simulate images: files must have names of their own, got ${twice} twice`);
}

function takeImage(
  aggregate: Aggregate,
  prepared: PreparedMicroscope,
  seed: number,
  name: string,
  folder: string,
) {
  const rng = openRandomStream(seed, name);
  const settings = drawMicroscopeSettings(rng.fork("microscope"), prepared.microscope);
  const imaging = { prepared, settings };
  const image = simulateHaadf(rng.fork("image"), aggregate, imaging);
  writeFileSync(join(folder, `${name}.tif`), encodeTiff([image]));
  writeFileSync(join(folder, `${name}.png`), encodePng16(image));
  writeFileSync(
    join(folder, `${name}.npy`),
    encodeNpy({ data: image.data, shape: [image.height, image.width] }),
  );
  const outside = shareOutsideField(aggregate, imaging);
  const warnings = [...microscopeAdvice(prepared)];
  if (outside > 0)
    warnings.push(`${(100 * outside).toFixed(0)} % of the particles' area lies outside the field of view`);
  return {
    name,
    particles: aggregate.particleCount,
    intensityUnit: image.intensityUnit,
    ...extremes(image.data),
    settings,
    warnings,
  };
}

function extremes(data: Float32Array): { readonly lowest: number; readonly highest: number } {
  let [lowest, highest] = [Infinity, -Infinity];
  for (const value of data) {
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
  }
  return { lowest, highest };
}

function shotText(shots: readonly Shot[], out: string): string {
  const table = textTable(shots, [
    { heading: "image", cell: (shot) => shot.name },
    { heading: "particles", cell: (shot) => String(shot.particles), isNumber: true },
    { heading: "lowest", cell: (shot) => shortNumber(shot.lowest), isNumber: true },
    { heading: "highest", cell: (shot) => shortNumber(shot.highest), isNumber: true },
    { heading: "unit", cell: (shot) => shot.intensityUnit },
  ]);
  const warnings = shots.flatMap(({ name, warnings: texts }) =>
    texts.map((text) => `Warning: ${name}: ${text}`),
  );
  return [`TIFF, PNG and NPY of ${shots.length} images in ${out}`, "", table, ...warnings].join("\n");
}
