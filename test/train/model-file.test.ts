import { expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { buildRegressor, exportModel, initialWeights, loadModel } from "../../src/train/index.ts";

test("loadModel() reads a file from a Buffer at any offset, as readFileSync may give it", async () => {
  const network = buildRegressor({ inputSize: 8, outputs: 2, widths: [3] });
  const weights = initialWeights(openRandomStream(1), network);
  const bytes = exportModel(network, weights, { kind: "test" });
  const inputs = Float32Array.from({ length: 64 }, (_, i) => Math.sin(i));
  const answers: number[][] = [];
  for (const offset of [0, 1, 2, 3]) {
    const padded = Buffer.concat([Buffer.alloc(offset), bytes]);
    const model = await loadModel(padded.subarray(offset), { kind: "test" });
    answers.push([...(await model.predict(inputs, 1)).outputs]);
    await model.dispose();
  }
  for (const answer of answers) expect(answer).toEqual(answers[0]);
});
