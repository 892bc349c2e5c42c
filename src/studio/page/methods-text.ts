import { counted } from "../../core/index.ts";
import { intervalText, shortNumber, unitText } from "../../report/index.ts";
import type { Answer, FoundParticles, ReadImage } from "../worker/protocol.ts";
import { SOURCE_WORDS } from "./words.ts";

/** What was done, as the paragraph of a paper: versions, networks, sources, and what the intervals mean. */
export function methodsText(
  version: string,
  image: ReadImage,
  answers: readonly Answer[],
  particles: FoundParticles | null,
): string {
  return [
    imageSentence(image),
    ...answers.flatMap((answer) => answerSentences(version, answer)),
    ...particleSentences(version, particles),
  ].join(" ");
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
      `(${found.threshold === null ? "corrected by hand" : `probability from ${found.threshold}`}): ${sizes.join(", ")}, with 95 % bootstrap intervals.`,
  ];
}
