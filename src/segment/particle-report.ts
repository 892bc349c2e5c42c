import { counted, mean, type GrayImage } from "../core/index.ts";
import {
  html,
  imageTileHtml,
  notesHtml,
  pageText,
  percent,
  pngDataUri,
  shortNumber,
} from "../report/index.ts";
import type { Html } from "../report/index.ts";
import { labelPicture } from "./apply/overlay.ts";
import { particlesHtml } from "./particles/particles-section.ts";
import { summariseParticles, type ParticleImage } from "./particles/particle-table.ts";
import type { SegmenterMetadata } from "./segmenter-model.ts";

/** What a model found in images that nobody has labelled. */
export interface ParticleReportInput {
  readonly metadata: SegmenterMetadata;
  readonly particles: readonly ParticleImage[];
  /** Images with their class ids, to be looked at. */
  readonly shown: readonly {
    readonly name: string;
    readonly image: GrayImage;
    readonly classIds: Uint8Array;
  }[];
  /** What a careful reader should know. */
  readonly notes: readonly string[];
}

/**
 * Composes the page of `segment apply`: particles of all images, and some images with what was found.
 *
 * @param input particles, pictures, notes
 * @returns the text of a self-contained HTML file
 */
export function particleReport({ metadata, particles, shown, notes }: ParticleReportInput): string {
  const { config, classNames } = metadata;
  const { classId, edgeRule } = config.particles;
  const count = particles.reduce((sum, image) => sum + image.particles.length, 0);
  const imageCount = counted(particles.length, "image");
  const hidden =
    shown.length === particles.length
      ? "All images, with the first above."
      : `The first ${shown.length} of ${imageCount}, one of them above; overlays/ has all.`;
  return pageText({
    title: `Particles: ${config.name}`,
    lead: html`<p>
        ${counted(count, "particle")} of ${classNames[classId]} in
        ${imageCount}.${answerText(particles, edgeRule)}
      </p>
      ${notesHtml(notes)} ${shown.slice(0, 1).map((one) => tileHtml(one, true))}`,
    sections: [
      { heading: "Particles", body: particlesHtml([{ name: "found", images: particles }], edgeRule) },
      {
        heading: "Images",
        body: html`<p>${hidden}</p>
          <div class="grid">${shown.slice(1).map((one) => tileHtml(one))}</div>`,
      },
      {
        heading: "Model",
        body: html`<p>
          ${config.name}, trained on ${counted(metadata.trainingNames.length, "image")} in ${metadata.steps}
          steps; heterostem ${metadata.heterostemVersion}.
        </p>`,
      },
    ],
  });
}

/** Share of the area and median diameter of all images together; nothing where nothing was found. */
function answerText(particles: readonly ParticleImage[], edgeRule: "exclude" | "flag"): string {
  const { diameterPx } = summariseParticles(particles, edgeRule);
  if (!Number.isFinite(diameterPx.p50)) return "";
  const covered = mean(particles.map(({ areaFraction }) => areaFraction.value));
  const [{ pixelSizeNm }] = particles;
  const isOne = pixelSizeNm !== null && particles.every((image) => image.pixelSizeNm === pixelSizeNm);
  const size = isOne
    ? `${shortNumber(diameterPx.p50 * pixelSizeNm)} nm`
    : `${shortNumber(diameterPx.p50)} px`;
  return ` They cover ${percent(covered)} of the area; their median equivalent diameter is ${size}.`;
}

function tileHtml({ name, image, classIds }: ParticleReportInput["shown"][number], isLarge = false): Html {
  const { width, pixelSizeNm } = image;
  const fieldWidthNm = pixelSizeNm === null ? null : pixelSizeNm * width;
  return imageTileHtml({
    source: pngDataUri(labelPicture(image, classIds)),
    caption: name,
    fieldWidthNm,
    isLarge,
  });
}
