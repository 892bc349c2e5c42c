import { describe, expect, test } from "vitest";
import { labelledName, matchLabels } from "../../src/labels/index.ts";

describe("labelledName()", () => {
  test.each([
    ["a_cp_masks.png", "a"],
    ["a_mask.tif", "a"],
    ["a_masks.tif", "a"],
    ["a_label.png", "a"],
    ["a_labels.png", "a"],
    ["a_seg.png", "a"],
    ["a_map.png", "a"],
    ["a-labels.tif", "a"],
    ["a.labels.tif", "a"],
    ["a_Simple Segmentation.tiff", "a"],
    ["a_Object Identities.tiff", "a"],
    ["Mask of a.tif", "a"],
    ["a_RoiSet.zip", "a"],
    ["folder/aRoiSet.zip", "a"],
  ])("%s belongs to %s", (file, name) => expect(labelledName(file)).toBe(name));

  test.each(["a.png", "bitmap.png", "unmask.png", "masks.png"])("%s has no ending of a label", (file) =>
    expect(labelledName(file)).toBeNull(),
  );
});

describe("matchLabels()", () => {
  test("prefers the name letter for letter, so that an image may itself be called a_map", () => {
    const { labelOf } = matchLabels(["a", "a_map"], ["a.png", "a_map.png"], "labels");
    expect([...labelOf]).toEqual([
      ["a", "a.png"],
      ["a_map", "a_map.png"],
    ]);
  });

  test("goes without what stands behind an image's name, and leaves Cellpose's state beside its masks alone", () => {
    const files = ["a_label.png", "b_cp_masks.png", "b_seg.npy"];
    const { labelOf, unused } = matchLabels(["a_image", "b"], files, "labels");
    expect([...labelOf.values()]).toEqual(["a_label.png", "b_cp_masks.png"]);
    expect(unused).toEqual(["b_seg.npy"]);
  });

  test("goes without it before the number of a frame, too", () => {
    const { labelOf } = matchLabels(["a_image_0", "a_image_1"], ["a_0.png", "a_1_map.png"], "labels");
    expect([...labelOf.values()]).toEqual(["a_0.png", "a_1_map.png"]);
  });

  test("refuses two label files for one image", () => {
    expect(() => matchLabels(["a"], ["a_mask.png", "a_seg.tif"], "labels")).toThrow(
      "Cannot match labels to images: image a must have one label file, got a_mask.png and a_seg.tif (labels)",
    );
  });
});
