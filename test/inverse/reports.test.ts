import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import type { GrayImage } from "../../src/core/index.ts";
import {
  inversionRecipeSchema,
  inversionReport,
  planInversion,
  studyReport,
  studyResults,
  type InvertedImage,
  type InversionStudy,
} from "../../src/inverse/index.ts";
import { INTERVAL_LEVELS, type InversionModel, type TargetScore } from "../../src/posterior/index.ts";
import { WORDS_OF_SCORES } from "../../src/inverse/report/words-of-scores.ts";
import { aggregateOf } from "../stem-sim/aggregates.ts";
import { openPage } from "../helpers/page.ts";

const [WIDTH, HEIGHT] = [48, 24];
const image: GrayImage = {
  width: WIDTH,
  height: HEIGHT,
  data: Float32Array.from({ length: WIDTH * HEIGHT }, (_, i) => (i % 11) / 20),
  intensityUnit: "fraction of the incident beam",
  pixelSizeNm: 50,
};
const model = {
  targets: [],
  materials: ["TiO2-anatase", "WO3"],
  pixelSizeNm: 0.8,
  widthPx: 128,
  heightPx: 128,
  input: { scale: "absolute", center: 0, deviation: 1 },
  head: { kind: "gaussian" },
  census: null,
  corrections: [],
  calibration: { network: Array.from({ length: 100 }, () => [0]), classical: [], truths: [] },
  familiarity: { limit: 2, falseAlarmRate: 0.01 },
  provenance: { recipe: "own <recipe>", trainCount: 9600 },
} as unknown as InversionModel;

function answerOf(file: string, verdict: InvertedImage["verdict"]): InvertedImage {
  return {
    file,
    verdict,
    explanation: `because of ${file}`,
    notes: ["cropped to 128 x 128 px"],
    image,
    estimates: [
      {
        key: "particleCount",
        label: "particles",
        unit: "",
        quantity: "parameter",
        value: 31.25,
        intervals: { "0.68": [25.5, 38.1], "0.95": [20.2, 47.3] },
        prior: [21, 143],
        information: "determined",
        beyond: null,
      },
    ],
  } as unknown as InvertedImage;
}

const rerendering = {
  name: "a.tif",
  observed: image,
  example: image,
  mean: image,
  residuals: Float32Array.from(image.data, (value) => 8 * (value - 0.25)),
  strangeShare: 0.062,
  ranks: { area: 0.41, boundary: 0.87 },
  drawCount: 32,
};

