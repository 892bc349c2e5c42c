import { basename } from "node:path";
import { counted, rangeError, type GrayImage, type Material } from "../../core/index.ts";
import {
  contrastAsThickness,
  encodeConditioning,
  givenValues,
  toInputScale,
  toThickness,
  type ConditioningValues,
  type Estimate,
  type InversionModel,
} from "../../posterior/index.ts";
import { PIXEL_UNIT, relabelTargets } from "../data/plan-targets.ts";
import { answerFramed } from "./answer-framed.ts";
import { asDarkField } from "./as-dark-field.ts";
import { coverByParticles, type ParticleFinder } from "./cover-by-particles.ts";
import { findAggregates, type FoundAggregate, type FoundAggregates } from "./find-aggregates.ts";
import { resolveKnowledge } from "./given-knowledge.ts";
import { frameAggregate, frameFactor } from "./frame-aggregate.ts";
import { conditioningFor } from "./image-conditioning.ts";
import type { InvertedImage, InvertOptions } from "./inverted-image.ts";
import { judgeByParticles, LEAST_COVERED_SHARE } from "./judge-by-particles.ts";
import type { Inversion } from "./open-inversion.ts";
import { prepareImage } from "./prepare-image.ts";
import type { SourceImage } from "./read-images.ts";
import { isOfOneMaterial, scatteringOf, type StatedMaterials } from "./stated-materials.ts";

/** An image that says how large its pixels are. */
type ScaledImage = GrayImage & { readonly pixelSizeNm: number };

/**
 * Inverts the aggregates of an image with a network whose lengths are pixels: each is found, isolated, brought to the network's frame and answered by itself.
 *
 * @param inversion network and record, lengths in pixels
 * @param source image of one or more aggregates on a dark background; on a bright one too for a network of one material
 * @param options conditions given by hand, and the materials
 * @returns one answer an aggregate, lengths in nanometres; of one that the border cuts without its particle count and radius of gyration
 * @throws RangeError where the pixel size is not known, nothing is found, or materials are missing
 */
export async function invertAggregates(
  { model, network }: Inversion,
  source: SourceImage,
  { stated: byHand = {}, materials, given: statements = [], modality, finder }: InvertOptions,
): Promise<InvertedImage[]> {
  const told = tell(model, materials, { ...source.stated, ...byHand });
  const recorded = isOfOneMaterial(model) ? asDarkField(source, modality) : source;
  const { path } = recorded;
  const pixelSizeNm = pixelSizeOf(recorded);
  const coarsest = findAggregates(recorded.image).aggregates.map((found) =>
    frameFactor(found, model.widthPx),
  );
  const frameNm = pixelSizeNm * coarsest.reduce((most, factor) => Math.max(most, factor), 1);
  const { stated: byFile = {}, ...file } = prepareImage(recorded, frameNm);
  const image: ScaledImage = { ...file.image, pixelSizeNm };
  const found = findAggregates(image);
  if (found.aggregates.length === 0) {
    throw rangeError(
      { action: "invert", where: path },
      "an aggregate must stand out from the background",
      "none that does",
    );
  }
  const answers: InvertedImage[] = [];
  for (const [i, aggregate] of found.aggregates.entries()) {
    const framed = toFrame(model, { image, found, aggregate, told });
    const given = conditioningFor(
      { conditions: model.conditions, pixelSizeNm: framed.image.pixelSizeNm },
      { byHand: { ...ofTheImage(byHand, model, told), ...framed.conditions }, byFile, pixelSizeNm },
    );
    const named = namedModel(model, told);
    const answer = await answerFramed(
      { network, model: named },
      {
        image: { ...framed.image, pixelSizeNm: 1 },
        conditions: encodeConditioning(model.conditions, given.values),
      },
      {
        file: nameOf(file.name ?? basename(path), i, found.aggregates.length),
        doubts: [...(file.doubts ?? []), ...told.doubts, ...framed.doubts],
        notes: [
          ...(file.notes ?? []),
          ...placeNotes(aggregate, found),
          ...framed.notes,
          ...told.notes,
          ...given.notes.filter((note) => !OWN_NOTES.test(note)),
        ],
        given: resolveKnowledge(statements, {
          targets: named.targets,
          materials:
            "materials" in told ? [told.materials[0].name, told.materials[1].name] : ["Lighter", "Heavier"],
          lengthNm: framed.image.pixelSizeNm,
          isOrderHidden: true,
        }),
      },
    );
    const estimates = aggregate.isCut ? ofAnyPart(answer.estimates) : answer.estimates;
    const own: InvertedImage = {
      ...answer,
      estimates: estimates.map((estimate) => inNanometres(estimate, framed.image.pixelSizeNm)),
      image: framed.image,
      box: aggregate.box,
      conditioning: givenValues(model.conditions, given.values),
    };
    const look = (by: ParticleFinder) =>
      coverByParticles(image, { found, aggregate }, by, LEAST_COVERED_SHARE);
    answers.push(finder === undefined ? own : await judgeByParticles(own, () => look(finder)));
  }
  return answers;
}

/** What a part of an aggregate says nothing of: with 30 % of the box cut off, answers are 0.76 and 0.84 of what is true. */
const OF_THE_WHOLE: ReadonlySet<string> = new Set(["particleCount", "radiusOfGyrationNm"]);

/** The quantities that a part of an aggregate shows, too: sizes, shares, contacts. */
const ofAnyPart = (estimates: readonly Estimate[]): Estimate[] =>
  estimates.filter(({ key }) => !OF_THE_WHOLE.has(key));

