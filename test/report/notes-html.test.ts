import { describe, expect, test } from "vitest";
import { notesHtml } from "../../src/report/index.ts";

const notes = (count: number) => Array.from({ length: count }, (_, i) => `note ${i}`);

describe("notesHtml()", () => {
  test("shows five notes, and has the others behind a fold that counts them", () => {
    const [open, folded] = notesHtml(notes(7)).markup.split("<details>");
    const said = (markup: string) => markup.match(/note \d/g);
    expect(said(open)).toEqual(notes(5));
    expect(folded).toContain("<summary>2 more of 7 notes</summary>");
    expect(said(folded)).toEqual(["note 5", "note 6"]);
  });

  test("draws no fold for five, and nothing for none", () => {
    expect(notesHtml(notes(5)).markup).not.toContain("details");
    expect(notesHtml([]).markup).toBe("");
  });
});
