import { shellCommand } from "../../core/index.ts";
import type { RendererName } from "../../stem-sim/index.ts";
import type { ImageOrder } from "../worker/protocol.ts";
import type { ParticleChoice } from "./studio-state.ts";

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
export function invertCommand(order: ImageOrder): string {
  const { beamLevels } = order;
  const levels = beamLevels === undefined ? [] : ["--beam-levels", `${beamLevels.dark},${beamLevels.beam}`];
  return shellCommand(["heterostem", "invert", ...imageWords(order), ...levels]);
}

/** The call for several images of one powder: all of them must be told the same. */
export function poolCommand(orders: readonly ImageOrder[]): string {
  const names = orders.map((order) => imageWords({ file: order.file })[0]);
  const [, ...flags] = imageWords(orders[0]);
  return shellCommand(["heterostem", "invert", ...names, ...flags, "--pooled"]);
}

/** The call that finds the same particles, or measures those of a RoiSet.zip. */
export function particlesCommand(
  order: ImageOrder,
  choice: ParticleChoice,
  corrections: string | null = null,
): string {
  const words = ["heterostem", "particles", "find", ...imageWords(order)];
  return shellCommand([...words, ...particleWords(choice, corrections), "--out", "runs/particles"]);
}

function particleWords({ modality, materials }: ParticleChoice, corrections: string | null): string[] {
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
  choice: ParticleChoice,
  corrections: string | null = null,
): string {
  const words = ["heterostem", "reconstruct", ...imageWords(order), ...particleWords(choice, corrections)];
  return shellCommand([...words, "--out", "runs/reconstruct"]);
}

/** The call that makes the same image of the model, beside its recipe. */
export function simulateCommand(seed: number, renderer: RendererName): string {
  const recipe = "studio.yaml";
  const gpu = renderer === "webgpu" ? " --renderer gpu" : "";
  return `heterostem simulate ${recipe} --microscope ${recipe} --seed ${seed} --count 1${gpu} --out runs/simulate`;
}
