import { setImmediate as nextTurn } from "node:timers/promises";
import { openRandomStream, groupedFolds } from "../core/index.ts";
import { drawScene } from "./draw-micrograph.ts";
import { recordScene } from "./instrument.ts";
import { drawMicrostructure, strengthMPa, type Microstructure } from "./microstructure.ts";
import { meanGreyOf, type SettingSpecimens } from "./compare-settings.ts";
import type { UcsStudyConfig } from "./study-config.ts";

/** Specimens with known microstructures, and their images. */
export interface GeneratedSpecimens extends SettingSpecimens {
  /** What each specimen is made like: the truth that descriptors are to find. */
  readonly microstructures: readonly Microstructure[];
}

/**
 * Generates specimens with known strengths, imaged at the first setting, every n-th lot at all others too.
 */
export async function generateSpecimens(
  { seed, imageSize, settings, strengthNoiseMPa, foldCount }: UcsStudyConfig,
  budget: Omit<UcsStudyConfig["budget"], "networkSteps">,
): Promise<GeneratedSpecimens> {
  const { lots, specimensPerLot, imagesPerSpecimen, shiftedEvery } = budget;
  const rng = openRandomStream(seed, "specimens");
  const drawSpecimen = (index: number) => {
    const lot = Math.floor(index / specimensPerLot);
    const stream = rng.fork("specimen", index);
    const microstructure = drawMicrostructure(rng.fork("lot", lot), stream);
    const strength = strengthMPa(microstructure) + strengthNoiseMPa * stream.fork("test").normal();
    const scenes = Array.from({ length: imagesPerSpecimen }, (_image, k) =>
      drawScene(stream.fork("image", k), microstructure, imageSize),
    );
    const recordedAt = lot % shiftedEvery === 0 ? settings : settings.slice(0, 1);
    const images = recordedAt.map((setting, s) =>
      scenes.map((scene, k) => recordScene(stream.fork("record", s, k), scene, setting)),
    );
    const name = `lot ${lot + 1}, specimen ${(index % specimensPerLot) + 1}`;
    return { name, lot: `lot ${lot + 1}`, microstructure, strength, images };
  };
  const specimens: ReturnType<typeof drawSpecimen>[] = [];
  while (specimens.length < lots * specimensPerLot) {
    specimens.push(drawSpecimen(specimens.length));
    await nextTurn();
  }
  const groups = specimens.map(({ lot }) => lot);
  const recorded = [...specimens.keys()].filter((i) => specimens[i].images.length === settings.length);
  const images = settings.map((_, s) =>
    (s === 0 ? [...specimens.keys()] : recorded).map((i) => specimens[i].images[s]),
  );
  return {
    names: specimens.map(({ name }) => name),
    lots: groups,
    microstructures: specimens.map(({ microstructure }) => microstructure),
    strengths: specimens.map(({ strength }) => strength),
    settings: settings.map(({ name }) => name),
    images,
    recorded,
    meanGrey: settings.map((_, s) => recorded.map((i) => meanGreyOf(specimens[i].images[s]))),
    folds: groupedFolds(rng.fork("folds"), groups, foldCount),
  };
}
