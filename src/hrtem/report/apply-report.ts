import { counted, type GrayImage } from "../../core/index.ts";
import { html, pageText, percent } from "../../report/index.ts";
import type { HrtemModel } from "../hrtem-model.ts";
import { isDrawnByImage, type ParticleRow, type Population } from "../population.ts";
import { maskTile } from "./image-tiles.ts";
import { populationSection } from "./population-section.ts";

/** An image of the report with what was found in it. */
export interface AppliedImage {
  readonly name: string;
  readonly image: GrayImage;
  readonly mask: Uint8Array;
}

/** What is said of images that nobody has labelled. */
export interface AppliedData {
  readonly model: Pick<HrtemModel, "pixelSizeNm" | "diameterNm" | "threshold">;
  /** The first few. */
  readonly images: readonly AppliedImage[];
  readonly imageCount: number;
  readonly rows: readonly ParticleRow[];
  /** Null where no particle was found. */
  readonly population: Population | null;
  /** What a careful reader should know. */
  readonly notes: readonly string[];
}

/**
 * The report of `hrtem apply`: images with what was found, the statistics of the population, and every warning.
 *
 * @param data images, table, statistics
 * @returns a self-contained page
 */
export function applyReport({ model, images, imageCount, rows, population, notes }: AppliedData): string {
  const hidden =
    images.length === imageCount
      ? ""
      : ` The first ${images.length} of ${imageCount} images; the masks of all lie beside this page.`;
  const tiles = images.map(({ name, image, mask }) => maskTile(image, { found: mask }, name));
  return pageText({
    title: "HRTEM: particles, faults and their statistics",
    lead: html`<p>
        ${counted(rows.length, "particle")} in ${counted(imageCount, "image")}; those cut by the border are
        not counted. ${faultText(population)} Intervals: 95 %, bootstrap by
        ${isDrawnByImage(rows) ? "image" : "particle, for fewer than five images have any"}; they say what
        chance leaves open, not how often the model errs.
      </p>
      ${notes.map((note) => html`<p><strong>Note:</strong> ${note}</p>`)} ${tiles.slice(0, 1)}`,
    sections: [
      {
        heading: "Images",
        body: html`<p>
            At ${model.pixelSizeNm} nm a pixel, as the model was trained; found regions in cyan. Probability
            above ${model.threshold}${diameterText(model)}.${hidden}
          </p>
          <div class="grid">${tiles.slice(1)}</div>`,
      },
      {
        heading: "Population",
        body:
          population === null
            ? html`<p>No particle lies wholly in an image: there are no statistics.</p>`
            : populationSection({ rows, population, truePopulation: null }),
      },
    ],
  });
}

/** The answer: how many of the particles whose fringes are seen have a fault. */
function faultText(population: Population | null): string {
  if (population === null || !Number.isFinite(population.faultFraction.value)) return "";
  const { value, low, high } = population.faultFraction;
  return `Of single particles with fringes, ${percent(value)} have a visible fault (${percent(low)} to ${percent(high)}).`;
}

function diameterText({ diameterNm }: AppliedData["model"]): string {
  if (diameterNm === null) return "";
  return `; trained on particles of ${diameterNm.map((nm) => nm.toFixed(1)).join(" to ")} nm`;
}
