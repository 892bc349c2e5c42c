import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { answerOwnImages, firstLookReport, openInversion, shippedModel } from "../../src/inverse/index.ts";
import { shortNumber } from "../../src/report/index.ts";
import { openPage } from "../helpers/page.ts";

const ROOT = join(import.meta.dirname, "../..");
const silent = () => ({ update: () => {}, finish: () => 0 });

describe("a network's own images", async () => {
  const modelPath = shippedModel([{ intensityUnit: "fraction of the incident beam" }], ROOT);
  const inversion = await openInversion(modelPath, 1);
  afterAll(() => inversion.network.dispose());
  const { plan, answered } = await answerOwnImages(inversion, { seed: 503, count: 2 }, silent);

  test("are of the next seed that the network was not trained on", () => {
    // trained on samples of 501, 503 and 504
    expect(plan.seed).toBe(505);
  });

  test("are answered at their own dose, in their order", () => {
    expect(answered.map(({ answer }) => answer.verdict)).toEqual(["in distribution", "in distribution"]);
    for (const { sample, answer } of answered) {
      expect(answer.conditioning.electronsPerPixel ?? sample.labels.microscope.electronsPerPixel).toBe(
        sample.labels.microscope.electronsPerPixel,
      );
    }
  });

  test("stand in the first look with truth, median and the number of truths inside the intervals", () => {
    const page = openPage(
      firstLookReport({
        model: inversion.model,
        modelName: "network.onnx",
        answered,
        rerendering: null,
        viewer: { title: "Aggregates", text: "<p>in 3D</p>", scriptSource: "'sha256-abc'" },
        reportPath: "/runs/demo/report.html",
      }),
    );
    const { sample, answer } = answered[0];
    const [count] = answer.estimates;
    expect(page.rows).toContainEqual([
      "particles",
      shortNumber(sample.labels.parameters.particleCount),
      shortNumber(count.value),
      count.intervals["0.95"].map(shortNumber).join(" to "),
      "",
    ]);
    const inside = /Of (\d+) true values, (\d+) lie inside/.exec(page.words)?.slice(1).map(Number) ?? [];
    expect(inside[0]).toBe(2 * answer.estimates.length);
    expect(inside[1]).toBeGreaterThan(0.7 * inside[0]);
    expect(page.words).toContain("/runs/demo/report.html");
    expect(page.deadLinks).toEqual([]);
    expect(page.words).not.toMatch(/NaN|undefined/);
  });

  test("cannot be drawn for a network that does not say how its images are made", async () => {
    const mute = { ...inversion, model: { ...inversion.model, recipe: null } };
    await expect(answerOwnImages(mute, { seed: 1, count: 1 }, silent)).rejects.toThrow(
      "Cannot draw a network's own images: its file must hold their recipe, got none that this version reads",
    );
  });
});
