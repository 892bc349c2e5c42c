import { html, type Html } from "./html.ts";

/** So many notes stand open, the others behind a fold: a hundred of one kind are no hundred things to read first. */
const OPEN_COUNT = 5;

/**
 * What a reader must know before the numbers, as a list; nothing where there is nothing to say. Most of it are facts, such as where a pixel size is from, so it
 * has the colour of text.
 *
 * @param notes one sentence each
 * @returns the first five, and behind a fold, open on paper, the others
 */
export const notesHtml = (notes: readonly string[]): Html =>
  listHtml(notes, (note) => html`<li>${note}</li>`);

/**
 * The same of what is wrong, in the colour of warnings.
 *
 * @param warnings one sentence each
 */
export const warningsHtml = (warnings: readonly string[]): Html =>
  listHtml(warnings, (warning) => html`<li class="warn">${warning}</li>`);

function listHtml(notes: readonly string[], itemOf: (note: string) => Html): Html {
  if (notes.length === 0) return html``;
  const [open, folded] = [notes.slice(0, OPEN_COUNT), notes.slice(OPEN_COUNT)];
  const list = (texts: readonly string[]) =>
    html`<ul>
      ${texts.map(itemOf)}
    </ul>`;
  if (folded.length === 0) return list(open);
  return html`${list(open)}
    <details>
      <summary>${folded.length} more of ${notes.length} notes</summary>
      ${list(folded)}
    </details>`;
}
