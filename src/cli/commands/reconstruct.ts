import { join, resolve } from "node:path";
import {
  counted,
  median,
  openRandomStream,
  priorRange,
  quantile,
  rangeError,
  usageError,
  type Material,
  type RandomStream,
} from "../../core/index.ts";
import { makeFolders, writeNewFile } from "../../io/index.ts";
import { eachFrame, imageFiles, type ImageFile } from "../../micrograph/index.ts";
import {
  explainImage,
  findParticles,
  fitFrame,
  MOST_RESIDUAL,
  residualPicture,
  type FitFrame,
  type ImageParticles,
} from "../../particles/index.ts";
import {
  learnLabelPrior,
  particlesOfImage,
  reconstructDepths,
  renderDraw,
  SHIPPED_WEIGHTS,
  singleMaterialPrior,
  type LabelPrior,
  type ProjectedParticles,
  type Reconstruction,
  type RenderedDraw,
} from "../../reconstruct/index.ts";
import {
  grayPicture,
  pngDataUri,
  tableCsv,
  tableOf,
  tableText,
  fixed,
  nameWithUnit,
  type Picture,
} from "../../report/index.ts";
import { blurredSphereTable, viewAggregate } from "../../stem-sim/index.ts";
import {
  AGGREGATE_DESCRIPTORS,
  materialsOfPrior,
  nameMaterials,
  writeGlb,
  writeXyz,
  type Aggregate,
} from "../../stochastic/index.ts";
import { drawsHtml, readViewerBundle } from "../../web/index.ts";
import { defineCommand, type CommandContext } from "../command.ts";
import { IMAGE_FLAGS, imageRequest, outputFlags, SEED_FLAG, wholeNumber, WORKERS_FLAG } from "../flags.ts";
import { materialNamed, materialsNamed, particleDetectors } from "../particle-detectors.ts";
import { resolveRecipe } from "../resolve-recipe.ts";
import { runInto } from "../run-into.ts";
import { writeFiles } from "../write-files.ts";

/** Most turn of a holder between two views, and least [degrees]. */
const [MOST_TILT_DEG, LEAST_TILT_DEG] = [80, 5];

/** `heterostem reconstruct IMAGE...`: structures in 3D that look like the image, or like several views of one aggregate. */
export const reconstructCommand = defineCommand({
  name: "reconstruct",
  summary: "Draw 3D structures that look like an image, or like its tilted views",
  arguments: {
    images: {
      help: "micrograph of one aggregate, or one a tilt; the first is what structures are drawn over",
      isVariadic: true,
    },
  },
  flags: {
    tilts: {
      value: "A,B,..",
      help: "tilt of the holder in each image, about the horizontal axis [degrees]",
      parse: parseTilts,
    },
    recipe: { value: "FILE", help: "recipe whose aggregates are the prior (default: configs/tio2-wo3.yaml)" },
    materials: {
      value: "NAME",
      help: "the one material of all particles, where it is one (default: the two of the recipe)",
    },
    modality: {
      value: "NAME",
      help: "how the images were taken; auto asks the grey levels",
      choices: ["auto", "haadf", "bright-field"],
      default: "auto",
    },
    draws: { value: "N", help: "structures", parse: wholeNumber(4, 1000), default: 24 },
    chains: { value: "N", help: "Markov chains", parse: wholeNumber(2, 64), default: 4 },
    model: { value: "FILE", help: "detector of particles train, over those that ship" },
    seed: SEED_FLAG,
    ...IMAGE_FLAGS,
    workers: WORKERS_FLAG,
    ...outputFlags("runs/reconstruct"),
  },
  example: "reconstruct image.tif --pixel-size 1.1 --out runs/reconstruct",
  async run({ arguments: { images }, flags }, context) {
    const files = images.flatMap(imageFiles);
    const tiltsDeg = tiltsOf(files, flags.tilts);
    const recipe = resolveRecipe({ recipe: flags.recipe, seed: flags.seed }, context);
    const plan = planPrior(recipe, flags.materials);
    const request = imageRequest(flags);
    const settings = {
      files,
      tiltsDeg,
      recipe,
      materials: plan.names,
      draws: flags.draws,
      chains: flags.chains,
    };
    const detectors = particleDetectors(flags.model, flags.workers, context);
    const modality = flags.modality === "auto" ? null : flags.modality;
    const { out, force } = flags;
    const found = await runInto(out, { force, context, settings }, async (folder) => {
      const views = await seeViews({ files, request, detectors, modality, plan, context });
      const done = draw(openRandomStream(recipe.seed, "reconstruct"), {
        views,
        tiltsDeg,
        plan,
        flags,
        context,
      });
      writeAll(folder, done);
      return done;
    }).finally(detectors.dispose);
    const json = { out: resolve(out), ...resultsOf(found) };
    return { text: textOf(found, resolve(out, "structures.html")), json };
  },
});

