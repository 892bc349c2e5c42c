import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { assignSplits } from "../../src/segment/data/assign-splits.ts";
import { groupsFromTable } from "../../src/segment/data/group-names.ts";

const candidatesOf = (groups: readonly string[]) =>
  groups.map((group, i) => ({ name: `${group}-${i}`, group, folderSplit: null }));

describe("assignSplits()", () => {
  test("never tears a group apart, whatever the groups, the seed and the shares", () => {
    const cases = fc.record({
      groups: fc.array(fc.constantFrom("a", "b", "c", "d", "e", "f"), { minLength: 12, maxLength: 40 }),
      seed: fc.nat(1000),
      by: fc.constantFrom("groups" as const, "folds" as const),
    });
    fc.assert(
      fc.property(cases, ({ groups, seed, by }) => {
        fc.pre(new Set(groups).size >= 3);
        const split = by === "folds" ? { by, count: 3 } : { by, validationShare: 0.2, testShare: 0.2 };
        const { assignments, warnings } = assignSplits(openRandomStream(seed), candidatesOf(groups), {
          split,
        });
        const places = new Map<string, string>();
        for (const { group, split: name, fold } of assignments) {
          const place = `${name} ${fold}`;
          expect(places.get(group) ?? place).toBe(place);
          places.set(group, place);
        }
        expect(warnings).toEqual([]);
      }),
    );
  });

  test("warns where nothing names groups, and where a published split tears one apart", () => {
    const loose = ["a", "b", "c", "d", "e", "f"].map((name) => ({ name, group: null, folderSplit: null }));
    const split = { by: "images", validationShare: 0.2, testShare: 0.2 } as const;
    expect(assignSplits(openRandomStream(1), loose, { split }).warnings[0]).toContain(
      "may stand in training and test",
    );
    const published = [
      { name: "s1-a", group: "s1", folderSplit: "training" as const },
      { name: "s1-b", group: "s1", folderSplit: "validation" as const },
    ];
    const { warnings } = assignSplits(openRandomStream(1), published, { split: { by: "folders" } });
    expect(warnings).toEqual(["The split has 1 groups on more than one side (s1): scores may be too high"]);
  });

  test("leaves images out that a one-shot split does not train on", () => {
    const candidates = ["train-1", "train-2", "val-1"].map((name) => ({
      name,
      group: name,
      folderSplit: name.startsWith("val") ? ("validation" as const) : ("training" as const),
    }));
    const rule = { split: { by: "folders" as const }, trainingNames: "^train-2$" };
    const { assignments } = assignSplits(openRandomStream(1), candidates, rule);
    expect(assignments.map(({ split }) => split)).toEqual(["unused", "training", "validation"]);
  });

  test("refuses more folds than groups, and names without validation images; published splits may have none", () => {
    const candidates = candidatesOf(["a", "a", "b"]);
    expect(() => assignSplits(openRandomStream(1), candidates, { split: { by: "folds", count: 3 } })).toThrow(
      "Cannot cross-validate: there must be at least 3 groups (such as lots) for 3 folds, got 2",
    );
    const names = { by: "names", validation: "^c", test: "^b" } as const;
    expect(() => assignSplits(openRandomStream(1), candidates, { split: names })).toThrow(
      "Cannot split data set: validation images must be at least 1, got none among 3 images",
    );
    const published = assignSplits(openRandomStream(1), candidates, { split: { by: "folders" } });
    expect(published.assignments.map(({ split }) => split)).toEqual(["training", "training", "training"]);
  });
});

test("groupsFromTable() joins columns, whatever their capitals, and names a column that is missing", () => {
  const text = "Image;Type;Temperature\nPNG/IMG_1.png;upper;350\nIMG_2.png;lower;400\n";
  const columns = { nameColumn: "image", groupColumns: ["type", "temperature"] };
  expect([...groupsFromTable(text, columns, "m.csv")]).toEqual([
    ["IMG_1", "upper / 350"],
    ["IMG_2", "lower / 400"],
  ]);
  expect(() => groupsFromTable(text, { nameColumn: "file", groupColumns: [] }, "m.csv")).toThrow(
    "Cannot read groups: table must have the columns file, got Image, Type, Temperature (m.csv)",
  );
});

test("groupsFromTable() keeps groups apart that differ behind a comma, and takes headings with their unit", () => {
  const text = 'image,Alloy,Temperature [C]\na.png,"Al, 2 %",350\nb.png,"Al, 4 %",350\n';
  const groupsBy = (...groupColumns: string[]) => [
    ...groupsFromTable(text, { nameColumn: "image", groupColumns }, "m.csv").values(),
  ];
  expect(groupsBy("alloy")).toEqual(["Al, 2 %", "Al, 4 %"]);
  expect(groupsBy("Alloy", "Temperature [C]")).toEqual(["Al, 2 % / 350", "Al, 4 % / 350"]);
  expect(() =>
    groupsFromTable("image,alloy\na.png,Al, 2 %\n", { nameColumn: "image", groupColumns: [] }, "m.csv"),
  ).toThrow("Cannot read groups: line must have 2 cells, got 3 (m.csv, line 2)");
  const twice = "image,alloy\nx/a.png,Al\ny/a.png,Cu\n";
  expect(() => groupsFromTable(twice, { nameColumn: "image", groupColumns: ["alloy"] }, "m.csv")).toThrow(
    "Cannot read groups: image a must be of one group, got Al and Cu (m.csv)",
  );
});
