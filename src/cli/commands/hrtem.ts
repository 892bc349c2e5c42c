import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, extname, join, resolve } from "node:path";
import { openRandomStream, type BootstrapInterval } from "../../core/index.ts";
import {
  analyseHrtem,
  describePopulation,
  hrtemReport,
  hrtemResults,
  hrtemStudySchema,
  MODEL_FILES,
  openHrtemModel,
  particleRows,
  populationCsv,
  runHrtemStudy,
  type HrtemStudyConfig,
  type HrtemStudyResult,
  type ModelBytes,
  type ParticleRow,
} from "../../hrtem/index.ts";
import { frameImage, readMicrograph } from "../../micrograph/index.ts";
import { pngBytes } from "../../report/index.ts";
import type { CommandContext, CommandInput, CommandResult, CommandSpec } from "../command.ts";
import { readYaml } from "../config/read-yaml.ts";
import { FORCE_FLAG, OUT_FLAG, PIXEL_SIZE_FLAG, SEED_FLAG, WORKERS_FLAG, workerCount } from "../flags.ts";
import { RUN_FILE, writeFolderAtomically } from "../output-folder.ts";
import { startStage } from "../progress.ts";
import { runRecord } from "../run-record.ts";
import { textTable } from "../text-table.ts";
import { UsageError } from "../usage-error.ts";

/** `heterostem hrtem`: regions, stacking faults and their statistics from high-resolution TEM. */
export const hrtemCommand: CommandSpec = {
  name: "hrtem",
  summary: "Find nanoparticles and their stacking faults in HRTEM images; train and score on simulated ones",
  arguments: [
    {
      name: "action",
      help:
        "study (RECIPE: simulate, train network and forest, score on held-out images, report), " +
        "apply (MODEL-FOLDER IMAGE...: particle table, masks and statistics)",
    },
    { name: "path", help: "what the action works on", isVariadic: true },
  ],
  flags: [
    { name: "quick", help: "study: the recipe's small effort, minutes instead of an hour" },
    { ...PIXEL_SIZE_FLAG, help: `apply: ${PIXEL_SIZE_FLAG.help}` },
    SEED_FLAG,
    WORKERS_FLAG,
    OUT_FLAG,
    FORCE_FLAG,
  ],
  example: "hrtem study configs/hrtem-au.yaml --quick",
  run(input, context) {
    const [action, paths] = input.arguments as readonly [string, readonly string[]];
    if (action === "study") return study(paths, input, context);
    if (action === "apply") return apply(paths, input, context);
    throw new UsageError(`Cannot run hrtem: action must be one of study, apply, got ${action}`);
  },
};

async function study(
  paths: readonly string[],
  { flags }: CommandInput,
  context: CommandContext,
): Promise<CommandResult> {
  if (paths.length !== 1) throw new UsageError(`Cannot run study: wanted one recipe, got ${paths.length}`);
  const config = seeded(readYaml(paths[0], hrtemStudySchema), flags);
  const isQuick = flags["quick"] === true;
  const out = (flags["out"] as string | undefined) ?? join("runs", config.name);
  const result = await writeFolderAtomically(out, { force: flags["force"] === true }, async (folder) => {
    const done = await runHrtemStudy(config, {
      effort: isQuick ? config.quick : config.effort,
      workers: workerCount(flags),
      startStage: (title, total) => startStage(context.progress, title, total),
    });
    for (const [name, bytes] of Object.entries(done.model)) writeFileSync(join(folder, name), bytes);
    writeFileSync(join(folder, "particles.csv"), populationCsv(done.rows));
    writeFileSync(join(folder, "results.json"), `${JSON.stringify(hrtemResults(done), null, 2)}\n`);
    writeFileSync(join(folder, "report.html"), hrtemReport(done));
    writeFileSync(join(folder, RUN_FILE), runRecord("hrtem study", context.version, { config, isQuick }));
    return done;
  });
  const report = resolve(out, "report.html");
  return { text: studyText(result, report), json: { report, ...hrtemResults(result) } };
}

function seeded(config: HrtemStudyConfig, flags: CommandInput["flags"]): HrtemStudyConfig {
  const seed = flags["seed"] as number | undefined;
  return seed === undefined ? config : { ...config, seed };
}

