import { counted, quantile } from "../../core/index.ts";
import type { InversionModel } from "../../posterior/index.ts";
import {
  framedHtml,
  grayPicture,
  html,
  imageTileHtml,
  intervalBarHtml,
  nameWithUnit,
  pageText,
  pngDataUri,
  shortNumber,
  type FramedPage,
  type Html,
} from "../../report/index.ts";
import { viewAggregate } from "../../stem-sim/index.ts";
import { renderAggregatePicture } from "../../stochastic/index.ts";
import type { AnsweredSample } from "../apply/answer-own-images.ts";
import type { Rerendering } from "../apply/rerender.ts";
import { truthsOf } from "../data/data-set.ts";
import { rerenderingHtml } from "./rerender-report.ts";

/** What a first look shows. */
export interface FirstLook {
  readonly model: InversionModel;
  /** Name of the network's file. */
  readonly modelName: string;
  /** The first is shown whole, the others with the quantities that matter most. */
  readonly answered: readonly AnsweredSample[];
  /** The posterior of the first one imaged again; null where it could not be grown. */
  readonly rerendering: Rerendering | null;
  /** The aggregates in 3D, as a page to stand in this one. */
  readonly viewer: FramedPage;
  /** Where the report of the training will be; null where nothing is trained. */
  readonly reportPath: string | null;
}

/** What is shown of every image. */
const BRIEF_KEYS: readonly string[] = [
  "particleCount",
  "numberFraction",
  "radiusFirstNm",
  "radiusSecondNm",
  "fractalDimension",
];
/** The interval that is counted, of those that are drawn. */
const WIDE = "0.95";

/**
 * Composes the page that the demo shows first: simulated images that a network that ships has not seen, with its answers beside
 * the truth.
 *
 * @param look images, answers, and where the rest is
 * @returns the text of a self-contained HTML file
 */
export function firstLookReport(look: FirstLook): string {
  const { model, answered, rerendering, viewer } = look;
  const [first, ...others] = answered;
  return pageText({
    title: "heterostem: a first look",
    framed: [viewer],
    lead: leadHtml(look),
    sections: [
      { heading: "One image, whole", body: wholeHtml(look, first) },
      {
        heading: "The aggregates in 3D",
        body: html`<p>
            What the network never sees: drag to turn, move the slider for the next, click a particle for its
            numbers.
          </p>
          ${framedHtml(viewer)}`,
      },
      ...(rerendering === null
        ? []
        : [
            {
              heading: "What structures drawn from this answer look like",
              body: rerenderingHtml([rerendering]),
            },
          ]),
      { heading: `${others.length} more images`, body: othersHtml(others, model) },
      { heading: "What this shows, and what not", body: limitsHtml(look) },
    ],
  });
}

function leadHtml({ model, modelName, answered, reportPath }: FirstLook): Html {
  const [first, second] = model.materials ?? ["one material", "another"];
  const { inside, count } = countInside(answered);
  const later =
    reportPath === null
      ? html``
      : html`<p>
          A smaller network is now trained from nothing, as the demo's own proof; its report will be
          <code>${reportPath}</code>.
        </p>`;
  return html`<p>
      ${counted(answered.length, "aggregate")} of ${first} and ${second} particles
      ${answered.length === 1 ? "was" : "were"} grown at random and imaged by a simulated microscope. The
      network that ships as
      <code>models/${modelName}</code> has seen none of these images; it read the numbers below off each image
      alone. Of ${count} true values, ${inside} lie inside the stated 95 % intervals.
    </p>
    ${later}`;
}

/** How many of all true values lie inside the wide intervals that were given. */
function countInside(answered: readonly AnsweredSample[]): { inside: number; count: number } {
  const hits = answered.flatMap(({ sample, answer }) => {
    if (answer.verdict === "out of distribution") return [];
    const truths = truthsOf(sample.labels);
    return answer.estimates
      .filter(({ key }) => Number.isFinite(truths[key]))
      .map(
        ({
          key,
          intervals: {
            [WIDE]: [low, high],
          },
        }) => truths[key] >= low && truths[key] <= high,
      );
  });
  return { inside: hits.filter(Boolean).length, count: hits.length };
}

function wholeHtml({ model }: FirstLook, one: AnsweredSample): Html {
  return html`<p>
      Above the image that the network gets, below it the aggregate behind it, which it does not.
    </p>
    <div class="grid">
      <div>${tilesOf(one, model)}</div>
      <div style="max-width: 800px">
        ${verdictHtml(one)} ${answerHtml(one, model, { keys: null, hasLimits: true })} ${LEGEND}
      </div>
    </div>`;
}

