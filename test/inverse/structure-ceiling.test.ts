import { expect, test } from "vitest";
import { drawSample } from "../../src/corpus/index.ts";
import { inversionRecipeSchema, planInversion } from "../../src/inverse/index.ts";
import { parameterTargets } from "../../src/inverse/data/plan-targets.ts";
import {
  fieldStatistics,
  structureCeilings,
  structureStatistics,
} from "../../src/inverse/fit/structure-ceiling.ts";

test("structureCeilings() finds what the spheres determine, and less of what one aggregate leaves open", () => {
  const config = inversionRecipeSchema.parse({ microscope: { widthPx: 16, heightPx: 16, pixelSizeNm: 8 } });
  const { samples: recipe } = planInversion(config);
  const known = Array.from({ length: 260 }, (_, i) => structureStatistics(drawSample(recipe, i)));
  const ceilings = structureCeilings(
    parameterTargets(config.aggregate),
    known.slice(0, 160),
    known.slice(160),
  );
  // counted, up to rounding of the number of particles
  expect(ceilings["particleCount"]).toBeGreaterThan(0.97);
  expect(ceilings["numberFraction"]).toBeGreaterThan(0.95);
  // a mean over tens of particles of spread up to 1.6
  expect(ceilings["radiusFirstNm"]).toBeGreaterThan(0.85);
  // a mean over a few homo-clusters of a geometric distribution
  expect(ceilings["clusterSizeFirst"]).toBeLessThan(0.9);
});

test("fieldStatistics() loses what the field cuts off, and nothing else", () => {
  const ceilingsAt = (sidePx: number) => {
    const microscope = { widthPx: sidePx, heightPx: sidePx, pixelSizeNm: 8 };
    const config = inversionRecipeSchema.parse({ microscope });
    const { samples: recipe } = planInversion(config);
    const samples = Array.from({ length: 160 }, (_, i) => drawSample(recipe, i));
    const [whole, field] = [
      samples.map(structureStatistics),
      samples.map((s) => fieldStatistics(s, recipe.prepared)),
    ];
    const targets = parameterTargets(config.aggregate);
    return [whole, field].map((known) => structureCeilings(targets, known.slice(0, 100), known.slice(100)));
  };
  // 768 nm hold every aggregate of the prior; 80 nm are less than twice the largest radius of gyration
  const [whole, field] = ceilingsAt(96);
  expect(field).toEqual(whole);
  const [, narrow] = ceilingsAt(10);
  expect(narrow["particleCount"]).toBeLessThan(whole["particleCount"] - 0.1);
});