function studyText({ regionScores, forests }: HrtemStudyResult, report: string): string {
  const regions = textTable(regionScores, [
    { heading: "regions by", cell: ({ method }) => method },
    { heading: "mean Dice (95 %)", cell: ({ dice }) => intervalText(dice), isNumber: true },
  ]);
  const classes = textTable(forests, [
    { heading: "classes by", cell: ({ name }) => name },
    { heading: "accuracy (95 %)", cell: ({ scores }) => intervalText(scores.accuracy), isNumber: true },
    { heading: "macro (95 %)", cell: ({ scores }) => intervalText(scores.macroAccuracy), isNumber: true },
    { heading: "out of bag", cell: ({ outOfBag }) => outOfBag.toFixed(3), isNumber: true },
  ]);
  return [regions, "", classes, "", `Report: ${report}`].join("\n");
}

async function apply(
  paths: readonly string[],
  { flags }: CommandInput,
  context: CommandContext,
): Promise<CommandResult> {
  const [folder, ...images] = paths;
  if (images.length === 0) {
    throw new UsageError("Cannot apply: wanted a model folder and at least one image, got no image");
  }
  const bytes = readModel(folder);
  const out = (flags["out"] as string | undefined) ?? join("runs", "hrtem-apply");
  const rows = await writeFolderAtomically(out, { force: flags["force"] === true }, async (target) => {
    const found = await applyAll(bytes, { folder, images, target, flags, context });
    writeFileSync(join(target, "particles.csv"), populationCsv(found));
    writeFileSync(
      join(target, RUN_FILE),
      runRecord("hrtem apply", context.version, { model: folder, images }),
    );
    return found;
  });
  const population = rows.length === 0 ? null : describePopulation(openRandomStream(1, "population"), rows);
  return { text: applyText(rows, images.length, resolve(out)), json: { population, particles: rows } };
}

async function applyAll(
  bytes: ModelBytes,
  job: {
    readonly folder: string;
    readonly images: readonly string[];
    readonly target: string;
    readonly flags: CommandInput["flags"];
    readonly context: CommandContext;
  },
): Promise<ParticleRow[]> {
  const { folder, images, target, flags, context } = job;
  const model = await openHrtemModel(bytes, { threads: workerCount(flags), where: folder });
  const stage = startStage(context.progress, "Finding particles", images.length);
  const rows: ParticleRow[] = [];
  try {
    for (const [index, path] of images.entries()) {
      const source = await readImage(path, flags["pixel-size"] as number | undefined);
      const { image, mask, particles } = await analyseHrtem(model, source);
      const name = `${String(index).padStart(3, "0")}-${basename(path, extname(path))}-mask.png`;
      const picture = { width: image.width, height: image.height, channels: 1 } as const;
      writeFileSync(join(target, name), pngBytes({ ...picture, pixels: mask.map((value) => 255 * value) }));
      const { pixelSizeNm } = model;
      rows.push(...particleRows(particles, { image: index, imageName: basename(path), pixelSizeNm }));
      stage.update(index + 1);
    }
  } finally {
    await model.regions.dispose();
  }
  stage.finish(`${rows.length} particles`);
  return rows;
}

function readModel(folder: string): ModelBytes {
  const entries = Object.values(MODEL_FILES).map((name) => {
    const path = join(folder, name);
    if (!existsSync(path)) {
      throw new UsageError(`Cannot apply: wanted a folder of hrtem study, got none of ${name} (${folder})`);
    }
    return [name, readFileSync(path)];
  });
  return Object.fromEntries(entries) as ModelBytes;
}

async function readImage(path: string, pixelSizeNm: number | undefined) {
  if (!existsSync(path)) throw new UsageError(`Cannot read image: wanted a file, got no such file (${path})`);
  const image = frameImage(await readMicrograph(readFileSync(path), path));
  const size = pixelSizeNm ?? image.pixelSizeNm;
  if (size === null) {
    throw new UsageError(`Cannot apply: image must have a pixel size, got none: give --pixel-size (${path})`);
  }
  return { ...image, pixelSizeNm: size };
}

function applyText(rows: readonly ParticleRow[], imageCount: number, out: string): string {
  const counts = new Map<string, number>();
  for (const { predicted } of rows) counts.set(predicted, (counts.get(predicted) ?? 0) + 1);
  const classes = [...counts].map(([name, count]) => `${count} ${name}`).join(", ");
  return `${rows.length} particles in ${imageCount} images${classes === "" ? "" : `: ${classes}`}\nTable and masks: ${out}`;
}

function intervalText({ value, low, high }: BootstrapInterval): string {
  return `${value.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
}
