import { html, type Html } from "./html.ts";

/** So many notes stand open, the others behind a fold: a hundred of one kind are no hundred things to read first. */
const OPEN_COUNT = 5;

/**
 * What a reader must know before the numbers, as a list; nothing where there is nothing to say.
 *
 * @param notes one sentence each
 * @returns the first five, and behind a fold, open on paper, the others
 */
export function notesHtml(notes: readonly string[]): Html {
  if (notes.length === 0) return html``;
  const [open, folded] = [notes.slice(0, OPEN_COUNT), notes.slice(OPEN_COUNT)];
  const list = (texts: readonly string[]) =>
    html`<ul>
      ${texts.map((note) => html`<li class="warn">${note}</li>`)}
    </ul>`;
  if (folded.length === 0) return list(open);
  return html`${list(open)}
    <details>
      <summary>${folded.length} more of ${notes.length} notes</summary>
      ${list(folded)}
    </details>`;
}
