import { counted, quantile } from "../../core/index.ts";
import type { Estimate, InversionModel } from "../../posterior/index.ts";
import {
  figureHtml,
  grayPicture,
  html,
  imageTileHtml,
  intervalsFigure,
  pageText,
  percent,
  pngDataUri,
  shortNumber,
  tableHtml,
  tableOf,
  unitText,
  type Html,
} from "../../report/index.ts";
import type { InvertedImage } from "../apply/inverted-image.ts";
import type { PooledAnswer } from "../apply/pool-answers.ts";
import { isOfOneMaterial } from "../apply/stated-materials.ts";
import { estimateTable } from "./score-tables.ts";
import { explanationHtml, type Explanation } from "./explanation-report.ts";
import { rerenderingHtml } from "./rerender-report.ts";
import type { Rerendering } from "../apply/rerender.ts";

/** What was read off real images, ready to be shown. */
export interface InversionResult {
  /** Name of the model's file. */
  readonly modelName: string;
  readonly model: InversionModel;
  readonly answers: readonly InvertedImage[];
  readonly pooled: PooledAnswer | null;
  /** Posterior-predictive checks of images that got numbers. */
  readonly rerenderings: readonly Rerendering[];
  /** Which places of the images a quantity comes from; none where nobody asked. */
  readonly explanations: readonly Explanation[];
}

/**
 * Composes the report of an inversion: images, verdicts, estimates, and what the posterior would have looked like.
 *
 * @param result what was read off the images
 * @returns the text of a self-contained HTML file
 */
export function inversionReport(result: InversionResult): string {
  const { answers, pooled, rerenderings, explanations } = result;
  return pageText({
    title: `heterostem: ${answers.length === 1 ? answers[0].file : counted(answers.length, "image")} inverted`,
    lead: leadHtml(result),
    sections: [
      ...answers.map((answer) => ({ heading: answer.file, body: answerHtml(answer, result.model) })),
      ...(pooled === null ? [] : [{ heading: HEADINGS[pooled.of], body: pooledHtml(pooled, result.model) }]),
      ...(rerenderings.length === 0
        ? []
        : [{ heading: "What the posterior would have looked like", body: rerenderingHtml(rerenderings) }]),
      ...(explanations.length === 0
        ? []
        : [
            {
              heading: `Which places moved the answer: ${explanations[0].label}`,
              body: explanationHtml(explanations),
            },
          ]),
      { heading: "The model", body: modelHtml(result) },
    ],
  });
}

/** The answer in three sentences at most: what can be believed, what the images determine, and what they do not. */
function leadHtml({ answers, model, pooled }: InversionResult): Html {
  const trusted = answers.filter(({ verdict }) => verdict === "in distribution");
  const { materials } = model;
  const what = subjectText(model);
  const usual = materials === null ? "an image like those" : "a simulated image";
  const estimates = pooled?.estimates ?? (trusted.length === 1 ? trusted[0].estimates : undefined);
  return html`<p>
    ${what} were read off ${counted(answers.length, "image")}, of which ${trusted.length}
    ${trusted.length === 1 ? "is" : "are"} like those that the network was trained on (${usual} is called out
    of distribution in ${percent(model.familiarity.falseAlarmRate)} of the cases).
    ${estimates === undefined ? "" : knowledgeText(estimates)}
  </p>`;
}

/** What was read off, in words; a network for any materials does not name them. */
function subjectText(model: InversionModel): string {
  const { materials, lengths } = model;
  if (materials === null) return "Measured quantities";
  if (lengths === "nm") return `Parameters of ${materials.join("–")} hetero-aggregates`;
  return `Parameters of aggregates of ${isOfOneMaterial(model) ? "one material" : "two materials"}`;
}

