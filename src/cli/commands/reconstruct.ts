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
import { parseTilts, planViews, type ViewPlan } from "../tilts.ts";

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
      help: "tilt of the holder in each image, or in each frame of a tilt series, about the horizontal axis [degrees]; or a .tlt file",
      parse: parseTilts,
    },
    pick: {
      value: "A,B,..",
      help: "angles of the frames of a tilt series that are used, such as -30,0,30 (default: all)",
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
    const viewPlan = planViews(files, flags.tilts, { request: imageRequest(flags), picked: flags.pick });
    const { tiltsDeg } = viewPlan;
    const recipe = resolveRecipe({ recipe: flags.recipe, seed: flags.seed }, context);
    const plan = planPrior(recipe, flags.materials);
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
      const views = await seeViews({ files, viewPlan, detectors, modality, plan, context });
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
  readonly viewPlan: ViewPlan;
  readonly detectors: ReturnType<typeof particleDetectors>;
  readonly modality: "haadf" | "bright-field" | null;
  readonly plan: PriorPlan;
  readonly context: CommandContext;
}

async function seeViews({
  files,
  viewPlan,
  detectors,
  modality,
  plan,
  context,
}: SeeJob): Promise<SeenView[]> {
  const { request, frames, frameCount, tiltsDeg } = viewPlan;
  const stage = context.startStage("Finding particles", tiltsDeg.length);
  const views: SeenView[] = [];
  let [doneCount, held] = [0, 0];
  const failed = await eachFrame(
    files,
    () => request,
    async (stack, at) => {
      held = stack.frames.length;
      if (frameCount !== null && held !== frameCount) return;
      const place = frames === null ? doneCount : frames.indexOf(at);
      if (place === -1) return;
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
      const particles = particlesOfImage(found, explanation.particles, plan.names);
      views[place] = { file, found, particles, frame };
      stage.update(++doneCount, file.name);
    },
  );
  if (frameCount !== null && held !== frameCount)
    throw usageError(
      { action: "reconstruct aggregate", where: files[0] },
      "--tilts must have one angle a frame",
      `${frameCount} for ${counted(held, "frame")}`,
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
