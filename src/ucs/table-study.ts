import { type GrayImage, groupedFolds, openRandomStream, rangeError } from "../core/index.ts";
import {
  compareSettings,
  meanGreyOf,
  type ComparisonRun,
  type SettingComparison,
  type SettingSpecimens,
} from "./compare-settings.ts";
import { instrumentSchema, recordScene } from "./instrument.ts";
import { greyRange } from "./normalisations.ts";
import type { StrengthSpecimen } from "./strength-model.ts";

/** A specimen whose images may say at which setting of the microscope they were taken. */
export interface RecordedSpecimen extends StrengthSpecimen {
  /** [image] setting; null where the table has no such column. */
  readonly settings: readonly (string | null)[];
}

/** What a study of a user's table gives. */
export interface TableStudyResult {
  readonly table: string;
  readonly target: string;
  readonly unit: string | null;
  readonly foldCount: number;
  readonly lotCount: number;
  /** Whether the settings are those of a microscope, or simulated. */
  readonly isRecorded: boolean;
  readonly comparison: SettingComparison;
}

/** What the grey of images is put through where a table names no settings; noise and blur are left as they were recorded. */
const SIMULATED = [
  { name: "brighter", brightness: 0.15 },
  { name: "darker", brightness: -0.15 },
  { name: "less contrast", contrast: 0.6 },
  { name: "gamma 1.6", gamma: 1.6 },
].map((setting) => instrumentSchema.parse({ ...setting, noise: 0 }));

/**
 * Runs the robustness study on a user's images: at the settings that the table's column names, else at simulated ones.
 *
 * @param specimens with images, and settings or none
 * @param facts table, name and unit of the target, folds
 * @param run seed, threads, progress
 * @returns every pipeline at every setting
 * @throws RangeError for too few lots, a specimen without images at the first setting, or none with images at all
 */
export async function runTableStudy(
  specimens: readonly RecordedSpecimen[],
  facts: Pick<TableStudyResult, "table" | "target" | "unit" | "foldCount">,
  run: ComparisonRun,
): Promise<TableStudyResult> {
  const lots = specimens.map(({ lot }) => lot);
  const isRecorded = specimens.some(({ settings }) => settings.some((setting) => setting !== null));
  const folds = groupedFolds(openRandomStream(run.seed, "table study"), lots, facts.foldCount, facts.table);
  const sorted = isRecorded ? bySetting(specimens, facts.table) : simulated(specimens, run.seed);
  const { recorded, images } = sorted;
  const comparison = await compareSettings(
    {
      ...sorted,
      names: specimens.map(({ name }) => name),
      lots,
      strengths: specimens.map(({ strength }) => strength),
      folds,
      meanGrey: images.map((own, s) => (s === 0 ? recorded.map((i) => own[i]) : own).map(meanGreyOf)),
    },
    run,
  );
  return { ...facts, lotCount: new Set(lots).size, isRecorded, comparison };
}

type Sorted = Pick<SettingSpecimens, "settings" | "recorded" | "images">;

/** Images by the setting in the table; the first setting named is trained at. */
function bySetting(specimens: readonly RecordedSpecimen[], where: string): Sorted {
  const named = specimens.flatMap(({ settings }) => settings.map((setting) => setting ?? ""));
  const settings = [...new Set(named)];
  const imagesAt = (specimen: RecordedSpecimen, setting: string) =>
    specimen.images.filter((_, k) => specimen.settings[k] === setting).map(({ image }) => image);
  const context = { action: "compare settings", where };
  const without = specimens.find((specimen) => imagesAt(specimen, settings[0]).length === 0);
  if (without !== undefined) {
    const wanted = `every specimen must have an image at the first setting, ${settings[0]}`;
    throw rangeError(context, wanted, `none of ${without.name}`);
  }
  const recorded = [...specimens.keys()].filter((i) =>
    settings.every((setting) => imagesAt(specimens[i], setting).length > 0),
  );
  if (recorded.length < 2 || settings.length < 2) {
    const wanted = "at least 2 specimens must have images at all of at least 2 settings";
    throw rangeError(context, wanted, `${recorded.length} at ${settings.join(", ")}`);
  }
  const images = settings.map((setting, s) =>
    (s === 0 ? [...specimens.keys()] : recorded).map((i) => imagesAt(specimens[i], setting)),
  );
  return { settings, recorded, images };
}

function simulated(specimens: readonly RecordedSpecimen[], seed: number): Sorted {
  const rng = openRandomStream(seed, "simulated settings");
  const scenes = specimens.map(({ images }) => images.map(({ image }) => unitGrey(image)));
  const shifted = SIMULATED.map((setting) =>
    scenes.map((own, i) => own.map((scene, k) => recordScene(rng.fork(setting.name, i, k), scene, setting))),
  );
  return {
    settings: ["as recorded", ...SIMULATED.map(({ name }) => name)],
    recorded: [...specimens.keys()],
    images: [scenes, ...shifted],
  };
}

/** Grey from 0 to 1 of the scale that the image was stored on. */
function unitGrey(image: GrayImage): GrayImage {
  const [, last] = greyRange(image);
  return { ...image, intensityUnit: "arbitrary", data: image.data.map((value) => value / last) };
}
