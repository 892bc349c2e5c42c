import { expect, test } from "vitest";
import { drawSample } from "../../src/corpus/index.ts";
import { sampleRecipe, studySchema, targetsOfPrior } from "../../src/study/index.ts";
import { structureCeilings, structureStatistics } from "../../src/study/structure-ceiling.ts";

test("structureCeilings() finds what the spheres determine, and less of what one aggregate leaves open", () => {
  const config = studySchema.parse({ microscope: { widthPx: 16, heightPx: 16, pixelSizeNm: 8 } });
  const recipe = sampleRecipe(config);
  const known = Array.from({ length: 260 }, (_, i) => structureStatistics(drawSample(recipe, i)));
  const ceilings = structureCeilings(targetsOfPrior(config.aggregate), known.slice(0, 160), known.slice(160));
  // counted, up to rounding of the number of particles
  expect(ceilings["particleCount"]).toBeGreaterThan(0.97);
  expect(ceilings["numberFraction"]).toBeGreaterThan(0.95);
  // a mean over tens of particles of spread up to 1.6
  expect(ceilings["radiusFirstNm"]).toBeGreaterThan(0.85);
  // a mean over a few homo-clusters of a geometric law
  expect(ceilings["clusterSizeFirst"]).toBeLessThan(0.9);
});
