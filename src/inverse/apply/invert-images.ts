import { basename } from "node:path";
import { rangeError, type GrayImage } from "../../core/index.ts";
import { encodeConditioning, givenValues, type MeasuredImages } from "../../posterior/index.ts";
import { answerFramed } from "./answer-framed.ts";
import { bringToField } from "./bring-to-field.ts";
import { coverByParticles, type ParticleCover, type ParticleFinder } from "./cover-by-particles.ts";
import { findAggregates, mainAggregate } from "./find-aggregates.ts";
import { judgeByParticles, LEAST_COVERED_SHARE } from "./judge-by-particles.ts";
import { prepareMeasured } from "../measured/prepare-measured.ts";
import { invertAggregates } from "./invert-aggregates.ts";
import type { InvertedImage, InvertOptions } from "./inverted-image.ts";
import type { Inversion } from "./open-inversion.ts";
import type { SourceImage } from "./read-images.ts";
import { resolveKnowledge, type ResolvedKnowledge } from "./given-knowledge.ts";
import { isOfOneMaterial } from "./stated-materials.ts";
import { conditioningFor } from "./image-conditioning.ts";

/**
 * Inverts images: estimates with intervals, and a verdict on each.
 *
 * @param inversion network and record
 * @param files from readImages
 * @param options conditions given by hand
 * @returns one answer per file, in order; of a network whose lengths are pixels one per aggregate
 * @throws RangeError for the first image that cannot be inverted or does not fit the network's field
 */
export async function invertImages(
  inversion: Inversion,
  files: readonly SourceImage[],
  options: InvertOptions,
): Promise<InvertedImage[]> {
  checkMaterials(inversion, options);
  checkModality(inversion, options);
  const answers: InvertedImage[] = [];
  for (const file of files) {
    if (inversion.model.lengths === "pixels")
      answers.push(...(await invertAggregates(inversion, file, options)));
    else answers.push(await invertFile(inversion, file, options));
  }
  return answers;
}

/** A network for one pair says nothing of another: its answers would be numbers of particles that are not there. */
function checkMaterials({ model }: Inversion, { materials }: InvertOptions): void {
  if (materials === undefined || model.lengths === "pixels") return;
  const asked = materials.map(({ name }) => name);
  const known = model.materials ?? [];
  if (asked.length === known.length && known.every((name) => asked.includes(name))) return;
  throw rangeError(
    { action: "invert" },
    `the network must know the materials: it was trained on ${known.join(" and ") || "a table of images"}`,
    `${asked.join(" and ")}; heterostem adapt tunes a network to them, or leave --model out`,
  );
}

/** Crystals differ more by how they lie in a bright-field image than by what they are of. */
function checkModality({ model }: Inversion, { modality }: InvertOptions): void {
  if (modality !== "bright-field" || (model.lengths === "pixels" && isOfOneMaterial(model))) return;
  throw rangeError(
    { action: "invert" },
    "bright-field images must be of one material, named with --materials",
    "a network for two materials, or for dark-field images alone",
  );
}

async function invertFile(
  { model, network }: Inversion,
  recorded: SourceImage,
  { stated: byHand = {}, given: statements = [], finder }: InvertOptions,
): Promise<InvertedImage> {
  const knowledge = resolveKnowledge(statements, { ...model, lengthNm: 1, isOrderHidden: false });
  if (model.measured !== null)
    return invertMeasured({ model, network }, recorded, { measured: model.measured, given: knowledge });
  const { path, name, image, stated: byFile = {}, doubts = [], notes = [] } = bringToField(recorded, model);
  const pixelSizeNm = recorded.image.pixelSizeNm ?? model.pixelSizeNm;
  const given = conditioningFor(model, { byHand, byFile, pixelSizeNm });
  const conditions = encodeConditioning(model.conditions, given.values);
  const answer = await answerFramed(
    { model, network },
    { image, conditions },
    {
      file: name ?? basename(path),
      doubts,
      notes: [...notes, ...given.notes],
      given: knowledge,
    },
  );
  const own = { ...answer, conditioning: givenValues(model.conditions, given.values) };
  return finder === undefined ? own : await judgeByParticles(own, () => coverOfMain(image, finder));
}

/** Of an image without an aggregate that stands out nothing can be said. */
async function coverOfMain(image: GrayImage, finder: ParticleFinder): Promise<ParticleCover | null> {
  const found = findAggregates(image);
  const aggregate = mainAggregate(found, image);
  return aggregate === null
    ? null
    : coverByParticles(image, { found, aggregate }, finder, LEAST_COVERED_SHARE);
}

async function invertMeasured(
  { model, network }: Inversion,
  file: SourceImage,
  { measured, given }: { readonly measured: MeasuredImages; readonly given: ResolvedKnowledge },
): Promise<InvertedImage> {
  const { image, doubts, notes } = prepareMeasured(file, { ...model, measured });
  const name = file.name ?? basename(file.path);
  const asked = { image, conditions: new Float32Array(0) };
  const answer = await answerFramed({ model, network }, asked, { file: name, doubts, notes, given });
  return { ...answer, conditioning: {} };
}
