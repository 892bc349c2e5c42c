import { describe, expect, test } from "vitest";
import {
  readListedParticles,
  readPredictedNumbers,
  readTrueNumbers,
  scoreNumbers,
  scoreParticles,
  type Quantity,
} from "../../src/benchmark/index.ts";

const RADIUS: Quantity = { key: "radiusFirstNm", label: "mean radius", unit: "nm", scale: "linear" };
const COUNT: Quantity = { key: "particleCount", label: "particles", unit: "", scale: "log" };

const truthsOf = (rows: readonly string[]) =>
  readTrueNumbers(`group,change,quantity,truth\n${rows.join("\n")}\n`, "truth.csv");
const predictionsOf = (heading: string, rows: readonly string[]) =>
  readPredictedNumbers(`${heading}\n${rows.join("\n")}\n`, "mine.csv");
const WITH_INTERVALS = "group,quantity,median,q025,q16,q84,q975";

describe("scoreNumbers()", () => {
  const truths = truthsOf([1, 2, 3, 4, 5].map((value) => `000${value},,radiusFirstNm,${value}`));

  test("gives R2, errors, coverage and the interval score of known answers", () => {
    // medians 1 above the truth; the 68 % interval misses it by 0.5, the 95 % interval holds it
    const rows = [1, 2, 3, 4, 5].map(
      (v) => `000${v},radiusFirstNm,${v + 1},${v - 1},${v + 0.5},${v + 1.5},${v + 3}`,
    );
    const [score] = scoreNumbers([RADIUS], truths, predictionsOf(WITH_INTERVALS, rows));
    expect(score).toMatchObject({
      askedCount: 5,
      answeredCount: 5,
      medianError: 1,
      inside68: 0,
      inside95: 1,
    });
    // residual sum of squares 5, total 10
    expect(score.r2).toBeCloseTo(0.5, 12);
    // (1/2 + 0.16 (1 + 2/0.32 0.5) + 0.025 4) / 2.5
    expect(score.intervalScore).toBeCloseTo((0.5 + 0.16 + 0.5 + 0.1) / 2.5, 12);
  });

  test("scores medians alone where no intervals are stated, and counts what was not answered", () => {
    const [score] = scoreNumbers(
      [RADIUS],
      truths,
      predictionsOf("group,quantity,median", ["0002,radiusFirstNm,2"]),
    );
    expect(score).toMatchObject({
      answeredCount: 1,
      r2: null,
      medianError: 0,
      inside95: null,
      intervalScore: null,
    });
  });

  test("takes R2 of logarithms where the prior is flat on those", () => {
    const counts = truthsOf([1, 10, 100, 1000, 10_000].map((value, i) => `000${i},,particleCount,${value}`));
    // twice too many each time: the same shift ln 2 everywhere
    const rows = [2, 20, 200, 2000, 20_000].map((value, i) => `000${i},particleCount,${value}`);
    const [score] = scoreNumbers([COUNT], counts, predictionsOf("group,quantity,median", rows));
    const variance = (10 * Math.log(10) ** 2) / 5;
    expect(score.r2).toBeCloseTo(1 - Math.log(2) ** 2 / variance, 12);
  });

  test("scores each change of the second simulator by itself as well", () => {
    const foreign = truthsOf(["0000,nothing,radiusFirstNm,4", "0001,ellipsoids,radiusFirstNm,4"]);
    const said = predictionsOf("group,quantity,median", [
      "0000.tif,radiusFirstNm,5",
      "images/0001.tif,radiusFirstNm,7",
    ]);
    const scores = scoreNumbers([RADIUS], foreign, said);
    expect(scores.map(({ change, medianError }) => [change, medianError])).toEqual([
      ["", 2],
      ["nothing", 1],
      ["ellipsoids", 3],
    ]);
  });

  test.each([
    ["a group that is not there", ["0009,radiusFirstNm,2"], "group must be one of 0001 to 0005, got 0009"],
    [
      "a quantity that is not asked for",
      ["0001,radius,2"],
      "quantity must be one of radiusFirstNm, got radius",
    ],
    [
      "a row twice",
      ["0001,radiusFirstNm,2", "0001,radiusFirstNm,3"],
      "must come once, got 0001, radiusFirstNm again",
    ],
    [
      "a cell that is no number",
      ["0001,radiusFirstNm,many"],
      "median must be a number, got many (mine.csv, line 2)",
    ],
  ])("refuses %s", (_, rows, words) => {
    expect(() => scoreNumbers([RADIUS], truths, predictionsOf("group,quantity,median", rows))).toThrow(words);
  });

  test("refuses an interval that is the wrong way round", () => {
    expect(() => predictionsOf(WITH_INTERVALS, ["0001,radiusFirstNm,2,1,3,2,4"])).toThrow(
      "q16 must not lie above q84, got 3 and 2 (mine.csv, line 2)",
    );
  });
});

describe("scoreParticles()", () => {
  const HEADING = "image,x [px],y [px],radius [px],material,asked";
  const listOf = (rows: readonly string[], heading = HEADING) =>
    readListedParticles(`${heading}\n${rows.join("\n")}\n`, "list.csv");
  const truths = listOf([
    "0000,20,20,8,WO3,1",
    "0000,60,20,8,TiO2-anatase,1",
    "0000,60,60,8,WO3,0",
    "0001,30,30,6,WO3,1",
  ]);

  test("counts hits, misses and false ones, and passes over particles that are hidden", () => {
    const listed = listOf(
      [
        "0000.tif,20,20,8,WO3",
        "0000.tif,60,60,8,WO3",
        "0000.tif,90,90,5,WO3",
        "0001.tif,30,30,6.6,TiO2-anatase",
      ],
      "image,x [px],y [px],radius [px],material",
    );
    const score = scoreParticles(truths, listed);
    // two of three asked for are found; of three that count one is false
    expect(score).toMatchObject({
      imageCount: 2,
      askedCount: 3,
      listedCount: 3,
      matchedCount: 2,
      materialShare: 0.5,
    });
    expect(score.f1).toBeCloseTo(2 / 3, 12);
    expect(score.radiusBias).toBeCloseTo(0.05, 12);
  });

  test("refuses images that the task does not have", () => {
    expect(() => scoreParticles(truths, listOf(["0007,1,1,1,WO3,1"]))).toThrow(
      "image must be one of the task's, got 0007",
    );
  });
});
