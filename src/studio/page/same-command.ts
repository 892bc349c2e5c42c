import { shellCommand } from "../../core/index.ts";
import type { RendererName } from "../../stem-sim/index.ts";
import { materialsForNetworks } from "../worker/materials-for-networks.ts";
import type { ImageOrder, Taken } from "../worker/protocol.ts";

/** What the command line is told of an image. */
function imageWords({ file, series, frame, pixelSizeNm }: ImageOrder): string[] {
  return [
    // a name that begins with a dash would be taken for a flag
    file.name.startsWith("-") ? `./${file.name}` : file.name,
    ...(series === undefined ? [] : ["--series", String(series)]),
    ...(frame === undefined ? [] : ["--frame", String(frame)]),
    ...(pixelSizeNm === undefined ? [] : ["--pixel-size", String(pixelSizeNm)]),
  ];
}

/** The call of the command line that gives the same answer, from the folder of the image. */
export function invertCommand(order: ImageOrder, taken: Taken): string {
  return shellCommand(["heterostem", "invert", ...imageWords(order), ...invertWords(order, taken)]);
}

function invertWords({ beamLevels }: ImageOrder, { modality, materials: names, stated }: Taken): string[] {
  const materials = materialsForNetworks(names);
  const { beamEnergyKeV, semiAngleMrad, innerMrad, outerMrad, electronsPerPixel } = stated;
  const flag = (name: string, ...values: (number | undefined)[]) =>
    values.every((value) => value !== undefined) ? [name, values.join(",")] : [];
  return [
    ...flag("--beam-levels", beamLevels?.dark, beamLevels?.beam),
    ...flag("--dose", electronsPerPixel),
    ...flag("--beam-energy", beamEnergyKeV),
    ...flag("--detector-angles", innerMrad, outerMrad),
    ...flag("--semi-angle", semiAngleMrad),
    ...particleWords({ modality, materials }, null),
  ];
}

/** The call for several images of one powder; null where they were told different things, which no call can. */
export function poolCommand(orders: readonly ImageOrder[], taken: Taken): string | null {
  const flagsOf = (order: ImageOrder) => [...imageWords(order).slice(1), ...invertWords(order, taken)];
  const names = orders.map((order) => imageWords(order)[0]);
  const [flags, ...others] = orders.map(flagsOf);
  if (others.some((other) => other.join(" ") !== flags.join(" "))) return null;
  return shellCommand(["heterostem", "invert", ...names, ...flags, "--pooled"]);
}

/** The call that finds the same particles, or measures those of a RoiSet.zip. */
export function particlesCommand(order: ImageOrder, taken: Taken, corrections: string | null = null): string {
  const words = ["heterostem", "particles", "find", ...imageWords(order)];
  return shellCommand([...words, ...particleWords(taken, corrections), "--out", "runs/particles"]);
}

function particleWords(
  { modality, materials }: Pick<Taken, "modality" | "materials">,
  corrections: string | null,
): string[] {
  return [
    ...(modality === null ? [] : ["--modality", modality]),
    ...(materials.length === 0 ? [] : ["--materials", materials.join(",")]),
    ...(corrections === null ? [] : ["--corrections", corrections]),
  ];
}

/** The call that fits the same particles to their image. */
export const fitCommand = (...particles: Parameters<typeof particlesCommand>): string =>
  `${particlesCommand(...particles)} --fit`;

/** The call that draws the same structures, over what it finds or over the particles of a RoiSet.zip. */
export function reconstructCommand(
  order: ImageOrder,
  taken: Taken,
  corrections: string | null = null,
): string {
  const words = ["heterostem", "reconstruct", ...imageWords(order), ...particleWords(taken, corrections)];
  return shellCommand([...words, "--out", "runs/reconstruct"]);
}

/** The call that makes the same image of the model, beside its recipe. */
export function simulateCommand(seed: number, renderer: RendererName): string {
  const recipe = "studio.yaml";
  const gpu = renderer === "webgpu" ? " --renderer gpu" : "";
  return `heterostem simulate ${recipe} --microscope ${recipe} --seed ${seed} --count 1${gpu} --out runs/simulate`;
}
