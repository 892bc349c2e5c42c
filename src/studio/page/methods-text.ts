import { counted } from "../../core/index.ts";
import { intervalText, shortNumber, unitText } from "../../report/index.ts";
import type { ModelOrder } from "../worker/model-order.ts";
import type { Answer, FoundParticles, ReadImage, Structures } from "../worker/protocol.ts";
import { SOURCE_WORDS } from "./words.ts";

/** What was done, as the paragraph of a paper: versions, networks, sources, and what the intervals mean. */
export function methodsText(
  version: string,
  image: ReadImage,
  answers: readonly Answer[],
  particles: FoundParticles | null,
  structures: Structures | null,
): string {
  return [
    imageSentence(image),
    ...answers.flatMap((answer) => answerSentences(version, answer)),
    ...particleSentences(version, particles),
    ...structureSentences(version, structures),
  ].join(" ");
}

/** How a model's aggregate and its image were made. */
export function modelMethodsText(version: string, order: ModelOrder): string {
  const { seed, materials, placement, parameters, microscope } = order;
  const { beamEnergyKeV, semiAngleMrad, innerMrad, outerMrad, electronsPerPixel, pixelSizeNm } = microscope;
  const { defocusNm, tiltDeg, probeFwhmNm, filmThicknessNm, edgePx, apertureMrad } = microscope;
  const { particleCount, numberFraction, fractalDimension, fractalPrefactor, necking } = parameters;
  const shape =
    placement === "tunable"
      ? `a fractal dimension of ${fractalDimension} and a prefactor of ${fractalPrefactor}`
      : `${placement} collisions`;
  return [
    `An aggregate of ${counted(particleCount, "primary particle")} of ${materials.join(" and ")} (number fraction of the second ${numberFraction}, geometric mean radii ` +
      `${parameters.radiusFirstNm} and ${parameters.radiusSecondNm} nm, geometric standard deviations ${parameters.radiusSpreadFirst} and ${parameters.radiusSpreadSecond}, ` +
      `homo-clusters of ${parameters.clusterSizeFirst} and ${parameters.clusterSizeSecond} particles, necking ${necking}) was grown with ${shape} by heterostem ${version}, seed ${seed}.`,
    `Its HAADF image of ${edgePx} x ${edgePx} pixels of ${pixelSizeNm} nm was simulated at ${beamEnergyKeV} keV with a convergence semi-angle of ${semiAngleMrad} mrad, ` +
      `a detector from ${innerMrad} to ${outerMrad} mrad, ${electronsPerPixel} electrons per pixel, a probe of ${probeFwhmNm} nm (FWHM), a defocus of ${defocusNm} nm, ` +
      `a carbon film of ${filmThicknessNm} nm and a tilt of ${tiltDeg} degrees.`,
    ...(order.isBrightField
      ? [`Its bright-field image has an objective aperture of ${apertureMrad} mrad.`]
      : []),
  ].join(" ");
}

function structureSentences(version: string, structures: Structures | null): string[] {
  if (structures === null) return [];
  const { draws, seed, chains, summary } = structures;
  const figures = summary.map(
    ({ label, unit, median, range: [low, high] }) =>
      `${label} ${shortNumber(median)} (${shortNumber(low)} to ${shortNumber(high)})${unitText(unit)}`,
  );
  return [
    `heterostem ${version} drew ${counted(draws.length, "structure")} in 3D that look like the image over these particles (seed ${seed}; R-hat up to ${chains.worstRHat.toFixed(2)}). ` +
      `Medians and ranges of 90 % of the structures: ${figures.join(", ")}.`,
  ];
}

function imageSentence({ name, sha256, width, height, pixelSizeNm, pixelSizeSource }: ReadImage): string {
  const source = pixelSizeSource === null ? "unknown" : SOURCE_WORDS[pixelSizeSource];
  const pixel =
    pixelSizeNm === null
      ? "of unknown pixel size"
      : `at ${shortNumber(pixelSizeNm)} nm per pixel (${source})`;
  return `The image ${name} (SHA-256 ${sha256}, ${width} x ${height} pixels ${pixel}) was analysed.`;
}

function answerSentences(version: string, answer: Answer): string[] {
  const { file, model, materials, estimates, verdict, distance, distanceLimit, notes } = answer;
  const network =
    `heterostem ${version} inverted ${file} with the network ${model} (${materials.join(" and ")}), trained on simulated images; ` +
    `its distance from these was ${distance.toFixed(1)} (limit ${distanceLimit.toFixed(1)}): ${verdict}.`;
  const steps = notes.length === 0 ? [] : [`Before that: ${notes.join("; ")}.`];
  if (estimates === null) return [network, ...steps, "No estimates are given."];
  const numbers = estimates.map(
    ({
      label,
      unit,
      value,
      intervals: {
        "0.95": [low, high],
      },
    }) => `${label} ${intervalText({ value, low, high })}${unitText(unit)}`,
  );
  return [
    network,
    ...steps,
    `Medians with central 95 % intervals of the calibrated posterior: ${numbers.join(", ")}.`,
  ];
}

function particleSentences(version: string, found: FoundParticles | null): string[] {
  if (found === null) return [];
  const { particles, modality } = found.found;
  const sizes = found.sizes.map(
    ({ material, meanDiameter, unit }) =>
      `geometric mean diameter ${intervalText(meanDiameter)} ${unit}${material === null ? "" : ` (${material})`}`,
  );
  return [
    `heterostem ${version} found ${counted(particles.length, "primary particle")} with the detector particles-${modality}.onnx ` +
      `(${found.threshold === null ? "corrected by hand" : `probability from ${found.threshold}`}): ${sizes.join(", ")}, with 95 % bootstrap intervals (seed ${found.seed}).`,
  ];
}
