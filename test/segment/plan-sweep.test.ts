import { expect, test } from "vitest";
import { planSweep, segmentSchema } from "../../src/segment/index.ts";
import type { SetManifest } from "../../src/segment/index.ts";

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

test("a study whose class of particles does not exist is refused", () => {
  const study = { name: "a", data: { sets: [{ images: "a", labels: "b" }] }, particles: { classId: 2 } };
  expect(segmentSchema.safeParse(study).error?.message).toContain("not the background");
});
