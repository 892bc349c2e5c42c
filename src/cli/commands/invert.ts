import {
  invertImages,
  openInversion,
  poolAnswers,
  type FileAnswer,
  type PooledAnswer,
} from "../../study/index.ts";
import type { CommandSpec } from "../command.ts";
import { PIXEL_SIZE_FLAG, workerCount, WORKERS_FLAG } from "../flags.ts";
import { shortNumber, textTable } from "../text-table.ts";

/** `heterostem invert`: images to parameters with intervals, or to the statement that they are unlike the training. */
export const invertCommand: CommandSpec = {
  name: "invert",
  summary: "Read model parameters off images, with intervals and a verdict on each image",
  arguments: [
    { name: "model", help: "model.onnx that heterostem train or demo wrote" },
    { name: "image", help: "micrographs", isVariadic: true },
  ],
  flags: [
    PIXEL_SIZE_FLAG,
    { name: "pooled", help: "the images show one powder: answer for all of them together as well" },
    WORKERS_FLAG,
  ],
  example: "invert runs/demo/model.onnx image.png --pixel-size 0.5",
  async run(input) {
    const [modelPath, paths] = input.arguments as readonly [string, readonly string[]];
    const inversion = await openInversion(modelPath, workerCount(input.flags));
    try {
      const pixelSizeNm = input.flags["pixel-size"] as number | undefined;
      const answers = await invertImages(inversion, paths, { pixelSizeNm });
      const pooled = input.flags["pooled"] === true ? poolAnswers(inversion, answers) : null;
      const texts = [...answers.map(answerText), ...(pooled === null ? [] : [pooledText(pooled)])];
      const json = {
        model: modelPath,
        images: answers.map(answerJson),
        ...(pooled === null ? {} : { pooled }),
      };
      return { text: texts.join("\n\n"), json };
    } finally {
      await inversion.network.dispose();
    }
  },
};

function answerText(answer: FileAnswer): string {
  const notes = answer.notes.map((note) => `  ${note}`);
  const head = [`${answer.file}: ${answer.verdict}, ${answer.explanation}`, ...notes];
  if (answer.verdict === "unfamiliar") return head.join("\n");
  return [...head, estimateTable(answer.estimates)].join("\n");
}

function pooledText({ imageCount, leftOut, estimates, notes }: PooledAnswer): string {
  const omitted = leftOut.length === 0 ? "" : `, without ${leftOut.join(", ")}`;
  const head = [`pooled over ${imageCount} images${omitted}`, ...notes.map((note) => `  ${note}`)];
  return [...head, estimateTable(estimates)].join("\n");
}

function estimateTable(estimates: FileAnswer["estimates"]): string {
  const interval = (level: string) => (estimate: FileAnswer["estimates"][number]) =>
    estimate.intervals[level].map(shortNumber).join(" to ");
  return textTable(estimates, [
    { heading: "parameter", cell: (e) => (e.unit === "" ? e.label : `${e.label} [${e.unit}]`) },
    { heading: "median", cell: (e) => shortNumber(e.value), isNumber: true },
    { heading: "68 % interval", cell: interval("0.68"), isNumber: true },
    { heading: "95 % interval", cell: interval("0.95"), isNumber: true },
  ]);
}

/** Estimates of an unfamiliar image stay out: a number in a file is believed, whatever stands beside it. */
function answerJson({ image: _, reading: __, estimates, ...answer }: FileAnswer): object {
  return answer.verdict === "unfamiliar" ? { ...answer, estimates: null } : { ...answer, estimates };
}
