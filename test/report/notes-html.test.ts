import { describe, expect, test } from "vitest";
import { notesHtml, warningsHtml } from "../../src/report/index.ts";

const notes = (count: number) => Array.from({ length: count }, (_, i) => `note ${i}`);

describe("notesHtml()", () => {
  test("shows five notes, and has the others behind a fold that counts them", () => {
    const [open, folded] = notesHtml(notes(7)).markup.split("<details>");
    const said = (markup: string) => markup.match(/note \d/g);
    expect(said(open)).toEqual(notes(5));
    expect(folded).toContain("<summary>2 more of 7 notes</summary>");
    expect(said(folded)).toEqual(["note 5", "note 6"]);
  });

  test("has the colour of text; only what is wrong has that of warnings", () => {
    expect(notesHtml(notes(1)).markup).not.toContain("warn");
    expect(warningsHtml(notes(1)).markup).toContain('<li class="warn">note 0</li>');
  });

  test("draws no fold for five, and nothing for none", () => {
    expect(notesHtml(notes(5)).markup).not.toContain("details");
    expect(notesHtml([]).markup).toBe("");
  });
});
