import { findMaterial, MATERIALS, openRandomStream, rangeError, wilsonInterval } from "../../core/index.ts";
import type { BootstrapInterval } from "../../core/index.ts";
import { atomDensitiesPerNm3 } from "../../stem-sim/index.ts";
import { LEAST_STRENGTH_RATIO, strengthRatio } from "../apply/strength-ratio.ts";
import type { ParticleSource } from "../apply/find-particles.ts";
import { particleStrengths } from "../fit/assign-materials.ts";
import { projectedContacts } from "../measure/contacts.ts";
import type { ImageParticles, Particle } from "../measure/image-particles.ts";
import type { ElementMap } from "./element-map.ts";
import { sampleMaterials, type MaterialProblem, type SampledMaterials } from "./sample-materials.ts";

/** What element maps say of one particle. */
export interface ElementParticle {
  readonly number: number;
  /** [map], counts that are its own. */
  readonly counts: readonly number[];
  /** [map], all counts in its disc, whosever they are. */
  readonly countsInDisc: readonly number[];
  /** Probability of the second material by the maps alone, 0 to 1. */
  readonly byMaps: number;
  /** The same by the image alone; null where the image does not tell the materials apart, or a person has set it. */
  readonly byImage: number | null;
  /** By both on a list that a person has corrected, where the image tells the materials apart; else by the maps alone. */
  readonly probability: number;
}

/** A share of the second material, or of contacts between the materials, with the range that holds 95 %. */
export interface MixtureShare {
  readonly by: "image" | "maps" | "maps and image";
  readonly numberFraction: BootstrapInterval;
  readonly heteroShare: BootstrapInterval | null;
}

/** What element maps say of an image. */
export interface ElementAnswer {
  readonly name: string;
  readonly materials: readonly [string, string];
  /** Each with the material that holds more of its element, 0 or 1; null where both hold as much. */
  readonly maps: readonly (ElementMap & { readonly marks: 0 | 1 | null })[];
  readonly particles: readonly ElementParticle[];
  readonly shares: readonly MixtureShare[];
  /** Share of the particles in whose disc a map counts what spheres of one material each do not explain, by five standard deviations. */
  readonly unexplainedShare: number;
  /** Particles by the image (first, second) and by the maps (first, second); null where the image tells nothing. */
  readonly confusion: readonly (readonly [number, number])[] | null;
  /** Share of the particles that both call the same, 95 % interval by Wilson; null where the image tells nothing. */
  readonly agreement: BootstrapInterval | null;
}

/** Maps as `sampleMaterials` takes them: what each material holds of each element. */
type KnownMap = MaterialProblem["maps"][number];

/**
 * How many atoms of each map's element a volume of both materials holds.
 *
 * @param maps of elements
 * @param materials names; those of two elements where nothing else is known: then each material holds its own element alone
 * @returns the maps with atom densities [1/nm3]; 1 and 0 where materials are elements of the maps that are no materials themselves
 * @throws RangeError where no map tells the materials apart
 */
export function withDensities(maps: readonly ElementMap[], materials: readonly [string, string]): KnownMap[] {
  const elements = maps.map(({ element }) => element);
  const isByElement = materials.every((name) => elements.includes(name));
  const [first, second] = materials.map((name) =>
    isByElement ? { [name]: 1 } : atomDensitiesPerNm3(findMaterial(name)),
  );
  const known = maps.map((map): KnownMap => ({
    ...map,
    densities: [first[map.element] ?? 0, second[map.element] ?? 0],
  }));
  if (known.every(({ densities: [a, b] }) => a === b)) {
    const wanted = `one of the elements must tell ${materials.join(" from ")}`;
    throw rangeError({ action: "tell materials by element maps" }, wanted, elements.join(", "));
  }
  return known;
}

/**
 * Tells the materials of an image's particles by element maps, beside what the image alone says.
 *
 * On a list that a person has corrected maps and image count together. Of what a detector finds the maps count alone: brightness is read off
 * the radii, and where these are wrong both together were no better than the maps (docs/decisions/few-labels.md).
 *
 * @param source the image
 * @param found its particles, with materials by the image where it tells them apart
 * @param maps of one size, of the image's field, as whole pixels of it or coarser ones
 * @param materials names of both, the weaker scatterer first, or the symbols of two maps
 * @returns probabilities and counts a particle, number fraction, agreement; and the particles with their materials by maps and image
 * @throws RangeError where no map tells the materials apart
 */
