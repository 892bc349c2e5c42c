import { gaussianBlur } from "../../image/index.ts";
import { html, intervalText, tableHtml, tableOf } from "../../report/index.ts";
import type { Html, Picture, Table } from "../../report/index.ts";
import type { ImageParticles } from "../measure/image-particles.ts";
import { COLOURS, outlinedInPlace } from "../report/particle-overlay.ts";
import type { ElementAnswer } from "./element-materials.ts";

/** Least longest edge of a picture of maps [px]: coarse maps are enlarged. */
const LEAST_EDGE_PX = 640;
/** Blur of the picture over the median radius: single counts are no particles. */
const BLUR_SHARE = 0.15;

/**
 * One row a particle: the columns of elements.csv.
 *
 * @param answers what maps say, by image
 * @returns counts of each element, probabilities of the second material by maps, by the image and by both, and the material
 */
export function elementListTable(answers: readonly ElementAnswer[]): Table {
  const elements = [...new Set(answers.flatMap(({ maps }) => maps.map(({ element }) => element)))];
  const rows = answers.flatMap(({ name, maps, materials, particles }) =>
    particles.map((particle) => ({ ...particle, name, maps, materials })),
  );
  const second = answers[0].materials[1];
  return tableOf(rows, [
    { heading: "image", text: ({ name }) => name },
    { heading: "particle", number: ({ number }) => number },
    ...elements.map((element) => ({
      heading: `counts of ${element} that are its own`,
      number: ({ counts, maps }: (typeof rows)[number]) =>
        counts[maps.findIndex((map) => map.element === element)],
    })),
    ...elements.map((element) => ({
      heading: `counts of ${element} in its disc`,
      number: ({ countsInDisc, maps }: (typeof rows)[number]) =>
        countsInDisc[maps.findIndex((map) => map.element === element)],
    })),
    { heading: `probability of ${second} by maps`, number: ({ byMaps }) => byMaps },
    { heading: `probability of ${second} by image`, number: ({ byImage }) => byImage },
    { heading: `probability of ${second}`, number: ({ probability }) => probability },
    { heading: "material", text: ({ probability, materials }) => materials[Number(probability >= 0.5)] },
  ]);
}

/**
 * Number fraction and share of contacts between the materials, by what each is known.
 *
 * @param answers what maps say, by image
 * @returns one row an image and source
 */
export function mixtureTable(answers: readonly ElementAnswer[]): Table {
  const rows = answers.flatMap(({ name, shares }) => shares.map((share) => ({ name, ...share })));
  const [{ materials }] = answers;
  return tableOf(rows, [
    { heading: "image", text: ({ name }) => name },
    { heading: "by", text: ({ by }) => by },
    {
      heading: `share of the particles that is ${materials[1]}`,
      interval: ({ numberFraction }) => numberFraction,
    },
    { heading: "contacts between materials, as seen", interval: ({ heteroShare }) => heteroShare },
  ]);
}

/**
 * How often the image alone and the maps call a particle the same.
 *
 * @param answer what maps say of an image
 * @returns a sentence; null where the image tells the materials apart by nothing
 */
export function agreementText({ name, agreement, confusion, materials }: ElementAnswer): string | null {
  if (agreement === null || confusion === null) return null;
  const [[a, b], [c, d]] = confusion;
  const [first, second] = materials;
  return `${name}: image and maps call ${intervalText(agreement)} of the particles the same (${first} by the image: ${a} ${first}, ${b} ${second} by the maps; ${second} by the image: ${c} ${first}, ${d} ${second})`;
}

/** From this share of particles that are not explained the whole answer is doubted. */
const DOUBTED_SHARE = 0.2;

/**
 * Says where particles of one material each do not explain what the maps count.
 *
 * @param answer what maps say of an image
 * @returns a sentence; null where they do
 */
export function doubtText({ name, unexplainedShare }: ElementAnswer): string | null {
  if (unexplainedShare < DOUBTED_SHARE) return null;
  return `${name}: in ${Math.round(100 * unexplainedShare)} % of the discs the maps count what spheres of one material each do not explain, as where particles are cores in shells, particles were overlooked, or the ground is uneven; materials and shares are then worth little`;
}

/**
 * The maps of both materials on one picture, in the colours of their particles, with the particles' circles.
 *
 * @param answer maps
 * @param found particles
 * @returns RGB; an element that both materials hold is left out
 */
export function elementPicture({ maps, materials }: ElementAnswer, found: ImageParticles): Picture {
  const [{ width: columns, height: rows }] = maps;
  const scale = Math.max(1, Math.ceil(LEAST_EDGE_PX / Math.max(columns, rows)));
  const [width, height] = [columns * scale, rows * scale];
  const radii = found.particles.map(({ radiusPx }) => radiusPx).sort((a, b) => a - b);
  const sigma = (BLUR_SHARE * (radii[radii.length >> 1] ?? 1) * columns) / found.width;
  const layers = materials.map((_, material) => {
    const sum = new Float64Array(columns * rows);
    const own = maps.filter(({ marks }) => marks === material);
    for (const { counts } of own) counts.forEach((count, i) => (sum[i] += count));
    const smooth = gaussianBlur(sum, { width: columns, height: rows }, sigma);
    const top = smooth.reduce((most, value) => Math.max(most, value), 0) || 1;
    return smooth.map((value) => value / top);
  });
  const pixels = new Uint8Array(3 * width * height);
  for (let i = 0; i < width * height; i++) {
    const at = Math.floor(Math.floor(i / width) / scale) * columns + Math.floor((i % width) / scale);
    for (let channel = 0; channel < 3; channel++) {
      const value = layers[0][at] * COLOURS[0][channel] + layers[1][at] * COLOURS[1][channel];
      pixels[3 * i + channel] = Math.min(255, value);
    }
  }
  const step = found.width / width;
  return outlinedInPlace(
    { width, height, pixels, channels: 3 },
    { particles: found.particles, step },
    materials,
  );
}

/**
 * What the page says of maps.
 *
 * @param answers what maps say, by image
 * @param tiles pictures of the maps
 * @returns a section
 */
export function elementSection(
  answers: readonly ElementAnswer[],
  tiles: readonly Html[],
): { readonly heading: string; readonly body: Html } {
  const elements = answers[0].maps.map(({ element }) => element).join(", ");
  const sentences = answers.map(agreementText).filter((text) => text !== null);
  return {
    heading: "Materials by element maps",
    body: html`<p>
        Maps of ${elements}. The counts of a pixel are shared out among the particles that lie over it,
        Poisson about the atoms that each holds there; absorption of X-rays is left out. Shares are means over
        what fits the counts, with the range that holds 95 % of it; particles that were not found do not
        count.
      </p>
      ${sentences.map((text) => html`<p>${text}.</p>`)} ${tableHtml(mixtureTable(answers))}
      <div class="grid">${tiles}</div>`,
  };
}
