import { mean } from "../../core/index.ts";
import type { SourceImage } from "./read-images.ts";

/** Grey levels of a detector, as a scan of it with the beam tells them. */
export interface BeamLevels {
  /** Without any beam on it. */
  readonly dark: number;
  /** With the whole beam on it: the mean over its sensitive area. */
  readonly beam: number;
}

/** Share of the pixels that may lie above the whole beam: hot pixels and spikes of the amplifier. */
const OUTLIER_SHARE = 0.001;

/**
 * Turns grey levels into fractions of the incident beam: I = (grey - dark) / (beam - dark) [lebeau2008].
 *
 * @param file image in grey levels of the detector that was scanned, at the same gain and offset
 * @param levels the detector's two levels
 * @returns the image in fractions of the incident beam, with a note of what was done
 * @throws RangeError where the image is in such fractions already, or its greys do not lie between the levels
 */
export function toBeamFractions(file: SourceImage, { dark, beam }: BeamLevels): SourceImage {
  const { path, image } = file;
  const refuse = (wanted: string, got: string) =>
    new RangeError(`Cannot apply beam levels ${dark} and ${beam} to ${path}: ${wanted}, got ${got}`);
  if (image.intensityUnit === "fraction of the incident beam") {
    throw refuse(
      "the image must be in grey levels",
      "fractions of the incident beam; leave --beam-levels out",
    );
  }
  const data = image.data.map((grey) => (grey - dark) / (beam - dark));
  const shown = file.mask == null ? data : data.filter((_, i) => file.mask?.[i] === 0);
  const advice = "were both recorded at the gain and the offset of the detector scan?";
  const meanShare = mean(shown);
  if (!(meanShare >= 0)) {
    throw refuse(
      "the mean must not be darker than the dark level",
      `a mean of ${Number((dark + meanShare * (beam - dark)).toPrecision(6))}; ${advice}`,
    );
  }
  const above = shown.reduce((count, share) => count + Number(share > 1), 0) / shown.length;
  if (above > OUTLIER_SHARE) {
    throw refuse(
      "no pixel may have more than the whole beam",
      `${(100 * above).toFixed(1)} % of the pixels above ${beam}; ${advice}`,
    );
  }
  const note = `grey levels ${dark} and ${beam} taken for none and all of the beam: mean ${meanShare.toPrecision(3)} of the beam`;
  return {
    ...file,
    image: { ...image, data, intensityUnit: "fraction of the incident beam" },
    notes: [...(file.notes ?? []), note],
  };
}
