import { expect, test } from "vitest";
import type { StartStage } from "../../src/core/index.ts";
import { generateSpecimens } from "../../src/ucs/generate-specimens.ts";
import {
  runTableStudy,
  runUcsStudy,
  tableStudyReport,
  trainStrengthModel,
  ucsReport,
  ucsResults,
  ucsStudySchema,
} from "../../src/ucs/index.ts";

const silent: StartStage = () => ({ update: () => {}, finish: () => 0 });

test(
  "descriptors of structure and a forest reach R2 0.85 of generated strengths, lots held out",
  { timeout: 900_000 },
  async () => {
    const config = ucsStudySchema.parse({});
    const made = await generateSpecimens(config, { ...config.quick, shiftedEvery: config.quick.lots });
    const specimens = made.images[0].map((images, i) => {
      const [name, lot, strength] = [made.names[i], made.lots[i], made.strengths[i]];
      return { name, lot, strength, images: images.map((image) => ({ name, image, lot, strength })) };
    });
    const { facts } = await trainStrengthModel(
      specimens,
      { name: "strength", unit: "MPa" },
      {
        kind: "forest",
        normalization: "none",
        descriptors: "structure",
        foldCount: 5,
        seed: 1,
        workers: 1,
        network: { edgePx: 64, steps: 1 },
      },
      { where: "generated", startStage: silent },
    );
    expect(facts.scores.r2.value).toBeGreaterThanOrEqual(0.85);
    // nine tenths are meant; 480 specimens in 240 lots: three standard errors of a share are 0.06
    expect(Math.abs(facts.coverage - 0.9)).toBeLessThan(0.06);
  },
);

test(
  "a small study gives every pipeline at every setting, limits and a learning curve, and reports them",
  { timeout: 900_000 },
  async () => {
    const config = ucsStudySchema.parse({ imageSize: 64, foldCount: 2 });
    const budget = { lots: 12, specimensPerLot: 2, imagesPerSpecimen: 1, shiftedEvery: 2, networkSteps: 12 };
    const study = await runUcsStudy(config, { budget, workers: 1, startStage: silent });
    const { pipelines } = study.comparison;
    expect(pipelines).toHaveLength(12);
    for (const { scores, asTrainedPairs, probeAccuracy, drop } of pipelines) {
      expect(scores).toHaveLength(5);
      expect(asTrainedPairs).toHaveLength(24);
      expect(scores.every(({ rmse }) => rmse.value > 0)).toBe(true);
      expect(probeAccuracy.value).toBeGreaterThan(0);
      expect(Number.isFinite(drop.value)).toBe(true);
    }
    const { ofLaw, ofForestOnTruth } = study.limits;
    expect(ofForestOnTruth).toBeLessThan(ofLaw);
    expect(study.learning.map(({ lotCount }) => lotCount)).toEqual([2, 2, 3, 6]);
    const page = ucsReport(study);
    for (const heading of ["Problem", "Data", "Models", "Training", "Evaluation", "Use"]) {
      expect(page).toContain(`>${heading}</h2>`);
    }
    expect(JSON.stringify(ucsResults(study))).not.toContain("null");
  },
);

test(
  "a table's images are compared at the settings it names, or at simulated ones",
  { timeout: 900_000 },
  async () => {
    const config = ucsStudySchema.parse({ imageSize: 64, foldCount: 2 });
    const budget = { lots: 6, specimensPerLot: 2, imagesPerSpecimen: 2, shiftedEvery: 1 };
    const made = await generateSpecimens(config, budget);
    const specimens = (settings: readonly (string | null)[]) =>
      made.names.map((name, i) => {
        const [lot, strength] = [made.lots[i], made.strengths[i]];
        const recorded = [made.images[0][i][0], made.images[3][i][0]];
        return {
          name,
          lot,
          strength,
          settings,
          images: recorded.map((image) => ({ name, image, lot, strength })),
        };
      });
    const facts = { table: "t.csv", target: "strength", unit: "MPa", foldCount: 2 };
    const run = { seed: 1, workers: 1, startStage: silent };
    const recorded = await runTableStudy(specimens(["usual", "low contrast"]), facts, run);
    expect(recorded.comparison.settings).toEqual(["usual", "low contrast"]);
    const [plain] = recorded.comparison.pipelines;
    // contrast of 0.6 halves the standard deviation of grey: a forest on intensities cannot miss it
    expect(plain.probeAccuracy.value).toBeGreaterThan(0.9);
    expect(tableStudyReport(recorded)).toContain("column setting names them");
    const simulated = await runTableStudy(specimens([null, null]), facts, run);
    expect(simulated.comparison.settings).toHaveLength(5);
    expect(simulated.comparison.recordedCount).toBe(12);
    expect(tableStudyReport(simulated)).toContain("simulated: grey from 0 to 1");
  },
);
