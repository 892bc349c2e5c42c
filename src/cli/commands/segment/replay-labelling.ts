import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import {
  counted,
  failureText,
  openRandomStream,
  parseJson,
  UsageError,
  usageError,
} from "../../../core/index.ts";
import { makeFolders, writeWholeFile } from "../../../io/index.ts";
import { tableCsv, tableText } from "../../../report/index.ts";
import {
  loadSet,
  planReplay,
  replayCurves,
  replayPool,
  replayReport,
  replayStart,
  replayTable,
  replayTraining,
  smallestTilePx,
  splitSets,
} from "../../../segment/index.ts";
import type {
  LabelledSet,
  ReplayRecord,
  ReplaySettings,
  ReplayStep,
  SplitSets,
} from "../../../segment/index.ts";
import type { CommandContext, CommandResult, FlagRecord, FlagValues } from "../../command.ts";
import { finishedRun } from "../../finished-run.ts";
import { wholeNumber } from "../../flags.ts";
import { resumably } from "../../interruption.ts";
import { runInto } from "../../run-into.ts";
import { writeFiles } from "../../write-files.ts";

/** Flags of the replay, beside those of `segment suggest`. */
export const REPLAY_FLAGS = {
  simulate: {
    value: "SET",
    help: "in place of a model and images: replay the labelling of this prepared set, and compare with random tiles",
  },
  budgets: {
    value: "N,N,...",
    help: "of --simulate: numbers of labelled tiles",
    parse: risingNumbers,
    default: [1, 2, 4, 8],
    defaultText: "1,2,4,8",
  },
  seeds: {
    value: "N",
    help: "of --simulate: runs from other first tiles",
    parse: wholeNumber(2, 100),
    default: 5,
  },
  steps: {
    value: "N",
    help: "of --simulate: steps of each training",
    parse: wholeNumber(1, 1_000_000),
    default: 400,
  },
} as const satisfies FlagRecord;

function risingNumbers(text: string): readonly number[] {
  const numbers = text.split(",").map(wholeNumber(1, 100_000));
  if (numbers.length > 1 && numbers.every((value, i) => i === 0 || value > numbers[i - 1])) return numbers;
  throw new RangeError(`wanted two or more rising numbers such as 1,2,4,8, got ${text}`);
}

/** What of the command's flags a replay takes. */
interface ReplayFlags extends Omit<FlagValues<typeof REPLAY_FLAGS>, "simulate"> {
  readonly model: string | undefined;
  readonly measure: ReplaySettings["measure"];
  readonly tile: number | undefined;
  readonly out: string;
  readonly force: boolean;
  readonly resume: boolean;
  readonly workers: number;
}

const ADVICE = "the same call with --resume goes on with the next training";

/** Replays the labelling of a prepared set; it may be killed at any time and resumed. */
export async function replayLabelling(
  path: string,
  flags: ReplayFlags,
  context: CommandContext,
): Promise<CommandResult> {
  const { out, force, resume } = flags;
  if (flags.model !== undefined) {
    const wanted = "--simulate trains networks of its own and takes no model";
    throw usageError({ action: "replay labelling" }, wanted, flags.model);
  }
  const set = await loadSet(path);
  const { config } = set.manifest;
  const settings = replaySettings(flags, set);
  const kept = { set: path, config, images: set.items.map(({ name }) => name), ...settings };
  const done = finishedRun(out, { force, resume, context, settings: kept });
  if (done !== null) return done;
  const records = await runInto(out, { force, resume, context, settings: kept }, async (folder) => {
    checkSameReplay(join(folder, "settings.json"), kept);
    const job = { set, settings, folder, threads: flags.workers };
    const all = await resumably({ ...context, advice: () => ADVICE }, () => runAll(job, context));
    const { training, test } = sidesOf(set);
    const poolCount = replayPool(training, settings.tilePx).length;
    const page = { config, settings, records: all, poolCount, testCount: test.length };
    writeFiles(folder, {
      "replay.json": { settings, trainings: all },
      "replay.csv": tableCsv(replayTable(all, settings)),
      "replay.svg": replayCurves(all, settings).svg,
      "report.html": replayReport(page),
    });
    return all;
  });
  const text = `${tableText(replayTable(records, settings))}\nReport: ${join(out, "report.html")}`;
  return { text, json: { out, settings, trainings: records } };
}