/** What is stated of the microscope says what the materials scatter, whether the network is given it as well or not. */
const OF_THE_MICROSCOPE = ["beamEnergyKeV", "semiAngleMrad", "innerMrad", "outerMrad"] as const;

/** What is stated by hand, without what is used up when materials are told. */
function ofTheImage(
  byHand: ConditioningValues,
  { conditions }: InversionModel,
  told: Told,
): ConditioningValues {
  if (!("materials" in told)) return byHand;
  const inputs = new Set(conditions.map(({ key }) => key));
  const usedUp = new Set<string>(OF_THE_MICROSCOPE.filter((key) => !inputs.has(key)));
  return Object.fromEntries(Object.entries(byHand).filter(([key]) => !usedUp.has(key)));
}

/** What the network is told by its own frame needs no words. */
const OWN_NOTES = /^(pixel size|ratio of the materials'|signal of a pixel's)/;

function pixelSizeOf({ image: { pixelSizeNm }, path }: SourceImage): number {
  if (pixelSizeNm !== null) return pixelSizeNm;
  throw new RangeError(
    `Cannot invert ${path}: the pixel size must be known, got none in the file; give it with --pixel-size`,
  );
}

/** Nothing is known of materials: a network of contrast answers without. */
const NOTHING_TOLD = { notes: ["materials not stated: answered without"], assumed: [], doubts: [] } as const;

type Told = StatedMaterials | typeof NOTHING_TOLD;

function tell(
  model: InversionModel,
  materials: readonly Material[] | undefined,
  stated: ConditioningValues,
): Told {
  if (materials !== undefined) return scatteringOf(materials, model, stated);
  if (model.input.scale !== "thickness") return NOTHING_TOLD;
  throw rangeError(
    { action: "invert" },
    "a network for absolute intensities needs the materials",
    "none; name them with --materials",
  );
}

/** The network's record with the materials' own names in its labels. */
function namedModel(model: InversionModel, told: Told): InversionModel {
  if (!("materials" in told)) return model;
  const [light, heavy] = told.materials;
  return { ...model, targets: relabelTargets(model.targets, [light.name, heavy.name]) };
}

interface FramePlan {
  readonly image: ScaledImage;
  readonly found: FoundAggregates;
  readonly aggregate: FoundAggregate;
  readonly told: Told;
}

/** One aggregate on the network's scale of intensities, and what the network is given beside it. */
function toFrame(model: InversionModel, { image, found, aggregate, told }: FramePlan) {
  const framed = frameAggregate(image, found, aggregate, model.widthPx);
  const pixelSizeNm = framed.image.pixelSizeNm ?? image.pixelSizeNm;
  const strengths = "materials" in told ? told.strengths : null;
  const isAbsolute = image.intensityUnit === "fraction of the incident beam";
  const ratio = strengths === null ? {} : { strengthRatio: strengths[1] / strengths[0] };
  const cut = aggregate.isCut
    ? ["the image's border cuts it, so its particles and its radius of gyration are not given"]
    : [];
  const { scale } = model.input;
  if (scale === "thickness" || (scale === "either" && isAbsolute && strengths !== null)) {
    if (!isAbsolute) {
      throw rangeError(
        { action: "invert" },
        "intensities must be fractions of the incident beam for this network",
        `${image.intensityUnit} ones; give --beam-levels`,
      );
    }
    const signalPerPixel = (strengths ?? [1])[0] * pixelSizeNm;
    const unknown =
      "materials" in told && !told.isMicroscopeKnown
        ? ["what its intensities mean hangs on the microscope's energy and angles"]
        : [];
    return {
      image: { ...toThickness(framed.image, signalPerPixel), pixelSizeNm },
      conditions: { ...ratio, signalPerPixel, pixelSizeNm },
      notes: [...framed.notes, ...told.assumed],
      doubts: [...cut, ...unknown],
    };
  }
  const image01 =
    scale === "either" ? contrastAsThickness(framed.image) : toInputScale(framed.image, "contrast");
  return {
    image: { ...image01, pixelSizeNm },
    conditions: { ...ratio, pixelSizeNm },
    notes: [
      ...framed.notes,
      "brightness and contrast set by its own darkest and brightest pixels",
      // without a scale only the ratio of two materials hangs on the microscope
      ...(isOfOneMaterial(model) ? [] : told.assumed),
    ],
    doubts: cut,
  };
}

function nameOf(file: string, index: number, count: number): string {
  return count === 1 ? file : `${file}, aggregate ${index + 1} of ${count}`;
}

function placeNotes({ box }: FoundAggregate, { aggregates, speckCount }: FoundAggregates): string[] {
  const specks = speckCount === 0 ? [] : [`${counted(speckCount, "smaller object")} left out`];
  const isAlone = aggregates.length === 1;
  return [
    ...(isAlone ? [] : [`the one at column ${box.x}, row ${box.y}, of ${box.width} x ${box.height} px`]),
    ...specks,
  ];
}

/** An estimate of a length in the frame's pixels as one in nanometres. */
function inNanometres(estimate: Estimate, pixelSizeNm: number): Estimate {
  if (estimate.unit !== PIXEL_UNIT) return estimate;
  const scaled = ([low, high]: readonly [number, number]) => [low * pixelSizeNm, high * pixelSizeNm] as const;
  const { prior, value, intervals } = estimate;
  return {
    ...estimate,
    unit: "nm",
    value: value * pixelSizeNm,
    intervals: Object.fromEntries(Object.entries(intervals).map(([level, ends]) => [level, scaled(ends)])),
    prior: prior === null ? null : scaled(prior),
  };
}
