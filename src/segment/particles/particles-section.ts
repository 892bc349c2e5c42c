import {
  distributionFigure,
  figureHtml,
  histogramFigure,
  html,
  tableHtml,
  tableOf,
} from "../../report/index.ts";
import type { Column, Html, Table } from "../../report/index.ts";
import type { SegmentConfig } from "../segment-config.ts";
import type { Particle } from "./measure-particles.ts";
import { summariseParticles } from "./particle-table.ts";
import type { ParticleImage } from "./particle-table.ts";

/** Particles that came by one way: labelled by a person, or found by a model. */
export interface ParticleSample {
  readonly name: string;
  readonly images: readonly ParticleImage[];
}

/** Quantities whose distributions are drawn. */
const DRAWN = [
  { title: "Equivalent diameter", key: "equivalentDiameterPx" },
  { title: "Distance to the nearest neighbour", key: "nearestNeighbourPx" },
] as const;

/**
 * What particles were found: a table of the images, and distributions of diameters and of distances to the nearest neighbour.
 */
export function particlesHtml(
  samples: readonly [ParticleSample] | readonly [ParticleSample, ParticleSample],
  edgeRule: SegmentConfig["particles"]["edgeRule"],
): Html {
  const unit = isCalibrated(samples) ? "nm" : "px";
  const figures = DRAWN.map(({ title, key }) => {
    const values = samples.map((sample) => ({
      name: sample.name,
      values: sample.images.flatMap((image) => valuesOf(image, key, { edgeRule, unit })),
    }));
    return distributionHtml(title, unit, values);
  });
  const cut = edgeRule === "exclude" ? "are left out of sizes and distances" : "are measured as far as seen";
  return html`<p>
      Particles cut by the image's edge ${cut}. The interval of an area fraction comes from the image's parts.
    </p>
    <div class="grid">${figures}</div>
    ${tableHtml(particleSummaryTable(samples, edgeRule))}`;
}

function valuesOf(
  { particles, pixelSizeNm }: ParticleImage,
  key: (typeof DRAWN)[number]["key"],
  { edgeRule, unit }: { readonly edgeRule: string; readonly unit: "nm" | "px" },
): number[] {
  const isCounted = (particle: Particle) => edgeRule === "flag" || !particle.isCut;
  const scale = unit === "nm" ? (pixelSizeNm ?? NaN) : 1;
  return particles
    .filter((particle) => isCounted(particle) && !Number.isNaN(particle[key]))
    .map((particle) => particle[key] * scale);
}

function distributionHtml(
  title: string,
  unit: string,
  samples: readonly { readonly name: string; readonly values: readonly number[] }[],
): Html {
  const [first, second] = samples.filter(({ values }) => values.length > 0);
  if (first === undefined) return html`<p>${title}: there is no particle to measure.</p>`;
  if (second === undefined) {
    return figureHtml(histogramFigure({ title, unit, values: first.values, counted: "particles" }));
  }
  const note = `${first.values.length} and ${second.values.length} particles`;
  return figureHtml(distributionFigure({ title, unit, samples: [first, second], note }));
}

/** Particles in a few numbers, a row for each image and way; lengths in nm where all pixel sizes are known, else in px. */
export function particleSummaryTable(
  samples: readonly ParticleSample[],
  edgeRule: SegmentConfig["particles"]["edgeRule"],
): Table {
  const unit = isCalibrated(samples) ? "nm" : "px";
  const rows = samples[0].images.flatMap((_, index) =>
    samples.map(({ name: way, images }) => {
      const image = images[index];
      const scale = unit === "nm" ? (image.pixelSizeNm ?? NaN) : 1;
      return { way, scale, ...image, ...summariseParticles([image], edgeRule) };
    }),
  );
  type Row = (typeof rows)[number];
  return tableOf(rows, [
    { heading: "image", text: ({ name }) => name },
    ...(samples.length < 2 ? [] : [{ heading: "set", text: ({ way }: Row) => way }]),
    { heading: "particles", number: ({ particleCount }) => particleCount },
    { heading: "cut by the edge", number: ({ cutCount }) => cutCount },
    { heading: "area fraction", interval: ({ areaFraction }) => areaFraction },
    ...([10, 50, 90] as const).map((percent): Column<Row> => ({
      heading: `diameter, ${percent} % below`,
      unit,
      number: ({ diameterPx, scale }) => diameterPx[`p${percent}`] * scale,
    })),
    {
      heading: "mean nearest neighbour",
      unit,
      number: ({ meanNearestNeighbourPx, scale }) => meanNearestNeighbourPx * scale,
    },
  ]);
}

function isCalibrated(samples: readonly ParticleSample[]): boolean {
  return samples.every(({ images }) => images.every(({ pixelSizeNm }) => pixelSizeNm !== null));
}
