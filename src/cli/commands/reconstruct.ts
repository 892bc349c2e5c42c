import { resolve } from "node:path";
import {
  counted,
  openRandomStream,
  priorRange,
  rangeError,
  usageError,
  type RandomStream,
} from "../../core/index.ts";
import { eachFrame, imageFiles } from "../../micrograph/index.ts";
import { explainImage, findParticles, fitFrame } from "../../particles/index.ts";
import {
  learnLabelPrior,
  particlesOfImage,
  reconstructDepths,
  renderDraw,
  SHIPPED_WEIGHTS,
  singleMaterialPrior,
} from "../../reconstruct/index.ts";
import { blurredSphereTable, viewAggregate } from "../../stem-sim/index.ts";
import { materialsOfPrior, type Aggregate } from "../../stochastic/index.ts";
import { defineCommand, type CommandContext } from "../command.ts";
import { IMAGE_FLAGS, imageRequest, outputFlags, SEED_FLAG, wholeNumber, WORKERS_FLAG } from "../flags.ts";
import { materialNamed, materialsNamed, particleDetectors } from "../particle-detectors.ts";
import {
  reconstructionResults,
  reconstructionText,
  writeReconstruction,
  type Drawn,
  type PriorPlan,
  type SeenView,
} from "../reconstruction-output.ts";
import { resolveRecipe } from "../resolve-recipe.ts";
import { runInto } from "../run-into.ts";

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
      writeReconstruction(folder, done);
      return done;
    }).finally(detectors.dispose);
    const json = { out: resolve(out), ...reconstructionResults(found) };
    return { text: reconstructionText(found, resolve(out, "structures.html")), json };
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
