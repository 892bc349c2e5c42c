import { join } from "node:path";
import { findMaterial, UsageError } from "../core/index.ts";
import type { Modality } from "../image/index.ts";
import { openDetector, orderedMaterials, type Detector } from "../particles/index.ts";
import type { CommandContext } from "./command.ts";
import { readInput } from "./read-input.ts";

/** Detectors that are opened when an image asks for them. */
export interface ParticleDetectors {
  readonly openFor: (modality: Modality) => Detector;
  /** Those that were opened, a sentence each. */
  readonly models: () => string[];
  readonly dispose: () => Promise<void>;
}

/** Opens a detector when an image asks for it: that which was named, else the one that ships for the modality. */
export function particleDetectors(
  model: string | undefined,
  threads: number,
  { packageFolder }: Pick<CommandContext, "packageFolder">,
): ParticleDetectors {
  const opened = new Map<string, Detector>();
  return {
    openFor(modality) {
      const path = model ?? join(packageFolder, "models", `particles-${modality}.onnx`);
      const wanted = "wanted a detector that heterostem particles train wrote";
      const found =
        opened.get(path) ?? openDetector(readInput(path, "find particles", wanted), { threads, where: path });
      opened.set(path, found);
      return found;
    },
    models: () =>
      [...opened].map(
        ([path, { metadata }]) =>
          `Detector: ${path.slice(path.lastIndexOf("/") + 1)}, for ${metadata.modality}, trained on simulated images alone; a particle counts from a probability of ${metadata.threshold}.`,
      ),
    async dispose() {
      for (const detector of opened.values()) await detector.dispose();
    },
  };
}

/**
 * One or two materials by what they do to the beam, the weaker first: so the detector counts them.
 *
 * @throws UsageError for more, and for a material that nobody knows
 */
export function materialsNamed(names: readonly string[]): readonly string[] {
  if (names.length > 2) {
    throw new UsageError(
      `Cannot find particles: --materials must be one or two names, got ${names.join(",")}`,
    );
  }
  return orderedMaterials(names.map((name) => materialNamed(name).name));
}

/** A material that ships, by its name. */
export function materialNamed(name: string) {
  try {
    return findMaterial(name);
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause });
  }
}