describe("inversionReport()", () => {
  const answers = [answerOf("a.tif", "in distribution"), answerOf("b.tif", "out of distribution")];
  const pooled = {
    of: "images of one powder" as const,
    imageCount: 1,
    leftOut: ["b.tif"],
    estimates: answers[0].estimates,
    notes: ["few images"],
  };
  const result = {
    modelName: "m.onnx",
    model,
    answers,
    pooled,
    rerenderings: [rerendering],
    explanations: [],
  };
  const page = openPage(inversionReport(result));
  const sectionOf = (from: string, to: string) =>
    page.words.slice(page.words.lastIndexOf(from), page.words.lastIndexOf(to));

  test("has a section an image, one for all, the posterior imaged again, and the model", () => {
    expect(page.title).toBe("heterostem: 2 images inverted");
    expect(page.headings).toEqual([
      "a.tif",
      "b.tif",
      "All images together",
      "What the posterior would have looked like",
      "The model",
    ]);
    expect(page.words).toContain("read off 2 images, of which 1 is like those");
    expect(page.words).toContain("without b.tif");
    expect(page.words).toContain("few images.");
    const one = openPage(
      inversionReport({ ...result, answers: [answers[0]], pooled: null, rerenderings: [] }),
    );
    expect([one.title, one.headings]).toEqual(["heterostem: a.tif inverted", ["a.tif", "The model"]]);
  });

  test("shows which places moved an answer, with the colours' values in its unit", () => {
    const [answer] = answers;
    const contributions = Float32Array.from(answer.image.data, (_, i) => (i === 0 ? -3 : 0));
    const explained = {
      key: "particleCount",
      label: "particles",
      unit: "",
      value: 40,
      patchPx: 2,
      contributions,
    };
    const shown = openPage(inversionReport({ ...result, explanations: [{ ...explained, answer }] }));
    expect(shown.headings).toContain("Which places moved the answer: particles");
    expect(shown.tiles.map(({ caption }) => caption)).toContain("a.tif: particles 40");
    expect(shown.words).toContain("what each place adds to the particles, by patches of 2 px");
    expect(shown.holes).toEqual([]);
  });

  test("gives median and intervals of an image in distribution, and none of one that is not", () => {
    const lines = page.rows.filter(([name]) => name === "particles");
    expect(lines).toHaveLength(2); // of a.tif and of all together
    expect(lines[0]).toEqual([
      "particles",
      "31.3",
      "25.5 to 38.1",
      "20.2 to 47.3",
      "21 to 143",
      "determined",
    ]);
    expect(sectionOf("b.tif", "All images together")).not.toContain("31.3");
    expect(page.words).toContain(
      "out of distribution: because of b.tif. Before that: cropped to 128 x 128 px.",
    );
  });

  test("shows every image with its bar, and the residuals with their colours", () => {
    expect(page.tiles.map(({ caption }) => caption)).toEqual([
      "a.tif",
      "b.tif",
      "observed, a.tif",
      "one draw",
      "mean of the draws",
      "residuals, 6.2 % of the pixels beyond 2 spreads",
    ]);
    // 48 px of 50 nm
    expect(page.tiles.map(({ bar, isPng }) => [bar, isPng])).toEqual(page.tiles.map(() => ["500 nm", true]));
    expect(page.words).toContain("spreads -404 spreads"); // ends and middle of the colour bar
    expect(page.rows).toContainEqual(["boundary", "0.87"]);
  });

  test("says where the model comes from, and is one file without holes", () => {
    expect(page.rows).toContainEqual(["file", "m.onnx"]);
    expect(page.rows).toContainEqual(["recipe", "own <recipe>"]);
    expect([page.holes, page.deadLinks]).toEqual([[], []]);
    expect(page.policy).toContain("default-src 'none'");
  });
});

const truth = [10, 20, 40, 80];
const score: TargetScore = {
  key: "particleCount",
  name: "particles",
  unit: "",
  quantity: "parameter",
  scale: "log",
  r2: 0.71,
  r2OnScale: 0.83,
  rmse: 17.7,
  baselineRmse: 37.9,
  classicalRmse: 30.1,
  classicalR2OnScale: 0.38,
  crps: 8.45,
  baselineCrps: 14.8,
  baselines: {
    prior: { crps: 42.25, rmse: 37.9 },
    classical: { crps: 20, rmse: 30.1 },
    neighbours: { crps: 14.8, rmse: 25 },
  },
  nll: 1.23,
  sharpness: 33.1,
  coverage: Object.fromEntries(INTERVAL_LEVELS.map((level) => [String(level), level])),
  sbcP: 0.47,
  sbcWidthP: 0.01,
  sbcHistogram: Array(20).fill(25),
  truth,
  predicted: [12, 18, 41, 77],
};
const definition = { key: "heteroCoordinationAll", label: "hetero-coordination number", unit: "" };
const descriptor = {
  ...definition,
  fromTrue: [1, 2, 3],
  fromPredicted: [1.1, 2.1, 2.8],
  r2: 0.39,
  rmse: 0.198,
  floorRmse: 0.0458,
  baselineRmse: 0.3,
  medianRelativeError: 0.066,
  distributions: { fromTrue: [1, 2, 3, 2], fromPredicted: [1, 2, 2, 3] },
  relativeDistance: 0.041,
};

