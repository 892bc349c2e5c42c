import { readFileSync } from "node:fs";
import { join } from "node:path";
import { usageError } from "../../core/index.ts";
import { calibrateForViews, openInversion, viewsFigure, viewTable } from "../../inverse/index.ts";
import { tableText } from "../../report/index.ts";
import { defineCommand } from "../command.ts";
import { outputFlags, SEED_FLAG, wholeNumber, WORKERS_FLAG } from "../flags.ts";
import { runInto } from "../run-into.ts";
import { parseTilts } from "../tilts.ts";
import { writeFiles } from "../write-files.ts";

/** Far from the seeds of recipes, whose samples are trained on. */
const DEFAULT_SEED = 5_000_003;

/** `heterostem calibrate`: a model that answers single images, made to answer several views of one aggregate. */
export const calibrateCommand = defineCommand({
  name: "calibrate",
  summary: "Calibrate a model for several tilted views of one aggregate (invert --tilts)",
  arguments: { model: { help: "model.onnx of heterostem train or study" } },
  flags: {
    tilts: {
      value: "A,B,..",
      help: "tilts of the holder at which aggregates are imaged, two to sixteen [degrees]",
      parse: parseTilts,
      default: [-40, -20, 0, 20, 40],
      defaultText: "-40,-20,0,20,40",
    },
    angleError: {
      value: "DEG",
      help: "standard deviation of the holder's angle",
      parse: smallAngle,
      default: 0.5,
    },
    count: {
      value: "N",
      help: "aggregates that calibrate, and as many again that are scored",
      parse: wholeNumber(20, 100_000),
      default: 300,
    },
    seed: SEED_FLAG,
    workers: WORKERS_FLAG,
    ...outputFlags("runs/calibrated"),
  },
  example: "calibrate runs/model/model.onnx --tilts -30,0,30 --out runs/calibrated",
  async run({ arguments: { model: path }, flags }, context) {
    const { tilts, count, angleError, workers, out, force, seed = DEFAULT_SEED } = flags;
    if (tilts.length < 2 || tilts.length > 16) {
      throw usageError(
        { action: "calibrate for views" },
        "wanted two to sixteen tilts",
        String(tilts.length),
      );
    }
    const inversion = await openInversion(path, workers);
    try {
      const views = { tiltsDeg: tilts, angleErrorDeg: angleError, shiftNm: SHIFT_NM };
      const settings = { model: path, seed, count, views };
      const scores = await runInto(out, { force, context, settings }, async (folder) => {
        const plan = { views, aggregateCount: count, seed, workers };
        const calibrated = await calibrateForViews(readFileSync(path), inversion, plan, context.startStage);
        writeFiles(folder, {
          "model.onnx": calibrated.onnx,
          "views.json": { ...settings, scores: calibrated.scores },
          "views.svg": viewsFigure(calibrated.scores).svg,
        });
        return calibrated.scores;
      });
      const head = `${join(out, "model.onnx")}: calibrated on ${count} aggregates, scored on ${count} others`;
      return { text: `${head}\n\n${tableText(viewTable(scores))}`, json: { out, ...settings, scores } };
    } finally {
      await inversion.network.dispose();
    }
  },
});

function smallAngle(text: string): number {
  const deg = text.trim() === "" ? NaN : Number(text);
  if (deg >= 0 && deg <= MOST_ANGLE_ERROR_DEG) return deg;
  throw new RangeError(`wanted degrees, 0 to ${MOST_ANGLE_ERROR_DEG}, got ${text}`);
}

const MOST_ANGLE_ERROR_DEG = 5;

/** Standard deviation of a specimen's shift between two views [nm]. */
const SHIFT_NM = 5;
