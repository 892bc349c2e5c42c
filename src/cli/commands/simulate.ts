import { join } from "node:path";
import { counted, extremes, openRandomStream, UsageError, usageError } from "../../core/index.ts";
import type { GrayImage } from "../../core/index.ts";
import { writeNewFile } from "../../io/index.ts";
import { encodeNpy, encodePng16, encodeTiff } from "../../micrograph/index.ts";
import {
  drawMicroscopeSettings,
  microscopeAdvice,
  openRenderer,
  prepareWithCache,
  shareOutsideField,
  simulateBatch,
  simulateTiltSeries,
  tiltSeries,
} from "../../stem-sim/index.ts";
import type {
  HaadfRenderer,
  ImageRequest,
  Microscope,
  PreparationCache,
  RendererName,
} from "../../stem-sim/index.ts";
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
import { chooseRenderer, RENDERER_FLAG } from "../renderer-flag.ts";
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
    renderer: RENDERER_FLAG,
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
    const cache: PreparationCache = new Map();
    const orders = models.map((model) => orderOf(model, { seed, microscope, cache, tiltsDeg }));
    const chosen = await chooseRenderer(flags.renderer, {
      images: (name) => endlessImages(name, orders),
      progress: context.progress,
    });
    const isCpu = chosen.name === "cpu";
    const device = isCpu ? {} : { renderer: chosen.device };
    const settings = (images: readonly Shot[]) => ({ seed, microscope, ...device, images });
    const shots = await runInto(out, { force, context, settings }, async (folder) => {
      const stage = context.startStage("Simulating images", orders.length);
      const renderer = await openRenderer(chosen.name);
      const taken: Shot[] = [];
      for (const together of batchesOf(orders, renderer.batchLength)) {
        const exposures = await expose(renderer, together);
        together.forEach((order, i) => taken.push(keepImages(order, exposures[i], folder)));
        stage.update(taken.length);
      }
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

type Shot = ReturnType<typeof keepImages>;

/** "pair.xyz" gives pair.tif, "pair.xyz frame 2" pair-frame-2.tif, "sample 3" sample-3.tif. */
function fileStem(name: string): string {
  return name.replace(/\.[^.\s]*( frame \d+)?$/, "$1").replaceAll(" ", "-");
}

function checkNames(names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw usageError({ action: "simulate images" }, "files must have names of their own", `${twice} twice`);
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

/** What is imaged, and how. */
interface ShotOrder {
  readonly model: Model;
  readonly request: ImageRequest;
  /** undefined for a single image as the microscope's own settings have it. */
  readonly tiltsDeg: readonly number[] | undefined;
}

function orderOf(
  model: Model,
  {
    seed,
    microscope,
    cache,
    tiltsDeg,
  }: Pick<ShotOrder, "tiltsDeg"> & {
    readonly seed: number;
    readonly microscope: Microscope;
    readonly cache: PreparationCache;
  },
): ShotOrder {
  const { name, aggregate } = model;
  const prepared = prepareWithCache(cache, withTilts(microscope, tiltsDeg), aggregate.materials);
  const rng = openRandomStream(seed, name);
  const settings = drawMicroscopeSettings(rng.fork("microscope"), prepared.microscope);
  const request = { rng: rng.fork("image"), aggregate, imaging: { prepared, settings } };
  return { model, request, tiltsDeg };
}

/** Orders in a row whose single images a renderer can take together: those of one prepared microscope. */
function batchesOf(orders: readonly ShotOrder[], length: number): ShotOrder[][] {
  const batches: ShotOrder[][] = [];
  for (const order of orders) {
    const last = batches.at(-1);
    const isSame =
      last?.[0].request.imaging.prepared.fingerprint === order.request.imaging.prepared.fingerprint;
    if (last !== undefined && isSame && last.length < length && order.tiltsDeg === undefined)
      last.push(order);
    else batches.push([order]);
  }
  return batches;
}

/** Images of a batch: one each, or a tilt series. */
async function expose(
  renderer: HaadfRenderer,
  orders: readonly ShotOrder[],
): Promise<(readonly GrayImage[])[]> {
  const [{ tiltsDeg, request }] = orders;
  if (tiltsDeg !== undefined) {
    const { rng, aggregate, imaging } = request;
    return [await simulateTiltSeries(rng, aggregate, imaging, { tiltsDeg, renderer })];
  }
  const images = await simulateBatch(
    renderer,
    orders.map((order) => order.request),
  );
  return images.map((image) => [image]);
}

/** The images of a call again and again, for a renderer to be timed with. */
async function* endlessImages(name: RendererName, orders: readonly ShotOrder[]): AsyncGenerator<GrayImage> {
  const renderer = await openRenderer(name);
  const single = orders.map((order) => ({ ...order, tiltsDeg: undefined }));
  const full = Array.from({ length: renderer.batchLength }, () => single).flat();
  for (;;) {
    for (const batch of batchesOf(full, renderer.batchLength)) yield* (await expose(renderer, batch)).flat();
  }
}

function keepImages({ model, request, tiltsDeg }: ShotOrder, images: readonly GrayImage[], folder: string) {
  const { path, name, aggregate, notes } = model;
  const { prepared, settings } = request.imaging;
  writeImages(join(folder, name), images, tiltsDeg);
  const views = tiltsDeg === undefined ? [settings] : tiltSeries(settings, tiltsDeg);
  const outside = Math.max(
    ...views.map((view) => shareOutsideField(aggregate, { prepared, settings: view })),
  );
  const [lowest, highest] = extremes(images.flatMap(({ data }) => extremes(data)));
  const warnings = [...model.warnings, ...microscopeAdvice(prepared)];
  if (outside > 0)
    warnings.push(`${(100 * outside).toFixed(0)} % of the particles' area lies outside the field of view`);
  return {
    source: path,
    name,
    particles: aggregate.particleCount,
    intensityUnit: images[0].intensityUnit,
    lowest,
    highest,
    settings: { ...settings, tiltDeg: tiltsDeg === undefined ? settings.tiltDeg : null },
    tiltsDeg: tiltsDeg ?? null,
    warnings,
    notes,
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