describe("studyReport()", () => {
  const viewer = { title: "Aggregates", text: "<p>in 3D</p>", scriptSource: "'sha256-abc'" };
  const plan = planInversion(inversionRecipeSchema.parse({ name: "own study" }));
  const study = {
    plan,
    model,
    learningCurve: [1, 2, 3].map((step) => ({ step, trainingLoss: 1 / step, validationLoss: 1.2 / step })),
    steps: 3,
    bestStep: 2,
    validation: {
      imageCount: 500,
      scores: [score],
      tarpP: 0.001,
      classes: [],
      outOfDistributionShare: 0.012,
      wantedFalseAlarmRate: 0.01,
      identification: null,
      pairs: [],
    },
    structures: { imageCount: 60, unrealisableCount: 2, descriptors: [descriptor] },
    answerStructures: {
      imageCount: 60,
      unrealisableCount: 0,
      effectiveCount: 17,
      descriptors: [
        {
          ...definition,
          r2: 0.62,
          medianRelativeError: 0.21,
          r2ByParameters: 0.37,
          medianRelativeErrorByParameters: 0.3,
          covered: 0.95,
          truth: [1, 2, 3],
          fromAnswer: [1.1, 2.1, 2.8],
        },
      ],
    },
    pools: [
      {
        key: "particleCount",
        imageCount: 4,
        r2OnScale: 0.91,
        rmse: 9,
        sharpness: 15,
        coverage: { "0.95": 0.96 },
      },
    ],
    ceilings: { particleCount: 0.97 },
    fieldCeilings: { particleCount: 0.92 },
    listCeilings: { particleCount: 0.91 },
    rerenderings: [rerendering],
    gallery: [
      {
        aggregate: aggregateOf([0, 0, 0, 300, 0], [600, 0, 0, 300, 1]),
        image,
        labels: {
          parameters: { numberFraction: 0.5, radiusFirstNm: 300, radiusSecondNm: 300 },
          microscope: {
            electronsPerPixel: 800.4,
            eulerAlphaDeg: 0,
            eulerBetaDeg: 0,
            eulerGammaDeg: 0,
            tiltDeg: 0,
            offsetXNm: 0,
            offsetYNm: 0,
          },
        },
      },
    ],
    realAnswers: [answerOf("real.tif", "out of distribution")],
    refusedImages: [{ path: "soot.png", reason: "Cannot invert: a bright field (soot.png)" }],
    rejectedDraws: 7,
    sampleCount: 10_600,
    seconds: [{ stage: "Training", seconds: 241.04 }],
  } as unknown as InversionStudy;
  const page = openPage(studyReport(study, viewer));

  test("goes from aggregates over training and calibration to structures and real images", () => {
    expect(page.title).toBe("heterostem: own study");
    expect(page.headings).toEqual([
      "Aggregates and their images",
      "Training",
      "Parameters from held-out images",
      "Can the intervals be believed?",
      "What one image determines, and what more images add",
      "What the posterior would have looked like",
      "Structures from predicted parameters",
      "Structures of this very aggregate",
      "Real images",
      "What the words mean",
      "How this was made",
    ]);
    expect(page.words).toContain(
      "Of 1 quantity an image determines 0 and hints at 1, by 500 held-out images; 95 % intervals hold 95 % of all truths. Structures grown anew for 60 of them",
    );
    expect(page.words).toContain("with a median relative error of 6.6 %");
  });

  test("explains every abbreviation in the heads of its tables, in the words of the glossary", () => {
    const explained = WORDS_OF_SCORES.map(({ term }) => term).join(" ");
    const heads = page.rows.map((row) => row.join(" ")).filter((row) => /^(quantity|descriptor)/.test(row));
    const short = new Set(heads.join(" ").match(/\b[A-Z]{3,}\b|R²/g));
    expect([...short].filter((word) => !explained.includes(word))).toEqual([]);
    expect(short.size).toBeGreaterThan(4);
    const glossary = readFileSync(resolve(import.meta.dirname, "../../docs/glossary.md"), "utf8");
    for (const { term, meaning } of WORDS_OF_SCORES) expect(glossary).toContain(`| ${term} | ${meaning} |`);
  });

  test("shows its aggregates in 3D, and lets no other script run", () => {
    const text = studyReport(study, viewer);
    expect(text).toContain('sandbox="allow-scripts" srcdoc="&lt;p&gt;in 3D&lt;/p&gt;"');
    expect(page.policy).toContain("default-src 'none'; script-src 'sha256-abc';");
  });

  test("has the numbers of the study in its tables, with words for what they mean", () => {
    const lines = page.rows.filter(([name]) => name === "particles");
    // R2 of the network and classical; RMSE of network, classical and constant; CRPS of network and best without
    expect(lines[0].slice(1)).toEqual(["0.83", "0.38", "17.7", "30.1", "37.9", "8.45", "14.8"]);
    // 1 - 8.45 / 42.25 of the prior's CRPS is taken away
    expect(lines[2].slice(1)).toEqual(["80 %", "53 %", "65 %", "0.83", "0.97", "0.92", "0.91", "determined"]);
    expect(lines[3].slice(1)).toEqual(["0.91", "15", "96 %"]);
    expect(page.rows).toContainEqual(
      expect.arrayContaining(["hetero-coordination number", "0.39", "0.198", "0.0458"]),
    );
  });

  test("tells what structures of the answer are worth, and that a network without descriptors cannot weigh them", () => {
    expect(page.rows).toContainEqual(["hetero-coordination number", "0.62", "21 %", "95 %", "0.37", "30 %"]);
    expect(page.words).toContain("of even weight, for the network reads no descriptors");
    const target = { key: "heteroCoordinationAll", quantity: "descriptor" };
    const reading = { ...study, model: { ...model, targets: [target] } } as unknown as InversionStudy;
    expect(openPage(studyReport(reading, viewer)).words).toContain(
      "the weights leave as much as 17 even ones",
    );
  });

  test("tells no time, so that the same study gives the same bytes", () => {
    const slower = { ...study, seconds: [{ stage: "Training", seconds: 999.9 }] };
    expect(openPage(studyReport(slower, viewer)).words).toBe(page.words);
    expect(studyResults(slower)).toEqual(studyResults(study));
    expect(page.words).toContain("how long each stage took in seconds.json");
  });

  test("says what is suspicious, what was left out and what could not be drawn", () => {
    expect(page.words).toContain("(SBC p below 0.05) for no quantity, in width for particles");
    expect(page.words).toContain("p below 0.005");
    expect(page.words).toContain("2 further images are left out");
    expect(page.words).toContain(
      "7 draws from the prior could not be realised by any aggregate, against 10600",
    );
    expect(page.words).toContain("out of distribution: because of real.tif");
    expect(page.words).toContain("Cannot invert: a bright field (soot.png)");
  });

  test("draws every figure with its title, its units and its legend", () => {
    expect(page.figures).toEqual([
      "R² of each quantity from one image, 500 held-out images.",
      expect.stringContaining("Learning curve: beta-NLL of standardised targets against training step"),
      expect.stringContaining("particles: predicted against true, 4 images"),
      expect.stringContaining("Coverage of central intervals"),
      expect.stringContaining("Rank histogram of particles over 500 images"),
      expect.stringContaining(
        "hetero-coordination number: from predicted against from true parameters, 3 images",
      ),
      expect.stringContaining(
        "hetero-coordination number: distribution of 4 values from true parameters (filled)",
      ),
      expect.stringContaining(
        "hetero-coordination number: of its structures against of the imaged aggregate",
      ),
    ]);
    for (const text of [
      "Coverage of the intervals",
      "a line a quantity; dashed: as stated",
      "■ from true parameters",
      "□ from predicted",
      "share [%]",
      "rank of the truth",
    ]) {
      expect([text, page.words.includes(text)]).toEqual([text, true]);
    }
    expect(page.tiles.slice(0, 2).map(({ caption }) => caption)).toEqual([
      "2 particles, scale bar 500 nm",
      expect.stringContaining("number fraction 0.50, radii 300.0 and 300.0 nm, 800 electrons per pixel"),
    ]);
    expect([page.holes, page.deadLinks]).toEqual([[], []]);
  });

  test("says how real images are given where there are none", () => {
    const none = openPage(
      studyReport({ ...study, realAnswers: [], refusedImages: [], rerenderings: [], pools: [] }, viewer),
    );
    expect(none.words).toContain(
      "No real images were given. heterostem demo --real IMAGE... --pixel-size NM",
    );
    expect(none.headings).not.toContain("What the posterior would have looked like");
  });
});
