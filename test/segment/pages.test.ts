import { describe, expect, test } from "vitest";
import type { GrayImage } from "../../src/core/index.ts";
import { openRandomStream } from "../../src/core/index.ts";
import {
  particleReport,
  particlesOf,
  segmentSchema,
  summarise,
  sweepReport,
  type ImageEvaluation,
  type LabelledMicrograph,
  type SegmenterMetadata,
} from "../../src/segment/index.ts";
import { evaluateImage } from "../../src/segment/evaluate-segmenter.ts";
import { openPage } from "../helpers/page.ts";

const [WIDTH, HEIGHT] = [24, 16];
const config = segmentSchema.parse({
  name: "precipitates <i>",
  problem: "How large are they?",
  data: { sets: [{ images: "i", labels: "l" }], classNames: ["matrix", "precipitate"] },
  particles: { minAreaPx: 4 },
  sweep: { epochs: [1, 2] },
});

/** 1 in a square of 4 px at a place. */
const square = (left: number) =>
  Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => {
    const [x, y] = [i % WIDTH, Math.floor(i / WIDTH)];
    return x >= left && x < left + 4 && y >= 6 && y < 10 ? 1 : 0;
  });

const imageOf = (pixelSizeNm: number | null): GrayImage => ({
  width: WIDTH,
  height: HEIGHT,
  data: Float32Array.from({ length: WIDTH * HEIGHT }, (_, i) => i % 7),
  intensityUnit: "arbitrary",
  pixelSizeNm,
});

describe("particleReport()", () => {
  const classIds = square(8);
  const found = ["a.png", "b.png", "c.png"].map((name) =>
    particlesOf(
      openRandomStream(1),
      { name, width: WIDTH, height: HEIGHT, pixelSizeNm: 500, classIds },
      config.particles,
    ),
  );
  const metadata = {
    config,
    classNames: config.data.classNames,
    trainingNames: ["t"],
    steps: 12,
    heterostemVersion: "9.9.9",
  } as unknown as SegmenterMetadata;
  const input = {
    metadata,
    particles: found,
    shown: [{ name: "a.png", image: imageOf(500), classIds }],
    notes: ["c.png: pixels of 500 nm"],
  };
  const page = openPage(particleReport(input));

  test("counts, names and measures what was found, in nm", () => {
    expect(page.title).toBe("Particles: precipitates <i>");
    expect(page.headings).toEqual(["Particles", "Images", "Model"]);
    expect(page.words).toContain("3 particles of precipitate in 3 images.");
    expect(page.words).toContain("c.png: pixels of 500 nm");
    expect(page.words).toContain("trained on 1 image in 12 steps; heterostem 9.9.9");
    // a square of 4 px has the area of a disc of 8 / sqrt(pi) = 4.51 px: 2257 nm
    const row = page.rows.find(([name]) => name === "a.png");
    expect(row).toEqual(expect.arrayContaining(["1", "0", "2257"]));
    expect(page.rows[0]).toContain("diameter, 50 % below [nm]");
  });

  test("draws the diameters, and says what is not measurable of one particle an image", () => {
    expect(page.figures).toEqual(["Histogram of Equivalent diameter [nm] over 3 particles."]);
    expect(page.words).toContain("Distance to the nearest neighbour: there is no particle to measure.");
  });

  test("says how many images it does not show, and puts the bar on the picture in micrometres", () => {
    expect(page.words).toContain("The first 1 of 3 images, one of them above; overlays/ has all.");
    expect(page.tiles).toEqual([{ caption: "a.png", bar: "2 µm", isPng: true }]);
    const one = openPage(particleReport({ ...input, particles: found.slice(0, 1) }));
    expect(one.words).toContain("1 particle of precipitate in 1 image.");
    expect(one.words).toContain("All images, with the first above.");
  });

  test("is one file without holes", () => {
    expect([page.holes, page.deadLinks]).toEqual([[], []]);
    expect(page.policy).toContain("default-src 'none'");
  });
});

describe("sweepReport()", () => {
  const names = ["s0_a", "s1_a"];
  const items = names.map(
    (name) =>
      ({
        name,
        group: name.slice(0, 2),
        width: WIDTH,
        height: HEIGHT,
        pixelSizeNm: null,
        image: imageOf(null),
        classIds: square(8),
        instanceIds: null,
      }) as unknown as LabelledMicrograph,
  );
  /** Found a few pixels beside the label: 4 x (4 - shift) of 16 pixels are hit. */
  const evaluationsOf = (shifts: readonly number[]): ImageEvaluation[] =>
    items.flatMap((item, index) =>
      (["plain", "morphological"] as const).map((rule) =>
        evaluateImage(item, square(8 + shifts[index]), { rule, classCount: 2, dropsEdgeObjects: false }),
      ),
    );
  const pointOf = (epochs: number, evaluations: ImageEvaluation[], isRandom = false) => ({
    imageCount: 5,
    epochs,
    isRandom,
    summaries: (["plain", "morphological"] as const).map((rule) =>
      summarise(openRandomStream(1), evaluations, rule, config.data.classNames),
    ),
  });
  const last = evaluationsOf([0, 2]);
  const points = [pointOf(1, evaluationsOf([2, 2])), pointOf(2, last)];
  const page = openPage(sweepReport({ config, points, evaluations: last, items }));

  test("has the scores of every point, and every group by itself", () => {
    expect(page.title).toBe("Segmentation sweep: precipitates <i>");
    expect(page.headings).toEqual(["Scores", "Curves", "Groups, precipitate", "Images"]);
    expect(page.words).toContain("How large are they?");
    // shifted by 2 of 4 px: 8 hit of 24 together
    const scores = page.rows.filter(([, , , , name]) => name === "precipitate");
    expect(scores.map(([images, epochs, , , , rule]) => [images, epochs, rule])).toEqual([
      ["5", "1", "plain"],
      ["5", "1", "morphological"],
      ["5", "2", "plain"],
      ["5", "2", "morphological"],
    ]);
    expect(scores[0][6]).toMatch(/^0\.333/);
    expect(scores[2][6]).toMatch(/^0\.67/);
    const groups = page.rows.filter(([name]) => /^s\d$/.test(name));
    expect(groups.map(([group, images, , iou]) => [group, images, iou])).toEqual([
      ["s0", "1", "1.000"],
      ["s1", "1", "0.333"],
    ]);
  });

  test("sets a split at random beside that of the set, with curves of its own", () => {
    const random = [pointOf(1, last, true), pointOf(2, last, true)];
    const both = openPage(sweepReport({ config, points: [...points, ...random], evaluations: last, items }));
    const splits = both.rows
      .map(([split]) => split)
      .filter((split) => /^(of the set|at random)$/.test(split));
    expect(splits).toEqual([...Array(4).fill("of the set"), ...Array(4).fill("at random")]);
    expect(both.words).toContain("plain, random split");
    expect(page.words).not.toContain("random");
  });

  test("draws the curve against epochs alone, for there is one number of images", () => {
    expect(page.figures).toEqual([
      "Mean IoU of precipitate against epochs, at 5 training images.",
      expect.stringContaining("Share of precipitate: found against labelled [%], 2 images"),
    ]);
  });

  test("shows the best and the worst image with their scores, without holes", () => {
    expect(page.tiles.map(({ caption }) => caption)).toEqual([
      "s0_a",
      "s0_a: IoU 1.000",
      "s1_a",
      "s1_a: IoU 0.333",
    ]);
    expect([page.holes, page.deadLinks]).toEqual([[], []]);
  });
});
