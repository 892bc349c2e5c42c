import { describe, expect, test } from "vitest";
import { parseStatements, resolveKnowledge } from "../../src/inverse/apply/given-knowledge.ts";
import type { Target } from "../../src/posterior/index.ts";

const common = { scale: "linear", low: 1, high: 20 } as const;
const TARGETS: readonly Target[] = [
  { key: "numberFraction", label: "number fraction", unit: "", ...common },
  { key: "radiusFirstNm", label: "mean radius, CeO2", unit: "nm", ...common },
  { key: "radiusSecondNm", label: "mean radius, Au", unit: "nm", ...common },
];
const vocabulary = {
  targets: TARGETS,
  materials: ["CeO2", "Au"],
  lengthNm: 1,
  isOrderHidden: false,
} as const;

describe("parseStatements()", () => {
  test("reads values with a standard deviation, and ranges", () => {
    expect(parseStatements("radiusAu=6±1 nm, numberFraction=0.3..0.5,radiusFirstNm = 4.5+-.5")).toEqual([
      { name: "radiusAu", unit: "nm", said: { kind: "normal", mean: 6, deviation: 1 } },
      { name: "numberFraction", unit: "", said: { kind: "range", low: 0.3, high: 0.5 } },
      { name: "radiusFirstNm", unit: "", said: { kind: "normal", mean: 4.5, deviation: 0.5 } },
    ]);
  });

  test.each(["radiusAu", "radiusAu=6", "radiusAu=6±0", "radiusAu=5..4", "=6±1", "radiusAu=6±1 nm nm", ""])(
    "refuses %j",
    (text) => expect(() => parseStatements(text)).toThrow(/wanted quantities with a value/),
  );
});

describe("resolveKnowledge()", () => {
  test.each(["radiusSecondNm", "radiusSecond", "radiusAu", "RADIUSAU"])(
    "%s is the radius of gold",
    (name) => {
      const { knowledge, notes } = resolveKnowledge(parseStatements(`${name}=6±1 nm`), vocabulary);
      expect(knowledge).toEqual([{ key: "radiusSecondNm", kind: "normal", mean: 6, deviation: 1 }]);
      expect(notes).toEqual(["given: mean radius, Au 6 ± 1 nm"]);
    },
  );

  test("lengths of a network that counts pixels are turned into its pixels", () => {
    const targets = TARGETS.map((target) => ({ ...target, unit: target.unit === "nm" ? "px" : "" }));
    const statements = parseStatements("radiusAu=6±1 nm,numberFraction=0.3..0.5");
    const { knowledge } = resolveKnowledge(statements, { ...vocabulary, targets, lengthNm: 0.5 });
    expect(knowledge).toEqual([
      { key: "radiusSecondNm", kind: "normal", mean: 12, deviation: 2 },
      { key: "numberFraction", kind: "range", low: 0.3, high: 0.5 },
    ]);
  });

  test("where the order of the materials is the network's, First and Second are refused: the material is to be named", () => {
    const hidden = { ...vocabulary, isOrderHidden: true };
    expect(() => resolveKnowledge(parseStatements("radiusFirst=6±1"), hidden)).toThrow(
      "one that the network answers (numberFraction, radiusCeO2, radiusAu), got radiusFirst",
    );
    expect(resolveKnowledge(parseStatements("radiusCeO2=6±1"), hidden).knowledge[0].key).toBe(
      "radiusFirstNm",
    );
  });

  test("another unit, another quantity and the same one twice are refused", () => {
    const resolving = (text: string) => () => resolveKnowledge(parseStatements(text), vocabulary);
    expect(resolving("radiusAu=6±1 px")).toThrow("radiusAu must be in nm, got px");
    expect(resolving("numberFraction=0.2..0.3 nm")).toThrow("numberFraction must be in no unit, got nm");
    expect(resolving("dose=6±1")).toThrow("got dose");
    expect(resolving("radiusAu=6±1,radiusSecond=7±1")).toThrow("given once, got radiusSecondNm twice");
  });
});
