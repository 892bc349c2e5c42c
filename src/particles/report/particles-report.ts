import { counted } from "../../core/index.ts";
import {
  figureHtml,
  histogramFigure,
  html,
  imageTileHtml,
  intervalText,
  notesHtml,
  pageText,
  pngDataUri,
  signedBarHtml,
  tableHtml,
} from "../../report/index.ts";
import type { Html, Picture } from "../../report/index.ts";
import type { Explanation } from "../fit/explain-image.ts";
import type { ParticleExplanation } from "../apply/explain-particle.ts";
import type { ImageParticles, Particle } from "../measure/image-particles.ts";
import { wholeDiameters } from "../measure/size-statistics.ts";
import type { SizeStatistics } from "../measure/size-statistics.ts";
import { contributionPicture, mostContribution } from "./contribution-picture.ts";
import { residualPicture } from "./particle-overlay.ts";
import type { ElementAnswer } from "../elements/element-materials.ts";
import { elementSection } from "../elements/element-report.ts";
import { fitTable, imageTable, sizeTable } from "./particle-tables.ts";

/** Residuals that the page shows. */
const MOST_RESIDUALS = 12;

/** What `heterostem particles` tells. */
export interface ParticlesReport {
  readonly images: readonly ImageParticles[];
  readonly sizes: readonly SizeStatistics[];
  /** The first few images with their circles. */
  readonly shown: readonly {
    readonly name: string;
    readonly overlay: Picture;
    readonly fieldWidthNm: number | null;
  }[];
  /** What a careful reader should know. */
  readonly notes: readonly string[];
  /** Fits of the images, where they were asked for. */
  readonly fits: readonly ({ readonly name: string } & Explanation)[];
  /** The models that answered, in words. */
  readonly models: readonly string[];
  readonly materials: readonly string[];
  /** What element maps say, with a picture each; none where none were given. */
  readonly elements?: readonly { readonly answer: ElementAnswer; readonly picture: Picture }[];
  /** The particle that was asked about, with the image about it and its circle. */
  readonly explained?: {
    readonly particle: Particle;
    readonly explanation: ParticleExplanation;
    readonly about: Picture;
  } | null;
}

/**
 * Composes the page of `heterostem particles`: sizes by material, images with their circles, a row an image.
 *
 * @param report particles, statistics, pictures, notes
 * @returns the text of a self-contained HTML file
 */
export function particlesReport(report: ParticlesReport): string {
  const { images, sizes, shown, notes, fits, models, materials, elements = [], explained = null } = report;
  const count = images.reduce((sum, { particles }) => sum + particles.length, 0);
  const hidden =
    shown.length === images.length
      ? ""
      : ` The first ${shown.length} of ${counted(images.length, "image")}; overlays/ has all.`;
  const isCorrected = images.some(({ isCorrected: own }) => own);
  const dashes = isCorrected ? " Dashed circles are those that a person has set; they have none." : "";
  const colours = materials.length < 2 ? "" : ` Orange: ${materials[0]}; blue: ${materials[1]}.`;
  return pageText({
    title: "Primary particles",
    lead: html`<p>
        ${counted(count, "particle")} in ${counted(images.length, "image")}.
        ${count === 0 ? "" : sizes.map(sizeText).join(" ")}
      </p>
      ${notesHtml(notes)} ${shown.slice(0, 1).map(tileHtml)}`,
    sections: [
      {
        heading: "Sizes",
        body: html`<p>
            Diameters of circles of the same area. Particles cut by the edge of an image have no size; the
            others count by the chance to lie wholly in the field, W H/((W - d)(H - d)). Intervals: 95 %,
            bootstrap by image where five or more have particles, else by particle; they say what chance
            leaves open, not how often the detector errs.
          </p>
          ${tableHtml(sizeTable(sizes))}
          <div class="grid">${sizes.map((one) => histogram(one, images))}</div>`,
      },
      {
        heading: "Images",
        body: html`<p>
            Circles are what was found, as on the picture above; the list has their
            probabilities.${dashes}${colours}${hidden}
          </p>
          <div class="grid">${shown.slice(1).map(tileHtml)}</div>
          ${tableHtml(imageTable(images))}`,
      },
      ...(elements.length === 0 ? [] : [elementsSection(elements)]),
      ...(fits.length === 0 ? [] : [fitSection(fits)]),
      ...(explained === null ? [] : [explainedSection(explained)]),
      {
        heading: "Method",
        body: html`${models.map((text) => html`<p>${text}</p>`)}
          <p>
            Contacts are those seen in projection: discs that touch on the image need not touch in space. What
            lies wholly behind other particles is not found; how many there are with those is what simulated
            images that are as crowded held, with the range of 95 % of them.
          </p>`,
      },
    ],
  });
}

