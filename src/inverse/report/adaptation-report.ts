import { counted, priorRange, type Prior } from "../../core/index.ts";
import {
  figureHtml,
  html,
  pageText,
  shortNumber,
  tableHtml,
  tableOf,
  type Html,
  type Table,
} from "../../report/index.ts";
import type { SettingRange } from "../adapt/narrow-recording.ts";
import type { InvertedImage } from "../apply/inverted-image.ts";
import type { TrainedInversion } from "../fit/train-inversion.ts";
import { verdictTile } from "./inversion-report.ts";
import { estimateTable } from "./score-tables.ts";
import { trainingFigure } from "./training-figure.ts";

/** What came of adapting a network to images. */
export interface AdaptedAnswers {
  readonly ranges: readonly SettingRange[];
  readonly trained: TrainedInversion;
  /** Answers of the network to begin with; null where it was trained for other materials. */
  readonly before: readonly InvertedImage[] | null;
  readonly after: readonly InvertedImage[];
}

/** How images were recorded, as far as their looks say so: what was tried, and what is left. */
export function recordingTable(ranges: readonly SettingRange[]): Table {
  return tableOf(ranges, [
    { heading: "of the recording", text: ({ label, unit }) => (unit === "" ? label : `${label} [${unit}]`) },
    { heading: "tried", range: ({ widest }) => priorRange(widest) },
    { heading: "like these images", text: ({ range }) => priorText(range) },
  ]);
}

function priorText(prior: Prior): string {
  if (typeof prior === "number") return shortNumber(prior);
  const [low, high] = priorRange(prior);
  return `${shortNumber(low)} to ${shortNumber(high)}`;
}

/**
 * Composes the report of an adaptation: how the images were recorded, each answer before and after, and the training.
 *
 * @returns the text of a self-contained HTML file
 */
export function adaptationReport({ ranges, trained, before, after }: AdaptedAnswers): string {
  const trusted = (answers: readonly InvertedImage[]) =>
    answers.filter(({ verdict }) => verdict === "in distribution").length;
  const earlier =
    before === null
      ? "The network it began with was trained for other materials."
      : `The network it began with answered ${trusted(before)}.`;
  return pageText({
    title: `heterostem: a network adapted to ${counted(after.length, "image")}`,
    lead: html`<p>
      Of ${counted(after.length, "image")} the adapted network answers ${trusted(after)} as like those that it
      was trained on. ${earlier} Being like simulated images is not being simulated rightly: compare the
      intervals with what you know.
    </p>`,
    sections: [
      ...after.map((answer, i) => ({
        heading: answer.file,
        body: answersHtml(answer, before === null ? null : (before[i] ?? null)),
      })),
      { heading: "How the images were recorded", body: tableHtml(recordingTable(ranges)) },
      { heading: "Training", body: figureHtml(trainingFigure(trained.learningCurve, trained.model)) },
    ],
  });
}

function answersHtml(after: InvertedImage, before: InvertedImage | null): Html {
  return html`${verdictTile(after)}${numbersHtml(after)}
  ${
    before === null
      ? ""
      : html`<h3>Before: ${before.verdict}</h3>
          <p>${before.explanation}</p>
          ${numbersHtml(before)}`
  }`;
}

function numbersHtml({ verdict, estimates }: InvertedImage): Html {
  return verdict === "out of distribution" ? html`` : tableHtml(estimateTable(estimates));
}
