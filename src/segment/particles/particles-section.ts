import { distributionFigure, figureHtml, histogramFigure, html, tableHtml } from "../../report/index.ts";
import type { Html } from "../../report/index.ts";
import { intervalText } from "../score-table.ts";
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
  const isCalibrated = samples.every(({ images }) => images.every(({ pixelSizeNm }) => pixelSizeNm !== null));
  const unit = isCalibrated ? "nm" : "px";
  const figures = DRAWN.map(({ title, key }) => {
    const values = samples.map((sample) => ({
      name: sample.name,
      values: sample.images.flatMap((image) => valuesOf(image, key, { edgeRule, isCalibrated })),
    }));
    return distributionHtml(title, unit, values);
  });
  const cut = edgeRule === "exclude" ? "are left out of sizes and distances" : "are measured as far as seen";
  return html`<p>
      Particles cut by the image's edge ${cut}. The interval of an area fraction comes from the image's parts.
    </p>
    <div class="grid">${figures}</div>
    ${particleTable(samples, edgeRule)}`;
}

function valuesOf(
  { particles, pixelSizeNm }: ParticleImage,
  key: (typeof DRAWN)[number]["key"],
  { edgeRule, isCalibrated }: { readonly edgeRule: string; readonly isCalibrated: boolean },
): number[] {
  const isCounted = (particle: Particle) => edgeRule === "flag" || !particle.isCut;
  const scale = isCalibrated ? (pixelSizeNm ?? NaN) : 1;
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
  if (second === undefined) return figureHtml(histogramFigure({ title, unit, values: first.values }));
  const note = `${first.name} filled, ${second.name} outlined`;
  return figureHtml(distributionFigure({ title, unit, samples: [first, second], note }));
}

/** A row for each image and way. */
function particleTable(
  samples: readonly ParticleSample[],
  edgeRule: SegmentConfig["particles"]["edgeRule"],
): Html {
  const [{ images }] = samples;
  const rows = images.flatMap((_, index) =>
    samples.map((sample) => {
      const image = sample.images[index];
      return { way: sample.name, ...image, ...summariseParticles([image], edgeRule) };
    }),
  );
  return tableHtml(rows, [
    { heading: "image", cell: ({ name }) => name },
    { heading: "", cell: ({ way }) => way },
    { heading: "particles", cell: ({ particleCount }) => String(particleCount), isNumber: true },
    { heading: "cut by the edge", cell: ({ cutCount }) => String(cutCount), isNumber: true },
    { heading: "area fraction (95 %)", cell: ({ areaFraction }) => intervalText(areaFraction) },
    ...(["p10", "p50", "p90"] as const).map((key) => ({
      heading: `diameter, ${key.slice(1)} % below`,
      cell: ({ diameterPx, pixelSizeNm }: (typeof rows)[number]) => lengthText(diameterPx[key], pixelSizeNm),
      isNumber: true,
    })),
    {
      heading: "mean nearest neighbour",
      cell: ({ meanNearestNeighbourPx, pixelSizeNm }) => lengthText(meanNearestNeighbourPx, pixelSizeNm),
      isNumber: true,
    },
  ]);
}

function lengthText(px: number, pixelSizeNm: number | null): string {
  if (Number.isNaN(px)) return "-";
  const inPx = `${px.toFixed(1)} px`;
  return pixelSizeNm === null ? inPx : `${Number((px * pixelSizeNm).toPrecision(3))} nm (${inPx})`;
}
