import { describe, expect, test } from "vitest";
import { readDelimited } from "../../src/core/index.ts";
import { fixed, tableCsv, tableHtml, tableOf, tableText, type Column } from "../../src/report/index.ts";

interface Row {
  readonly name: string;
  readonly count: number;
  readonly share: number;
  readonly limits: readonly [number, number];
}

const ROWS: readonly Row[] = [
  { name: 'dose 3,5 "low"', count: 7, share: 0.9125, limits: [0.88, 0.94] },
  { name: "<b>\nsecond", count: 1200, share: NaN, limits: [NaN, NaN] },
];
const COLUMNS: readonly Column<Row>[] = [
  { heading: "image", text: ({ name }) => name },
  { heading: "particles", number: ({ count }) => count },
  { heading: "share", unit: "%", number: ({ share }) => 100 * share, show: fixed(1) },
  {
    heading: "IoU",
    interval: ({ share, limits: [low, high] }) => (Number.isNaN(share) ? null : { value: share, low, high }),
  },
  { heading: "68 % interval", unit: "nm", range: ({ limits }) => limits },
];
const TABLE = tableOf(ROWS, COLUMNS);

describe("tableText()", () => {
  test("sets words flush left and numbers flush right, a row a line, without blanks at the end", () => {
    expect(tableText(TABLE).split("\n")).toEqual([
      "image           particles  share [%]              IoU (95 %)  68 % interval [nm]",
      'dose 3,5 "low"          7       91.3  0.912 (0.880 to 0.940)      0.880 to 0.940',
      "<b> second           1200          –                       –              – to –",
    ]);
    expect(tableText(tableOf(ROWS, [{ heading: "", text: () => "" }]))).toBe("\n\n");
  });

  test("of no rows is its headings", () => {
    expect(tableText(tableOf<Row>([], COLUMNS)).split("\n")).toHaveLength(1);
  });
});

describe("tableHtml()", () => {
  test("escapes names, aligns numbers, and does not break an interval", () => {
    const { markup } = tableHtml(TABLE);
    expect(markup).toContain('<td class="text">&lt;b&gt; second</td>');
    expect(markup).toContain('<td class="number">1200</td>');
    expect(markup).toContain("0.912 (0.880\u00a0to\u00a00.940)");
    expect(markup).toContain('<th class="number">share [%]</th>');
  });
});

describe("tableCsv()", () => {
  test("has units and limits in the headings, all digits, and an empty cell where there is no number", () => {
    const [heading, first] = tableCsv(TABLE).split("\n");
    expect(heading).toBe(
      "image,particles,share [%],IoU,IoU 95 % low,IoU 95 % high,68 % interval low [nm],68 % interval high [nm]",
    );
    expect(first).toBe('"dose 3,5 ""low""",7,91.25,0.9125,0.88,0.94,0.88,0.94');
  });

  test("every line has as many cells as the heading, names with commas, quotation marks and line breaks too", () => {
    const { columns, lines } = readDelimited(tableCsv(TABLE), { fileName: "t.csv" });
    expect(columns).toHaveLength(8);
    expect(lines.map(({ cells }) => cells.get("image"))).toEqual(ROWS.map(({ name }) => name));
    expect([...lines[1].cells.values()].filter((cell) => cell === "")).not.toHaveLength(0);
  });
});
