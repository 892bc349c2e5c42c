import { failureText, UsageError } from "../core/index.ts";
import { sourceImage, toBeamFractions, type BeamLevels, type SourceImage } from "../inverse/index.ts";
import { eachFrame, imageFiles, type FailedImage, type ImageRequest } from "../micrograph/index.ts";
import type { FlagSpec } from "./command.ts";

export const BEAM_LEVELS_FLAG = {
  value: "DARK,BEAM",
  help: "grey levels with none and with all of the beam on the detector",
  parse: parseBeamLevels,
} satisfies FlagSpec;

function parseBeamLevels(text: string): BeamLevels {
  const [dark, beam, ...more] = text.split(",").map((part) => (part.trim() === "" ? NaN : Number(part)));
  if (more.length === 0 && Number.isFinite(dark) && Number.isFinite(beam) && dark !== beam)
    return { dark, beam };
  throw new RangeError(`wanted two different grey levels such as 512,48000, got ${text}`);
}

/** How the images of a call are to be read. */
export interface SourceRequest {
  /** What the command does, for errors. */
  readonly action: string;
  readonly request: ImageRequest;
  readonly levels: BeamLevels | undefined;
}

/** Images that were read, and files that were not, with the reason. */
export interface OpenedSources {
  readonly files: readonly SourceImage[];
  readonly unread: readonly FailedImage[];
}

/** Reads and checks the images, as fractions of the beam where its grey levels are known. */
export async function openSources(
  paths: readonly string[],
  { action, request, levels }: SourceRequest,
): Promise<OpenedSources> {
  const model = paths.find((path) => path.endsWith(".onnx"));
  if (model !== undefined) {
    throw new UsageError(
      `${failureText({ action, where: model }, "wanted micrographs", "a model")}; name it with --model`,
    );
  }
  const files: SourceImage[] = [];
  const unread = await eachFrame(
    paths.flatMap(imageFiles),
    () => request,
    (stack, frame) => {
      const file = sourceImage(stack.image(frame));
      files.push(levels === undefined ? file : toBeamFractions(file, levels));
    },
  );
  return { files, unread };
}
