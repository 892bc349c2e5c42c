import { counted, quantile } from "../../core/index.ts";
import type { InversionModel } from "../../posterior/index.ts";
import {
  grayPicture,
  html,
  imageTileHtml,
  pageText,
  percent,
  pngDataUri,
  tableHtml,
  tableOf,
  type Html,
} from "../../report/index.ts";
import type { InvertedImage } from "../apply/inverted-image.ts";
import type { PooledAnswer } from "../apply/pool-answers.ts";
import { estimateTable } from "./score-tables.ts";
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
}

/**
 * Composes the report of an inversion: images, verdicts, estimates, and what the posterior would have looked like.
 *
 * @param result what was read off the images
 * @returns the text of a self-contained HTML file
 */
export function inversionReport(result: InversionResult): string {
  const { answers, pooled, rerenderings } = result;
  return pageText({
    title: `heterostem: ${answers.length === 1 ? answers[0].file : counted(answers.length, "image")} inverted`,
    lead: leadHtml(result),
    sections: [
      ...answers.map((answer) => ({ heading: answer.file, body: answerHtml(answer) })),
      ...(pooled === null ? [] : [{ heading: "All images together", body: pooledHtml(pooled) }]),
      ...(rerenderings.length === 0
        ? []
        : [{ heading: "What the posterior would have looked like", body: rerenderingHtml(rerenderings) }]),
      { heading: "The model", body: modelHtml(result) },
    ],
  });
}

function leadHtml({ answers, model }: InversionResult): Html {
  const trusted = answers.filter(({ verdict }) => verdict === "in distribution").length;
  const { materials } = model;
  const what =
    materials === null ? "Measured quantities" : `Parameters of ${materials.join("–")} hetero-aggregates`;
  const usual = materials === null ? "An image like those" : "A simulated image";
  return html`<p>
    ${what}, read off ${counted(answers.length, "image")}, of which ${trusted} ${trusted === 1 ? "is" : "are"}
    like those that the network was trained on. ${usual} is called out of distribution in
    ${percent(model.familiarity.falseAlarmRate)} of the cases.
  </p>`;
}

function answerHtml(answer: InvertedImage): Html {
  return html`${verdictTile(answer)}${answer.verdict === "out of distribution" ? html`` : tableHtml(estimateTable(answer.estimates))}`;
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

function pooledHtml({ imageCount, leftOut, estimates, notes }: PooledAnswer): Html {
  const omitted = leftOut.length === 0 ? "" : `, without ${leftOut.join(", ")}`;
  return html`<p>
      Posterior of ${counted(imageCount, "image")} of one powder${omitted}. Parameters are those of the
      powder; descriptors are means over the imaged aggregates. ${notes.map((note) => html`${note}. `)}
    </p>
    ${tableHtml(estimateTable(estimates))}`;
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
