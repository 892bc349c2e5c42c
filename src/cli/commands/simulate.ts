import { join } from "node:path";
import { failureText, extremes, counted, openRandomStream, UsageError } from "../../core/index.ts";
import type { GrayImage } from "../../core/index.ts";
import { writeNewFile } from "../../io/index.ts";
import { encodeNpy, encodePng16, encodeTiff } from "../../micrograph/index.ts";
import {
  drawMicroscopeSettings,
  microscopeAdvice,
  prepareWithCache,
  shareOutsideField,
  simulateHaadf,
  simulateTiltSeries,
  tiltSeries,
} from "../../stem-sim/index.ts";
import type { Microscope, PreparationCache, PreparedMicroscope } from "../../stem-sim/index.ts";
import type { Aggregate } from "../../stochastic/index.ts";
import { defineCommand } from "../command.ts";
import { outputFlags, SEED_FLAG } from "../flags.ts";
import {
  AGGREGATE_COUNT_FLAG,
  AGGREGATES_ARGUMENT,
  openAggregates,
  remarkLines,
  SPHERE_FILE_FLAGS,
  type NamedAggregate,
} from "../open-aggregates.ts";
import { DETECTOR_CURVE_FLAG, readMicroscope } from "../read-microscope.ts";
import { runInto } from "../run-into.ts";
import { tableOf, tableText } from "../../report/index.ts";

/** `heterostem simulate`: images of anyone's spheres. */
export const simulateCommand = defineCommand({
  name: "simulate",
  summary: "Image anyone's spheres: absolute STEM intensities as TIFF, PNG and NPY",
  arguments: { aggregates: AGGREGATES_ARGUMENT },
  flags: {
    microscope: {
      value: "FILE",
      help: "microscope as YAML, or a recipe that has one (default: all defaults)",
    },
    detectorCurve: DETECTOR_CURVE_FLAG,
    tilt: {
      value: "FROM:TO:STEP",
      help: "tilt series about the horizontal axis in degrees, such as -60:60:2: one stack an aggregate, angles in NAME.tlt",
      parse: parseTilts,
    },
    count: AGGREGATE_COUNT_FLAG,
    ...SPHERE_FILE_FLAGS,
    seed: { ...SEED_FLAG, help: "seed of noise and drawn settings", default: 1 },
    ...outputFlags("runs/simulate"),
  },
  example: "simulate configs/tio2-wo3.yaml --microscope configs/tio2-wo3.yaml --count 4 --out runs/simulate",
  async run({ arguments: { aggregates: paths }, flags }, context) {
    const { seed, out, force, tilt: tiltsDeg } = flags;
    const { microscope } = readMicroscope({ ...flags, file: flags.microscope }, context);
    const models: Model[] = [];
    for (const path of paths) {
      for await (const model of openAggregates(path, flags, context)) {
        models.push({ ...model, path, name: fileStem(model.name) });
      }
    }
    checkNames(models.map(({ name }) => name));
    const settings = (images: readonly Shot[]) => ({ seed, microscope, images });
    const shots = await runInto(out, { force, context, settings }, (folder) => {
      const stage = context.startStage("simulating images", models.length);
      const cache: PreparationCache = new Map();
      const taken = models.map(({ path, name, aggregate, notes, warnings }, index) => {
        const prepared = prepareWithCache(cache, withTilts(microscope, tiltsDeg), aggregate.materials);
        const shot = takeImages(aggregate, prepared, { seed, name, folder, tiltsDeg });
        stage.update(index + 1);
        return { source: path, ...shot, notes, warnings: [...warnings, ...shot.warnings] };
      });
      stage.finish();
      return taken;
    });
    return { text: shotText(shots, out), json: { folder: out, seed, images: shots } };
  },
});

/** An aggregate with the name of its images. */
interface Model extends NamedAggregate {
  readonly path: string;
}

type Shot = ReturnType<typeof takeImages> & { readonly source: string; readonly notes: readonly string[] };

/** "pair.xyz" gives pair.tif, "pair.xyz frame 2" pair-frame-2.tif, "sample 3" sample-3.tif. */
function fileStem(name: string): string {
  return name.replace(/\.[^.\s]*( frame \d+)?$/, "$1").replaceAll(" ", "-");
}

function checkNames(names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new UsageError(
    failureText({ action: "simulate images" }, "files must have names of their own", `${twice} twice`),
  );
}

