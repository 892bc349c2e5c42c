import { describe, expect, it } from "vitest";
import { drawSample } from "../../src/corpus/index.ts";
import { inversionRecipeSchema, planInversion } from "../../src/inverse/index.ts";

const recipeOf = (keys: object) =>
  inversionRecipeSchema.parse({
    aggregate: { particleCount: { logUniform: [8, 12] } },
    microscope: { widthPx: 64, heightPx: 64, pixelSizeNm: 3, film: "none" },
    ...keys,
  });
const VIEWS = { tiltsDeg: [-30, 0, 30], angleErrorDeg: 0.5, shiftNm: 4 };

describe("samples in views", () => {
  const { samples } = planInversion(recipeOf({ views: VIEWS }));
  const six = Array.from({ length: 6 }, (_, i) => drawSample(samples, i));

  it("show one aggregate, one sample a tilt, near the stated angles", () => {
    for (const [i, { labels }] of six.entries()) {
      const first = six[i - (i % 3)];
      expect(labels.sampleIndex).toBe(i);
      expect(labels.descriptors).toEqual(first.labels.descriptors);
      expect(Math.abs(labels.microscope.tiltDeg - VIEWS.tiltsDeg[i % 3])).toBeLessThan(3);
      expect(labels.microscope.electronsPerPixel).toBe(first.labels.microscope.electronsPerPixel);
    }
    expect(six[3].labels.descriptors).not.toEqual(six[0].labels.descriptors);
    expect(six[1].labels.microscope.offsetXNm).not.toBe(six[0].labels.microscope.offsetXNm);
    expect([...six[1].image.data]).not.toEqual([...six[0].image.data]);
  });

  it("do not depend on which are drawn before", () => {
    expect([...drawSample(samples, 4).image.data]).toEqual([...six[4].image.data]);
  });

  it("grow what the same recipe without views grows", () => {
    const alone = planInversion(recipeOf({})).samples;
    expect(drawSample(alone, 1).labels.parameters).toEqual(six[3].labels.parameters);
  });
});

describe("recipes with views", () => {
  it.each([
    [{ views: VIEWS, microscope: { tiltDeg: 10 } }, "must be 0 where views have tilts"],
    [{ views: { ...VIEWS, tiltsDeg: [0] } }, ">=2"],
    [{ views: VIEWS, lengths: "pixels" }, "left out"],
  ])("%j is refused", (keys, words) => {
    expect(() => inversionRecipeSchema.parse(keys)).toThrow(words);
  });
});
