import { estimateTable, type InvertedImage } from "../inverse/index.ts";
import { tableText } from "../report/index.ts";

/** The answer for one image, for a terminal: verdict, what was done, numbers where there are any. */
export function answerText(answer: InvertedImage): string {
  const notes = answer.notes.map((note) => `  ${note}`);
  const head = [`${answer.file}: ${answer.verdict}, ${answer.explanation}`, ...notes];
  if (answer.verdict === "out of distribution") return head.join("\n");
  return [...head, tableText(estimateTable(answer.estimates))].join("\n");
}

/** Estimates of an image out of distribution stay out: a number in a file is believed, whatever stands beside it. */
export function answerJson({ image: _, output: __, estimates, ...answer }: InvertedImage): object {
  return answer.verdict === "out of distribution" ? { ...answer, estimates: null } : { ...answer, estimates };
}