function replaySettings(flags: ReplayFlags, set: LabelledSet): ReplaySettings {
  const { config } = set.manifest;
  const { budgets, seeds, steps, measure, tile: tilePx = 2 * config.training.cropPx } = flags;
  const { training, test } = sidesOf(set);
  const action = "replay labelling";
  if (test.length === 0) throw usageError({ action }, "the set must have test images", "none");
  const least = smallestTilePx(config);
  const side = Math.min(tilePx, ...training.flatMap(({ width, height }) => [width, height]));
  if (side < least) {
    throw usageError(
      { action },
      `tiles must have ${least} px at least, on which the study can train`,
      `${side}`,
    );
  }
  const poolCount = replayPool(training, tilePx).length;
  const most = budgets[budgets.length - 1];
  if (most > poolCount) {
    throw usageError({ action }, `--budgets must be at most ${counted(poolCount, "tile")}`, `${most}`);
  }
  return { budgets, seeds, steps, tilePx, measure };
}

/** Images that are cut into tiles, and those that are held out: of a set in folds, the first fold. */
function sidesOf(set: LabelledSet): SplitSets {
  const folds = set.items.flatMap(({ fold }) => (fold === null ? [] : [fold]));
  return splitSets(set, folds.length === 0 ? null : Math.min(...folds));
}

/** An unfinished replay is gone on with only by the call that began it. */
function checkSameReplay(path: string, settings: object): void {
  const wanted = JSON.parse(JSON.stringify(settings)) as unknown;
  if (!existsSync(path)) {
    writeWholeFile(path, `${JSON.stringify(settings, null, 2)}\n`);
    return;
  }
  const found = parseJson(readFileSync(path, "utf8"), z.unknown(), { action: "resume replay", where: path });
  if (isDeepStrictEqual(found, wanted)) return;
  const text = failureText(
    { action: "resume replay", where: path },
    "settings must be those of the unfinished run",
    "others",
  );
  throw new UsageError(`${text}; begin anew with --force`);
}

interface Replay {
  readonly set: LabelledSet;
  readonly settings: ReplaySettings;
  readonly folder: string;
  readonly threads: number;
}

/** Runs every training that no earlier call has finished; each leaves a file. */
async function runAll(
  { set, settings, folder, threads }: Replay,
  { startStage, version }: CommandContext,
): Promise<ReplayRecord[]> {
  const { config } = set.manifest;
  const { training: images, test } = sidesOf(set);
  const pool = replayPool(images, settings.tilePx);
  const plan = planReplay(settings);
  const stage = startStage("Replaying the labelling", plan.length);
  makeFolders(join(folder, "trainings"));
  const records: ReplayRecord[] = [];
  for (const [index, step] of plan.entries()) {
    const path = join(folder, "trainings", `${step.name}.json`);
    if (existsSync(path)) records.push(readRecord(path));
    else {
      const rng = openRandomStream(step.seed, "segment", "replay", "start");
      const start = { count: step.count, classCount: config.data.classNames.length };
      const tiles =
        step.by === "start" ? replayStart(rng, pool, start) : tilesBefore(records, step, settings);
      const job = { config, settings, step, tiles, pool, images, test, threads, heterostemVersion: version };
      const record = await replayTraining(job);
      writeWholeFile(path, `${JSON.stringify(record, null, 2)}\n`);
      records.push(record);
    }
    stage.update(index + 1, `${step.name}: IoU ${records[index].meanIou.toFixed(3)}`);
  }
  stage.finish(counted(plan.length, "training"));
  return records;
}

/** The tiles of the training before, and those that were chosen after it. */
function tilesBefore(
  records: readonly ReplayRecord[],
  { seed, by, count }: ReplayStep,
  { budgets }: ReplaySettings,
): string[] {
  const before = budgets[budgets.indexOf(count) - 1];
  const record = records.find(
    (one) => one.seed === seed && one.count === before && (one.by === by || one.by === "start"),
  );
  const added = by === "start" ? undefined : record?.next[by];
  return [...(record?.tiles ?? []), ...(added ?? [])];
}

const recordSchema: z.ZodType<ReplayRecord> = z.object({
  seed: z.number(),
  by: z.enum(["start", "random", "uncertainty", "diversity", "both"]),
  count: z.number(),
  tiles: z.array(z.string()),
  iou: z.array(z.number()),
  meanIou: z.number(),
  next: z.partialRecord(z.enum(["random", "uncertainty", "diversity", "both"]), z.array(z.string())),
});

const readRecord = (path: string): ReplayRecord =>
  parseJson(readFileSync(path, "utf8"), recordSchema, { action: "resume replay", where: path });
