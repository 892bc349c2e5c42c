import { INVERSION_KIND, parseInversionModel } from "../inverse/index.ts";
import { readModelMetadata } from "../train/index.ts";
import { studyOfModel } from "./open-inversion.ts";
import type { StudyConfig } from "./study-config.ts";
import { targetsOfPrior } from "./targets.ts";

/** A trained network whose weights are the first of another training. */
export interface StartModel {
  /** The ONNX file. */
  readonly bytes: Uint8Array;
  /** Its path, for errors. */
  readonly where: string;
}

/**
 * Refuses a network that cannot lend a study its weights, before anything is drawn for the study.
 *
 * Materials, doses, priors' ranges and the scale of intensities may differ: that is what weights are tuned to.
 *
 * @param config the study that is to be trained
 * @param start the network to begin with
 * @throws RangeError naming the first key of the recipe that makes the network another one
 * @throws SyntaxError | RangeError | TypeError where the file holds no inversion network
 */
export function checkStartModel(config: StudyConfig, { bytes, where }: StartModel): void {
  const record = parseInversionModel(readModelMetadata(bytes, { kind: INVERSION_KIND, where }), where);
  const origin = studyOfModel(record);
  // files of earlier versions do not say what they were trained for; shapes are compared when they are loaded
  if (origin === null) return;
  const got = traitsOf(origin);
  for (const [name, wanted] of Object.entries(traitsOf(config))) {
    if (got[name] === wanted) continue;
    throw new RangeError(
      `Cannot begin with trained weights: ${name} must be ${wanted}, got ${got[name]} (${where}); ` +
        "name a network of the same shape, change the recipe, or leave --from out",
    );
  }
}

/** What decides the shapes of a study's network, by its place in the recipe. */
function traitsOf({ aggregate, microscope, training }: StudyConfig): Readonly<Record<string, string>> {
  const { widths, head, members, census, inputs, descriptors } = training;
  const list = (values: readonly unknown[]) => (values.length === 0 ? "none" : values.join(", "));
  return {
    "microscope.widthPx": String(microscope.widthPx),
    "training.widths": list(widths),
    "training.head": head,
    "training.members": String(members),
    "training.census": String(census),
    "training.inputs": list(inputs),
    "training.descriptors": list(descriptors.toSorted()),
    "what varies in aggregate": list(targetsOfPrior(aggregate).map(({ key }) => key)),
  };
}