const LEGEND = html`<p>
  Grey: what the network was trained on, on the scale of its prior. Light blue: 95 % interval, dark blue: 68
  %, line: median. Orange diamond: the truth. A band as long as the track says that one image does not tell.
</p>`;

function othersHtml(others: readonly AnsweredSample[], model: InversionModel): Html {
  return html`${others.map(
    (one) =>
      html`<div class="grid">
        ${tilesOf(one, model)}
        <div style="max-width: 600px">
          ${verdictHtml(one)} ${answerHtml(one, model, { keys: BRIEF_KEYS, hasLimits: false })}
        </div>
      </div>`,
  )}`;
}

/** The image, and the aggregate as it lies under the beam. */
function tilesOf({ sample: { aggregate, image, labels } }: AnsweredSample, model: InversionModel): Html {
  const fieldWidthNm = image.width * model.pixelSizeNm;
  const white = quantile(image.data, 0.998) || 1;
  const { electronsPerPixel } = labels.microscope;
  const picture = renderAggregatePicture(viewAggregate(aggregate, labels.microscope), {
    widthPx: 200,
    fieldOfViewNm: fieldWidthNm,
  });
  const [first, second] = model.materials ?? ["one material", "another"];
  const { width, height, pixels } = picture;
  return html`${imageTileHtml({
    source: pngDataUri(grayPicture(image, white)),
    caption: `simulated HAADF image, ${Math.round(electronsPerPixel)} electrons per pixel, white is ${shortNumber(white)} of the beam`,
    fieldWidthNm,
  })}
  ${imageTileHtml({
    source: pngDataUri({ width, height, pixels, channels: 4 }),
    caption: `the truth: ${aggregate.particleCount} particles, blue ${first}, orange ${second}`,
    fieldWidthNm,
  })}`;
}

function verdictHtml({ answer: { verdict, explanation } }: AnsweredSample): Html {
  const style = verdict === "in distribution" ? "verdict good" : "verdict warn";
  return html`<p><span class="${style}">${verdict}</span>: ${explanation}.</p>`;
}

/** What of an answer is shown. */
interface ShownAnswer {
  /** The quantities; all where there is no list. */
  readonly keys: readonly string[] | null;
  /** Whether the limits of the wide interval stand in a column of their own. */
  readonly hasLimits: boolean;
}

/** A row for each quantity: truth, median, interval, and all three drawn. */
function answerHtml(
  { sample, answer }: AnsweredSample,
  model: InversionModel,
  { keys, hasLimits }: ShownAnswer,
): Html {
  if (answer.verdict === "out of distribution") return html`<p>No numbers are given for this image.</p>`;
  const truths = truthsOf(sample.labels);
  const rows = answer.estimates.flatMap((estimate, t) => {
    if (keys !== null && !keys.includes(estimate.key)) return [];
    const { low, high, scale } = model.targets[t];
    const { label, unit, value, key } = estimate;
    const intervals = [estimate.intervals["0.68"], estimate.intervals[WIDE]] as const;
    const bar = intervalBarHtml({ range: [low, high], scale, median: value, intervals, truth: truths[key] });
    const limits = intervals[1].map(shortNumber).join("\u00a0to\u00a0");
    return html`<tr>
      <td>${nameWithUnit(label, unit)}</td>
      <td class="number">${shortNumber(truths[key])}</td>
      <td class="number">${shortNumber(value)}</td>
      ${hasLimits ? html`<td class="number">${limits}</td>` : html``}
      <td>${bar}</td>
    </tr>`;
  });
  return html`<div class="scroll" tabindex="0">
    <table>
      <thead>
        <tr>
          <th>quantity</th>
          <th class="number">truth</th>
          <th class="number">median</th>
          ${hasLimits ? html`<th class="number">95 % interval</th>` : html``}
          <th>on what is possible</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

function limitsHtml({ answered, model, modelName }: FirstLook): Html {
  const [first, second] = model.materials ?? ["one material", "another"];
  return html`<p>
    The images come from the same simulator and the same prior as those that the network was trained on, with
    a seed of their own, so this shows what the network can do at best. ${counted(answered.length, "image")}
    prove nothing: how far <code>${modelName}</code> can be trusted, on thousands of images and on those of
    another simulator, stands in <code>models/README.md</code>. It knows ${first} and ${second} alone; an
    image that is unlike its training images is refused.
  </p>`;
}
