import { tableHtml, tableOf, type Html } from "../../report/index.ts";

/** What headings of a study's tables mean, as docs/glossary.md has it: who is shown a report has no docs beside it. */
export const WORDS_OF_SCORES: readonly { readonly term: string; readonly meaning: string }[] = [
  {
    term: "R²",
    meaning:
      "1 less mean squared error over variance of the truth, on the scale of the prior: 1 is exact, 0 as good as the mean",
  },
  { term: "RMSE", meaning: "root of the mean squared error" },
  { term: "RMSE constant", meaning: "the same of the best constant answer" },
  {
    term: "CRPS",
    meaning:
      "continuous ranked probability score: error and width of a posterior in one number, smaller is better",
  },
  { term: "NLL", meaning: "negative logarithm of the posterior's density at the truth, smaller is better" },
  { term: "coverage, inside 95 %", meaning: "share of truths that lie in their intervals" },
  {
    term: "sharpness, 68 % width",
    meaning: "mean width of the 68 % intervals: narrow is good where coverage holds",
  },
  {
    term: "SBC p",
    meaning:
      "simulation-based calibration: probability of ranks as uneven as these if the posterior were right",
  },
  {
    term: "width p",
    meaning: "the same for ranks too near to the middle or to the ends: intervals too wide or too narrow",
  },
  { term: "TARP p", meaning: "the same for all quantities together, by random points" },
  { term: "classical", meaning: "a ridge regression on measures of the image, without a network" },
  {
    term: "floor",
    meaning: "the error that is left if the true parameters are known: two realisations differ by it",
  },
];

/** The words as a table. */
export function wordsOfScoresHtml(): Html {
  return tableHtml(
    tableOf(WORDS_OF_SCORES, [
      { heading: "word", text: ({ term }) => term },
      { heading: "meaning", text: ({ meaning }) => meaning },
    ]),
  );
}