function parseTilts(text: string): number[] {
  const tilts = text.split(",").map((part) => (part.trim() === "" ? NaN : Number(part)));
  if (tilts.every((tilt) => Math.abs(tilt) <= MOST_TILT_DEG)) return tilts;
  throw new RangeError(
    `wanted angles from -${MOST_TILT_DEG} to ${MOST_TILT_DEG} such as -30,0,30, got ${text}`,
  );
}

function tiltsOf(files: readonly string[], tilts: readonly number[] | undefined): readonly number[] {
  const action = "reconstruct aggregate";
  if (tilts === undefined) {
    if (files.length === 1) return [0];
    throw usageError(
      { action },
      "several images must have their tilts, as by --tilts",
      `${files.length} images`,
    );
  }
  if (tilts.length !== files.length) {
    throw usageError(
      { action },
      "--tilts must have one angle an image",
      `${tilts.length} for ${files.length}`,
    );
  }
  const near = tilts.slice(1).find((tilt) => Math.abs(tilt - tilts[0]) < LEAST_TILT_DEG);
  if (near === undefined) return tilts;
  throw usageError(
    { action },
    `further views must differ from the first by ${LEAST_TILT_DEG} degrees at least`,
    `${tilts[0]} and ${near}`,
  );
}

/** What is believed before an image is seen. */
interface PriorPlan {
  readonly names: readonly string[];
  readonly materials: readonly [Material, Material];
  readonly necking: number;
  readonly labelPrior: LabelPrior;
}

function planPrior(recipe: ReturnType<typeof resolveRecipe>, single: string | undefined): PriorPlan {
  const [low, high] = priorRange(recipe.aggregate.necking);
  const necking = (low + high) / 2;
  if (single !== undefined) {
    const material = materialNamed(single);
    return { names: [single], materials: [material, material], necking, labelPrior: singleMaterialPrior() };
  }
  const materials = materialsOfPrior(recipe.aggregate);
  const labelPrior = learnLabelPrior(openRandomStream(recipe.seed, "labels"), recipe.aggregate);
  return { names: materials.map(({ name }) => name), materials, necking, labelPrior };
}

/** One image, its particles, and how it is compared with structures. */
interface SeenView {
  readonly file: ImageFile;
  readonly found: ImageParticles;
  readonly particles: ProjectedParticles;
  readonly frame: FitFrame;
}

interface SeeJob {
  readonly files: readonly string[];
  readonly request: ReturnType<typeof imageRequest>;
  readonly detectors: ReturnType<typeof particleDetectors>;
  readonly modality: "haadf" | "bright-field" | null;
  readonly plan: PriorPlan;
  readonly context: CommandContext;
}

async function seeViews({ files, request, detectors, modality, plan, context }: SeeJob): Promise<SeenView[]> {
  const stage = context.startStage("Finding particles", files.length);
  const views: SeenView[] = [];
  const failed = await eachFrame(
    files,
    () => request,
    async (stack, at) => {
      const file = stack.image(at);
      const materials = materialsNamed(plan.names);
      const found = await findParticles(detectors.openFor, file, { modality, materials });
      const explanation = explainImage(file.image, file.mask, found);
      if (explanation === null)
        throw rangeError(
          { action: "reconstruct aggregate", where: file.path },
          "image must show particles",
          "none",
        );
      const frame = fitFrame(file.image, file.mask, found.modality, explanation.particles);
      views.push({
        file,
        found,
        particles: particlesOfImage(found, explanation.particles, plan.names),
        frame,
      });
      stage.update(views.length, file.name);
    },
  );
  if (failed.length > 0) throw new RangeError(failed[0].reason);
  stage.finish(views.map(({ particles }) => counted(particles.count, "particle")).join(", "));
  return views;
}

/** All that is written. */
interface Drawn {
  readonly views: readonly SeenView[];
  readonly plan: PriorPlan;
  readonly reconstruction: Reconstruction;
  /** [draw][view] */
  readonly rendered: readonly (readonly RenderedDraw[])[];
}

interface DrawJob {
  readonly views: readonly SeenView[];
  readonly tiltsDeg: readonly number[];
  readonly plan: PriorPlan;
  readonly flags: { readonly draws: number; readonly chains: number };
  readonly context: CommandContext;
}

