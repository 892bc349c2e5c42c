import type { InversionPlan } from "../data/plan-inversion.ts";

/**
 * A plan in words: what will be drawn, what is learned from it, and how.
 *
 * @param plan of the inversion
 * @returns a few lines for a terminal, each ending in a line feed
 * @example
 * import { inversionRecipeSchema, planInversion, planText } from "../src/inverse/index.ts";
 * import { expect } from "vitest";
 * const text = planText(planInversion(inversionRecipeSchema.parse({ name: "mine", seed: 7 })));
 * expect(text).toContain("Plan of mine: TiO2-anatase and WO3, seed 7");
 */
export function planText(plan: InversionPlan): string {
  const [first, second] = plan.materials.map(({ name }) => name);
  return [
    `Plan of ${plan.name}: ${first} and ${second}, seed ${plan.seed}`,
    `  images: ${imagesText(plan)}`,
    `  network: ${networkText(plan)}`,
    `  targets: ${targetsText(plan)}`,
    `  training: ${trainingText(plan)}`,
    "",
  ].join("\n");
}

function imagesText({ counts, pools, samples }: InversionPlan): string {
  const { widthPx, heightPx } = samples.prepared.microscope;
  const { trainCount, validationCount, testCount } = counts;
  const powders = pools.calibrationCount + pools.testCount;
  return (
    `${trainCount} to train on, ${validationCount} to validate and calibrate with, ${testCount} held out` +
    `${powders === 0 ? "" : `, ${powders} powders of several images`}, ${widthPx} x ${heightPx} pixels`
  );
}

function networkText({ network }: InversionPlan): string {
  const { widths, head, memberCount, hasCountMaps, intensities, inputs } = network;
  return (
    `head ${head.kind}, ${memberCount === 1 ? "" : `${memberCount} members, `}channels ${widths.join(", ")}, ` +
    `${intensities} intensities${hasCountMaps ? ", count maps" : ""}` +
    `${inputs.length === 0 ? "" : `, conditioning inputs ${inputs.join(", ")}`}`
  );
}

function targetsText({ network: { targets } }: InversionPlan): string {
  return [...targets.parameters, ...targets.descriptors].map(({ key }) => key).join(", ");
}

function trainingText({ training, counts }: InversionPlan): string {
  const { epochs, batchSize, learningRate } = training;
  const steps = epochs * Math.floor(counts.trainCount / batchSize);
  return `${epochs} passes in steps of ${batchSize} images, ${steps} steps, learning rate up to ${learningRate}`;
}