export function elementMaterials(
  source: ParticleSource,
  found: ImageParticles,
  maps: readonly ElementMap[],
  materials: readonly [string, string],
): { readonly answer: ElementAnswer; readonly particles: readonly Particle[] } {
  const known = withDensities(maps, materials);
  const { particles, name } = found;
  const scale = { x: maps[0].width / found.width, y: maps[0].height / found.height };
  const discs = particles.map(({ x, y, radiusPx }) => ({
    x: x * scale.x,
    y: y * scale.y,
    radiusPx: radiusPx * scale.x,
  }));
  const contacts = projectedContacts(found);
  const isTold = isToldByImage(found, materials);
  const strengths = isTold && found.isCorrected ? strengthsOf(source, found, materials) : null;
  const rng = openRandomStream(1, "element maps");
  const problem = { maps: known, discs, contacts };
  const byMaps = sampleMaterials(rng.fork("maps"), { ...problem, strengths: null });
  const both = strengths === null ? byMaps : sampleMaterials(rng.fork("both"), { ...problem, strengths });
  const rows = particles.map(({ number }, k): ElementParticle => ({
    number,
    counts: byMaps.counts.map((own) => own[k]),
    countsInDisc: byMaps.inDiscs.map((own) => own[k].counted),
    byMaps: byMaps.secondProbabilities[k],
    byImage: isTold ? particles[k].secondProbability : null,
    probability: both.secondProbabilities[k],
  }));
  const shareOf = (by: MixtureShare["by"], { numberFraction, heteroShare }: SampledMaterials) => ({
    by,
    numberFraction,
    heteroShare,
  });
  const answer: ElementAnswer = {
    name,
    materials,
    maps: known.map(({ densities: [first, second], ...map }) => ({
      ...map,
      marks: first === second ? null : first > second ? 0 : 1,
    })),
    particles: rows,
    shares: [
      ...(isTold ? [countedByImage(rows)] : []),
      shareOf("maps", byMaps),
      ...(strengths === null ? [] : [shareOf("maps and image", both)]),
    ],
    unexplainedShare: unexplainedShareOf(byMaps),
    ...agreementOf(rows),
  };
  return { answer, particles: particles.map((particle, k) => named(particle, rows[k], materials)) };
}

/** Standard deviations of the counts beyond which they are not explained. */
const UNEXPLAINED = 5;

function unexplainedShareOf({ inDiscs }: SampledMaterials): number {
  const isUnexplained = (k: number) =>
    inDiscs.some(
      (own) => Math.abs(own[k].counted - own[k].expected) > UNEXPLAINED * Math.sqrt(own[k].expected + 1),
    );
  const particleCount = inDiscs[0].length;
  return (
    Array.from({ length: particleCount }, (_, k) => k).filter(isUnexplained).length /
    Math.max(1, particleCount)
  );
}

/** What a person has said stays. */
function named(
  particle: Particle,
  { probability }: ElementParticle,
  materials: readonly [string, string],
): Particle {
  if (particle.source === "corrected" && particle.material !== null) return particle;
  return { ...particle, secondProbability: probability, material: materials[Number(probability >= 0.5)] };
}

/** Whether brightness tells the materials apart. */
function isToldByImage(
  { particles, modality }: ImageParticles,
  materials: readonly [string, string],
): boolean {
  const isKnown = materials.every((name) => MATERIALS.some((material) => material.name === name));
  return isKnown && particles.length > 0 && strengthRatio(materials, modality) >= LEAST_STRENGTH_RATIO;
}

/** What the particles scatter a length. */
function strengthsOf(
  { image, mask }: ParticleSource,
  { particles, modality }: ImageParticles,
  materials: readonly [string, string],
): MaterialProblem["strengths"] {
  const distance = Math.log(strengthRatio(materials, modality));
  return { values: particleStrengths(image, mask, particles, modality), distance };
}

/** The share by the image alone; its range is that of counting so many particles, whatever the image errs. */
function countedByImage(rows: readonly ElementParticle[]): MixtureShare {
  const asked = rows.filter(({ byImage }) => byImage !== null);
  const second = asked.filter(({ byImage }) => (byImage ?? 0) >= 0.5).length;
  const [low, high] = wilsonInterval(second, Math.max(1, asked.length));
  return { by: "image", numberFraction: { value: second / asked.length, low, high }, heteroShare: null };
}

function agreementOf(rows: readonly ElementParticle[]): Pick<ElementAnswer, "confusion" | "agreement"> {
  const asked = rows.filter(({ byImage }) => byImage !== null);
  if (asked.length === 0) return { confusion: null, agreement: null };
  const confusion: [number, number][] = [
    [0, 0],
    [0, 0],
  ];
  for (const { byImage, byMaps } of asked) {
    confusion[Number((byImage ?? 0) >= 0.5)][Number(byMaps >= 0.5)]++;
  }
  const same = confusion[0][0] + confusion[1][1];
  const [low, high] = wilsonInterval(same, asked.length);
  return { confusion, agreement: { value: same / asked.length, low, high } };
}