function draw(rng: RandomStream, { views, tiltsDeg, plan, flags, context }: DrawJob): Drawn {
  const stage = context.startStage("Drawing structures", 100);
  const [own, ...others] = views;
  const reconstruction = reconstructDepths(
    rng,
    {
      ...plan,
      weights: SHIPPED_WEIGHTS,
      particles: own.particles,
      views: others.map(({ particles }, k) => ({ particles, tiltDeg: tiltsDeg[k + 1] - tiltsDeg[0] })),
    },
    {
      chainCount: flags.chains,
      drawCount: flags.draws,
      onProgress: (share) => stage.update(Math.round(100 * share)),
    },
  );
  const table = blurredSphereTable();
  const rendered = reconstruction.draws.map(({ aggregate }) =>
    views.map(({ frame, found }, v) =>
      renderDraw(turned(aggregate, tiltsDeg[v] - tiltsDeg[0]), frame, {
        table,
        pixelSizeNm: found.pixelSizeNm ?? NaN,
      }),
    ),
  );
  stage.finish(counted(reconstruction.draws.length, "structure"));
  return { views, plan, reconstruction, rendered };
}

const turned = (aggregate: Aggregate, tiltDeg: number) =>
  viewAggregate(aggregate, {
    eulerAlphaDeg: 0,
    eulerBetaDeg: 0,
    eulerGammaDeg: 0,
    tiltDeg,
    offsetXNm: 0,
    offsetYNm: 0,
  });

function writeAll(folder: string, drawn: Drawn): void {
  const { reconstruction } = drawn;
  writeFiles(folder, {
    "structures.xyz": reconstruction.draws.map(({ aggregate }) => writeXyz(aggregate)).join(""),
    "structures.csv": tableCsv(structureTable(drawn)),
    "contacts.csv": tableCsv(contactTable(drawn)),
    "reconstruction.json": resultsOf(drawn),
    "structures.html": pageOf(drawn),
  });
  makeFolders(join(folder, "glb"));
  reconstruction.draws.forEach(({ aggregate }, k) => {
    writeNewFile(join(folder, "glb", `${String(k).padStart(3, "0")}.glb`), writeGlb(aggregate));
  });
}

function descriptorColumns(plan: PriorPlan) {
  return AGGREGATE_DESCRIPTORS.map(({ key, label, unit }) => ({
    key,
    label: plan.names.length === 2 ? nameMaterials(label, [plan.names[0], plan.names[1]]) : label,
    unit,
  }));
}

/** A row for each structure: chain, what it leaves of the images, descriptors. */
function structureTable({ reconstruction, rendered, plan }: Drawn) {
  const rows = reconstruction.draws.map((own, k) => ({ ...own, rendered: rendered[k], number: k }));
  type Row = (typeof rows)[number];
  return tableOf(rows, [
    { heading: "structure", number: ({ number }: Row) => number },
    { heading: "chain", number: ({ chain }: Row) => chain },
    ...rendered[0].map((_, v) => ({
      heading: `chi-square a pixel, view ${v}`,
      number: (row: Row) => row.rendered[v].reducedChiSquare,
    })),
    ...descriptorColumns(plan).map(({ key, label, unit }) => ({
      heading: nameWithUnit(label, unit),
      number: ({ descriptors }: Row) => descriptors[key],
    })),
  ]);
}

/** A row for each pair of particles that may touch. */
function contactTable({ reconstruction, views: [{ particles }], plan }: Drawn) {
  const nameOf = (i: number) => plan.names[particles.materialIndices[i]];
  return tableOf(reconstruction.contacts, [
    { heading: "first", number: ({ first }) => first },
    { heading: "second", number: ({ second }) => second },
    { heading: "first material", text: ({ first }) => nameOf(first) },
    { heading: "second material", text: ({ second }) => nameOf(second) },
    { heading: "probability", number: ({ probability }) => probability },
  ]);
}

/** A row for each descriptor: middle and 90 % of the structures, and whether the chains agree. */
function summaryTable({ reconstruction, plan }: Drawn) {
  const rows = descriptorColumns(plan)
    .map((column) => ({
      ...column,
      ...reconstruction.convergence[column.key],
      values: reconstruction.draws.map(({ descriptors }) => descriptors[column.key]).filter(Number.isFinite),
    }))
    .filter(({ values }) => values.length > 0);
  type Row = (typeof rows)[number];
  return tableOf(rows, [
    { heading: "quantity", text: ({ label, unit }: Row) => nameWithUnit(label, unit) },
    { heading: "median", number: ({ values }: Row) => median(values) },
    {
      heading: "90 % of the structures",
      range: ({ values }: Row) => [quantile(values, 0.05), quantile(values, 0.95)] as const,
    },
    { heading: "R-hat", number: ({ rHat }: Row) => rHat, show: fixed(2) },
    { heading: "effective draws", number: ({ effectiveCount }: Row) => effectiveCount, show: fixed(0) },
  ]);
}