/** What was found of the quantities that an image determines, and how many it does not. */
function knowledgeText(estimates: readonly Estimate[]): string {
  const of = (word: Estimate["information"]) => estimates.filter(({ information }) => information === word);
  const found = of("determined").map(
    ({
      label,
      unit,
      value,
      intervals: {
        "0.95": [low, high],
      },
    }) =>
      `${label} ${shortNumber(value)}${unitText(unit)} (95 %: ${shortNumber(low)} to ${shortNumber(high)})`,
  );
  const rest = `hinted at: ${of("hinted at").length}; no more than was known before: ${of("the prior").length}.`;
  return `${found.length === 0 ? "Nothing is determined" : `Determined: ${found.join("; ")}`}; ${rest}`;
}

function answerHtml(answer: InvertedImage, model: InversionModel): Html {
  if (answer.verdict === "out of distribution") return verdictTile(answer);
  return html`${verdictTile(answer)} ${estimatesHtml(answer.estimates, model, answer.file)}`;
}

/** Answers drawn on what was known before, where that is kept, and as a table. */
function estimatesHtml(estimates: readonly Estimate[], { targets }: InversionModel, of: string): Html {
  const rows = estimates.flatMap(({ key, label, unit, prior, value, intervals }) => {
    const scale = targets.find((target) => target.key === key)?.scale;
    if (prior === null || scale === undefined) return [];
    const [narrow, wide] = [intervals["0.68"], intervals["0.95"]];
    return [{ name: label, unit, scale, known: prior, median: value, narrow, wide }];
  });
  const caption = `${of}: answers on what was known before (grey, 95 %): 95 % interval in light, 68 % in dark blue, line at the median.`;
  return html`${rows.length === 0 ? html`` : figureHtml(intervalsFigure(rows, caption))}
  ${tableHtml(estimateTable(estimates), { isOpen: rows.length === 0 })}`;
}

/** An image as the network saw it, with the verdict and what was done to it before. */
export function verdictTile({ image, verdict, file, explanation, notes }: InvertedImage): Html {
  const fieldWidthNm = image.pixelSizeNm === null ? null : image.width * image.pixelSizeNm;
  const white = quantile(image.data, 0.998) || 1;
  const source = pngDataUri(grayPicture(image, white));
  const style = verdict === "in distribution" ? "verdict good" : "verdict warn";
  return html`${imageTileHtml({ source, caption: file, fieldWidthNm })}
    <p>
      <span class="${style}">${verdict}</span>: ${explanation}. Before that:
      ${notes.length === 0 ? "nothing done" : notes.join("; ")}.
    </p>`;
}

const HEADINGS = {
  "images of one powder": "All images together",
  "views of one aggregate": "All views together",
} as const;

const MEANINGS = {
  "images of one powder":
    "Parameters are those of the powder; descriptors are means over the imaged aggregates.",
  "views of one aggregate": "Descriptors are those of the one aggregate; parameters those of its powder.",
} as const;

function pooledHtml(
  { of, imageCount, leftOut, estimates, notes }: PooledAnswer,
  model: InversionModel,
): Html {
  const omitted = leftOut.length === 0 ? "" : `, without ${leftOut.join(", ")}`;
  return html`<p>
      Posterior of ${imageCount} ${of}${omitted}. ${MEANINGS[of]} ${notes.map((note) => html`${note}. `)}
    </p>
    ${estimatesHtml(estimates, model, HEADINGS[of].toLowerCase())}`;
}

function modelHtml({ model, modelName }: InversionResult): Html {
  const facts = [
    ["file", modelName],
    ["field", `${model.widthPx} x ${model.heightPx} pixels of ${model.pixelSizeNm} nm`],
    ["intensities", model.input.scale],
    ...Object.entries(model.provenance),
  ] as const;
  return factsHtml(facts);
}

/** Facts by name, as a table. */
export function factsHtml(facts: readonly (readonly [string, string | number])[]): Html {
  return tableHtml(
    tableOf(facts, [
      { heading: "what", text: ([key]) => key },
      { heading: "value", text: ([, value]) => String(value) },
    ]),
  );
}