/** Sizes of one material in a sentence. */
function sizeText({ material, unit, meanDiameter, spread }: SizeStatistics): string {
  const of = material === null ? "Geometric mean diameter" : `${material}: geometric mean diameter`;
  return `${of} ${intervalText(meanDiameter)} ${unit}, geometric standard deviation ${intervalText(spread)}.`;
}

/** What particles and background explain of the images. */
function fitSection(fits: ParticlesReport["fits"]) {
  const tiles = fits.slice(0, MOST_RESIDUALS).map(({ name, residual }) =>
    imageTileHtml({
      source: pngDataUri(residualPicture(residual)),
      caption: `${name}: what is left`,
      fieldWidthNm: null,
    }),
  );
  return {
    heading: "Explained by the particles",
    body: html`<p>
        All particles were refined together on the image: spheres that add up along the beam, on an even
        background. Grey: explained to the noise; bright: matter is missing; dark: there is too much, within 8
        standard deviations. A reduced chi-square far above 1 says that the image shows more than spheres;
        there is none where the image does not tell its noise, and the table says why. Standard errors are
        those of the noise, widened by what is left; what the rim of a particle looks like adds 1 to 2 % of a
        radius.
      </p>
      ${tableHtml(fitTable(fits))}
      <div class="grid">${tiles}</div>`,
  };
}

function elementsSection(elements: NonNullable<ParticlesReport["elements"]>) {
  const tiles = elements.map(({ answer: { name, maps, materials }, picture }) => {
    const caption = `${name}: ${maps.map(({ element }) => element).join(", ")}; orange: ${materials[0]}, blue: ${materials[1]}`;
    return imageTileHtml({ source: pngDataUri(picture), caption, fieldWidthNm: null, isLarge: true });
  });
  const answers = elements.map(({ answer }) => answer);
  return elementSection(answers, tiles);
}

/** Which pixels made a particle. */
function explainedSection({ particle, explanation, about }: NonNullable<ParticlesReport["explained"]>) {
  const { number, x, y } = particle;
  const { probability, patchPx } = explanation;
  const limit = mostContribution(explanation);
  const tiles = [
    imageTileHtml({
      source: pngDataUri(about),
      caption: `particle ${number} at ${x.toFixed(0)}, ${y.toFixed(0)} px`,
      fieldWidthNm: null,
    }),
    imageTileHtml({
      source: pngDataUri(contributionPicture(explanation)),
      caption: `what each place adds to its probability, by patches of ${patchPx} px`,
      fieldWidthNm: null,
    }),
  ];
  return {
    heading: `Which pixels made particle ${number}`,
    body: html`<p>
        Its probability is ${probability.toFixed(2)} where the detector sees what lies about it alone. One
        place after another was hidden under the image's background and its noise, and the detector asked
        again. Red places speak for the particle: without them its probability would be lower by the number of
        the colour, or it would not be found there; blue places speak against it.
      </p>
      <div class="grid">${tiles}</div>
      ${signedBarHtml(limit.toFixed(2), "")}`,
  };
}

function histogram({ material, unit }: SizeStatistics, images: readonly ImageParticles[]): Html {
  const values = images.flatMap((image) => {
    const own = image.particles.filter((particle) => material === null || particle.material === material);
    return wholeDiameters({ ...image, particles: own }, unit).map(({ diameter }) => diameter);
  });
  if (values.length === 0) return html``;
  const title = `diameter${material === null ? "" : `, ${material}`}`;
  return figureHtml(histogramFigure({ title, unit, values, counted: "particles" }));
}

function tileHtml({ name, overlay, fieldWidthNm }: ParticlesReport["shown"][number]): Html {
  return imageTileHtml({ source: pngDataUri(overlay), caption: name, fieldWidthNm, isLarge: true });
}