function resultsOf({ views, plan, reconstruction, rendered }: Drawn) {
  return {
    materials: plan.names,
    necking: plan.necking,
    views: views.map(({ file, particles, found }) => ({
      image: file.name,
      modality: found.modality,
      particles: particles.count,
      errorNm: particles.errorNm,
    })),
    convergence: reconstruction.convergence,
    structures: reconstruction.draws.map(({ chain, descriptors }, k) => ({
      chain,
      descriptors,
      views: rendered[k].map(({ reducedChiSquare, explained }) => ({ reducedChiSquare, explained })),
    })),
  };
}

function textOf(drawn: Drawn, page: string): string {
  const { reconstruction, rendered, views } = drawn;
  const chiSquare = views.map((_, v) =>
    median(rendered.map((own) => own[v].reducedChiSquare)).toPrecision(3),
  );
  const explained = views.map((_, v) => (100 * median(rendered.map((own) => own[v].explained))).toFixed(1));
  const worst = Math.max(
    ...Object.values(reconstruction.convergence)
      .map(({ rHat }) => rHat)
      .filter(Number.isFinite),
  );
  return [
    `${counted(reconstruction.draws.length, "structure")} of ${counted(views[0].particles.count, "particle")}, ${counted(reconstruction.contacts.length, "pair")} that may touch`,
    tableText(summaryTable(drawn)),
    `Imaged again they leave a chi-square of ${chiSquare.join(", ")} a pixel and explain ${explained.join(", ")} % of the variance`,
    ...(worst > MOST_R_HAT
      ? [
          `Warning: the chains do not agree (R-hat up to ${worst.toFixed(2)}): take the spread of these structures for too small`,
        ]
      : []),
    `Page: ${page}`,
  ].join("\n\n");
}

/** R-hat above which chains are said not to agree [gelman2013]. */
const MOST_R_HAT = 1.1;

function pageOf(drawn: Drawn): string {
  const { views, reconstruction, rendered } = drawn;
  const probabilities = new Map(
    reconstruction.contacts.map(({ first, second, probability }) => [`${first} ${second}`, probability]),
  );
  const names = views.map(({ file }) => (views.length === 1 ? "" : `, ${file.name}`));
  // one scale for all structures, so that they can be compared
  const scales = views.map((_, v) =>
    Math.max(MOST_RESIDUAL, quantile(rendered[0][v].residual.map(Math.abs), 0.98)),
  );
  return drawsHtml({
    bundle: readViewerBundle(),
    title: views.map(({ file }) => file.name).join(", "),
    fixed: views.map(({ frame, file }) => ({
      source: pngDataUri(signalPicture(frame)),
      caption: `image, ${file.name}`,
    })),
    places: names.flatMap((name, v) => [
      `structure imaged again${name}`,
      `image minus structure${name}: white and black ${scales[v].toPrecision(2)} times the noise`,
    ]),
    draws: reconstruction.draws.map(({ aggregate, chain, descriptors }, k) => ({
      aggregate,
      caption: `${k + 1} of ${reconstruction.draws.length}, chain ${chain + 1}: hetero-coordination ${descriptors.heteroCoordinationAll.toFixed(2)}, chi-square ${rendered[k][0].reducedChiSquare.toPrecision(3)}`,
      pictures: rendered[k].flatMap((own, v) => {
        const { width, height } = views[v].frame.problem;
        return [
          pngDataUri(levelPicture(views[v].frame, own.model)),
          pngDataUri(
            residualPicture({
              width,
              height,
              data: own.residual.map((value) => (value * MOST_RESIDUAL) / scales[v]),
            }),
          ),
        ];
      }),
    })),
    probabilityOf: (first, second) => probabilities.get(`${first} ${second}`) ?? 0,
  });
}

const signalPicture = (frame: FitFrame): Picture =>
  levelPicture(frame, Float32Array.from(frame.problem.signal));

/** Grey levels from the ground of the image to the brightest of its signal. */
function levelPicture({ problem: { width, height, signal } }: FitFrame, data: Float32Array): Picture {
  const [low, high] = [quantile(signal, 0.02), quantile(signal, 0.998)];
  const image = {
    width,
    height,
    data: data.map((value) => Math.max(0, value - low)),
    intensityUnit: "arbitrary" as const,
    pixelSizeNm: null,
  };
  return grayPicture(image, high - low);
}
