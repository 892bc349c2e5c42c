import { resolve } from "node:path";
import { counted, findMaterial, openRandomStream, usageError } from "../../core/index.ts";
import { eachFrame, imageFiles } from "../../micrograph/index.ts";
import {
  drawStructures,
  planPrior,
  priorOfRecipe,
  seeView,
  structureResults,
} from "../../reconstruct/index.ts";
import { defineCommand, type CommandContext } from "../command.ts";
import { IMAGE_FLAGS, imageRequest, outputFlags, SEED_FLAG, wholeNumber, WORKERS_FLAG } from "../flags.ts";
import { materialsNamed, particleDetectors } from "../particle-detectors.ts";
import { reconstructionText, writeReconstruction, type ShownView } from "../reconstruction-output.ts";
import { resolveRecipe } from "../resolve-recipe.ts";
import { runInto } from "../run-into.ts";
import { planViews, VIEW_FLAGS, type ViewPlan } from "../tilts.ts";
import { listParticles, type ListJob } from "./particles/list-particles.ts";
import { takeCorrections } from "./particles/take-corrections.ts";

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
    ...VIEW_FLAGS,
    recipe: { value: "FILE", help: "recipe whose aggregates are the prior (default: configs/tio2-wo3.yaml)" },
    materials: {
      value: "A,B",
      help: "materials of the particles, one or two (default: those of the recipe)",
      parse: (text: string) => text.split(",").map((name) => name.trim()),
    },
    modality: {
      value: "NAME",
      help: "how the images were taken; auto asks the grey levels",
      choices: ["auto", "haadf", "bright-field"],
      default: "auto",
    },
    draws: { value: "N", help: "structures", parse: wholeNumber(4, 1000), default: 24 },
    chains: { value: "N", help: "Markov chains", parse: wholeNumber(2, 64), default: 4 },
    corrections: {
      value: "FILE",
      help: "particles.json or RoiSet.zip as a person has corrected it",
    },
    model: { value: "FILE", help: "detector of particles train, over those that ship" },
    seed: SEED_FLAG,
    ...IMAGE_FLAGS,
    workers: WORKERS_FLAG,
    ...outputFlags("runs/reconstruct"),
  },
  example: "reconstruct image.tif --pixel-size 1.1 --out runs/reconstruct",
  async run({ arguments: { images }, flags }, context) {
    const files = images.flatMap(imageFiles);
    const viewPlan = planViews(files, flags.tilts, {
      action: "reconstruct aggregate",
      request: imageRequest(flags),
      picked: flags.pick,
    });
    const { tiltsDeg } = viewPlan;
    const recipe = resolveRecipe({ recipe: flags.recipe, seed: flags.seed }, context);
    const named = materialsNamed(flags.materials ?? []).map((name) => findMaterial(name));
    const plan = planPrior(priorOfRecipe(recipe), named);
    const { names } = plan;
    const materials = materialsNamed(names);
    const { draws, chains, modality, out, force } = flags;
    const settings = {
      files,
      tiltsDeg,
      recipe,
      materials: names,
      draws,
      chains,
      corrections: flags.corrections,
    };
    const corrections =
      flags.corrections === undefined
        ? new Map<never, never>()
        : await takeCorrections(flags.corrections, { files, request: viewPlan.request, materials });
    const detectors = particleDetectors(flags.model, flags.workers, context);
    const options = { modality: modality === "auto" ? null : modality, materials };
    const list = { detectors, options, corrections, isFitted: false };
    const found = await runInto(out, { force, context, settings }, async (folder) => {
      const views = await seeViews({ files, viewPlan, list, names, context });
      const stage = context.startStage("Drawing structures", 100);
      const onProgress = (share: number) => stage.update(Math.round(100 * share));
      const rng = openRandomStream(recipe.seed, "reconstruct");
      const wanted = { chainCount: chains, drawCount: draws, onProgress };
      const drawn = { ...drawStructures(rng, { views, tiltsDeg, plan }, wanted), views };
      stage.finish(counted(drawn.reconstruction.draws.length, "structure"));
      writeReconstruction(folder, drawn);
      return drawn;
    }).finally(detectors.dispose);
    const json = { out: resolve(out), ...structureResults(found) };
    return { text: reconstructionText(found, resolve(out, "structures.html")), json };
  },
});

interface SeeJob {
  readonly files: readonly string[];
  readonly viewPlan: ViewPlan;
  readonly list: ListJob;
  /** Of the materials, as the prior has them. */
  readonly names: readonly string[];
  readonly context: CommandContext;
}

async function seeViews({ files, viewPlan, list, names, context }: SeeJob): Promise<ShownView[]> {
  const { request, frames, frameCount, tiltsDeg } = viewPlan;
  const stage = context.startStage("Finding particles", tiltsDeg.length);
  const views: ShownView[] = [];
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
      const { found, notes } = await listParticles(list, file);
      views[place] = { file, notes, ...seeView(file, found, names) };
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
