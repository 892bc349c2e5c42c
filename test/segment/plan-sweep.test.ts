import { expect, test } from "vitest";
import { planSweep, segmentSchema, variantSets } from "../../src/segment/index.ts";
import type { LabelledSet, SetManifest } from "../../src/segment/index.ts";

const config = segmentSchema.parse({
  name: "a",
  data: { sets: [{ images: "a", labels: "b" }] },
  sweep: { trainingImages: [100, 10], epochs: [2] },
});
const entries = (count: number) =>
  Array.from({ length: count }, () => ({
    fold: null,
    split: "training",
  })) as unknown as SetManifest["entries"];
const sizes = (count: number) => planSweep(config, entries(count)).map(({ imageCount }) => imageCount);

test("a sweep begins with the smallest training set, leaves out sizes of the training set that there are not, and takes all images where none is left", () => {
  expect(sizes(120)).toEqual([10, 100]);
  expect(sizes(40)).toEqual([10]);
  expect(sizes(8)).toEqual([null]);
});

test("with a random split every training is planned a second time, beside folds it is refused", () => {
  const random = segmentSchema.parse({ ...config, sweep: { epochs: [2, 5], randomSplit: true } });
  expect(planSweep(random, entries(8)).map(({ name }) => name)).toEqual([
    "all-images-2-epochs",
    "all-images-2-epochs-random-split",
    "all-images-5-epochs",
    "all-images-5-epochs-random-split",
  ]);
  const inFolds = entries(8).map((entry, i) => ({ ...entry, fold: i % 2 }));
  expect(() => planSweep(random, inFolds)).toThrow(
    "Cannot plan sweep: sweep.randomSplit must stand beside a split into sides, got a set in 2 folds",
  );
});

test("a random split has as many images on each side, the same for every training, and tears groups apart", () => {
  const sides = ["training", "training", "training", "training", "validation", "test", "test", "unused"];
  const items = Array.from({ length: 64 }, (_, i) => ({
    name: `${i}`,
    fold: null,
    group: `${Math.floor(i / 8)}`,
    split: sides[Math.floor(i / 8)],
  }));
  const set = { manifest: { config, entries: items }, items } as unknown as LabelledSet;
  const variant = { name: "a", imageCount: null, epochs: 2, fold: null };
  const sidesOf = (isRandom: boolean, epochs: number) => {
    const { training, validation, test: measured } = variantSets(set, { ...variant, epochs, isRandom });
    return [training, validation, measured].map((side) => side.map(({ name, group }) => ({ name, group })));
  };
  const [grouped, random] = [sidesOf(false, 2), sidesOf(true, 2)];
  expect(random.map((side) => side.length)).toEqual([32, 8, 16]);
  expect(grouped.map((side) => side.length)).toEqual([32, 8, 16]);
  expect(sidesOf(true, 5)).toEqual(random);
  const shared = (sets: typeof random) => {
    const trained = new Set(sets[0].map(({ group }) => group));
    return sets[2].filter(({ group }) => trained.has(group)).length;
  };
  expect([shared(grouped), shared(random) > 8]).toEqual([0, true]);
  const names = random.flat().map(({ name }) => name);
  expect(new Set(names).size).toBe(56);
  // what the study leaves out stays out
  expect(names.some((name) => Number(name) >= 56)).toBe(false);
});

test("a study whose class of particles does not exist is refused", () => {
  const study = { name: "a", data: { sets: [{ images: "a", labels: "b" }] }, particles: { classId: 2 } };
  expect(segmentSchema.safeParse(study).error?.message).toContain("not the background");
});
