import { expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { drawSteel } from "../../src/segment/islands/draw-steel.ts";
import { pretrain, segmentSchema, trainSegmenter } from "../../src/segment/index.ts";
import type { LabelledMicrograph } from "../../src/segment/index.ts";

const config = segmentSchema.parse({
  name: "drawn-steel",
  data: { sets: [{ images: "none", labels: "none" }], classNames: ["steel", "island"] },
  model: { widths: [6, 12], bottomWidth: 16 },
  training: { cropPx: 64, cropsPerImage: 16, epochs: 12, partCount: 1, learningRate: 0.006 },
});

const imageOf = (seed: number) =>
  drawSteel(openRandomStream(seed), { type: "upper", temperatureC: 400 }, { width: 96, height: 96 }).image;

test("pretrain() learns to restore hidden pixels, and a training started from it is another than one from scratch", async () => {
  const { onnx, trained } = await pretrain(openRandomStream(1, "pretrain"), config, [1, 2, 3].map(imageOf), {
    threads: 1,
  });
  // a normalised image has a variance of 1: answering its mean would leave an error of 1
  expect(trained.bestValidationLoss).toBeLessThan(0.7);
  const image = imageOf(4);
  const item: LabelledMicrograph = {
    name: "a",
    group: "a",
    split: "training",
    fold: null,
    width: 96,
    height: 96,
    pixelSizeNm: null,
    classShares: [],
    sourceSha256: "",
    image,
    classIds: Uint8Array.from(image.data, (value) => (value > 140 ? 1 : 0)),
    instanceIds: null,
  };
  const sets = { training: [item], validation: [], test: [] };
  const short = { ...config, training: { ...config.training, epochs: 1 } };
  const options = { heterostemVersion: "test", fold: null, threads: 1 };
  const startFrom = { bytes: onnx, name: "restored" };
  const started = await trainSegmenter(openRandomStream(1, "train"), short, sets, { ...options, startFrom });
  const scratch = await trainSegmenter(openRandomStream(1, "train"), short, sets, options);
  expect(started.metadata.startedFrom).toBe("restored");
  expect(started.trained.bestValidationLoss).not.toBe(scratch.trained.bestValidationLoss);
});