/** "-60:60:2" gives -60, -58, ... 60; the last tilt is at most TO. */
function parseTilts(text: string): readonly number[] {
  const parts = text.split(":").map((part) => (part.trim() === "" ? NaN : Number(part)));
  const [from, to, step] = parts;
  const isRange = parts.length === 3 && from >= -80 && to <= 80 && from <= to && step > 0;
  const count = isRange ? Math.floor((to - from) / step + 1e-9) + 1 : 0;
  if (!isRange || count > 1000) {
    throw new UsageError(
      `wanted FROM:TO:STEP in degrees, from -80 up to 80, at most 1000 tilts, such as -60:60:2, got ${text}`,
    );
  }
  return Array.from({ length: count }, (_, k) => Number((from + k * step).toFixed(6)));
}

/** The film is thicker along the beam where it is tilted: the tables must reach that far. */
function withTilts(microscope: Microscope, tiltsDeg: readonly number[] | undefined): Microscope {
  if (tiltsDeg === undefined) return microscope;
  const [low, high] = [tiltsDeg[0], tiltsDeg[tiltsDeg.length - 1]];
  return { ...microscope, tiltDeg: low < high ? { uniform: [low, high] } : low };
}

interface ShotOrder {
  readonly seed: number;
  readonly name: string;
  readonly folder: string;
  /** undefined for a single image as the microscope's own settings have it. */
  readonly tiltsDeg: readonly number[] | undefined;
}

function takeImages(aggregate: Aggregate, prepared: PreparedMicroscope, order: ShotOrder) {
  const { seed, name, folder, tiltsDeg } = order;
  const rng = openRandomStream(seed, name);
  const settings = drawMicroscopeSettings(rng.fork("microscope"), prepared.microscope);
  const imaging = { prepared, settings };
  const stream = rng.fork("image");
  const images =
    tiltsDeg === undefined
      ? [simulateHaadf(stream, aggregate, imaging)]
      : simulateTiltSeries(stream, aggregate, imaging, tiltsDeg);
  writeImages(join(folder, name), images, tiltsDeg);
  const views = tiltsDeg === undefined ? [settings] : tiltSeries(settings, tiltsDeg);
  const outside = Math.max(
    ...views.map((view) => shareOutsideField(aggregate, { prepared, settings: view })),
  );
  const [lowest, highest] = extremes(images.flatMap(({ data }) => extremes(data)));
  const warnings = [...microscopeAdvice(prepared)];
  if (outside > 0)
    warnings.push(`${(100 * outside).toFixed(0)} % of the particles' area lies outside the field of view`);
  return {
    name,
    particles: aggregate.particleCount,
    intensityUnit: images[0].intensityUnit,
    lowest,
    highest,
    settings: { ...settings, tiltDeg: tiltsDeg === undefined ? settings.tiltDeg : null },
    tiltsDeg: tiltsDeg ?? null,
    warnings,
  };
}

/** TIFF and NPY, stacks for a tilt series, whose angles go into a .tlt file (one a line, as IMOD reads them); PNG of single images. */
function writeImages(
  stem: string,
  images: readonly GrayImage[],
  tiltsDeg: readonly number[] | undefined,
): void {
  const [{ width, height }] = images;
  const data = new Float32Array(images.length * width * height);
  images.forEach((image, index) => data.set(image.data, index * width * height));
  const shape = tiltsDeg === undefined ? [height, width] : [images.length, height, width];
  writeNewFile(`${stem}.tif`, encodeTiff(images));
  writeNewFile(`${stem}.npy`, encodeNpy({ data, shape }));
  if (tiltsDeg === undefined) writeNewFile(`${stem}.png`, encodePng16(images[0]));
  else writeNewFile(`${stem}.tlt`, tiltsDeg.map((tilt) => `${tilt}\n`).join(""));
}

function shotText(shots: readonly Shot[], out: string): string {
  const table = tableOf(shots, [
    { heading: "image", text: ({ name }) => name },
    { heading: "exposures", number: ({ tiltsDeg }) => tiltsDeg?.length ?? 1 },
    { heading: "particles", number: ({ particles }) => particles },
    { heading: "lowest", number: ({ lowest }) => lowest },
    { heading: "highest", number: ({ highest }) => highest },
    { heading: "unit", text: ({ intensityUnit }) => intensityUnit },
  ]);
  const isSeries = shots.some((shot) => shot.tiltsDeg !== null);
  const what = isSeries
    ? `TIFF and NPY stacks of ${shots.length} tilt series, tilts in .tlt files,`
    : `TIFF, PNG and NPY of ${counted(shots.length, "image")}`;
  return [`${what} in ${out}`, "", tableText(table), ...remarkLines(shots)].join("\n");
}
