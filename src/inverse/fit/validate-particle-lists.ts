import { counted, rangeError, type StartStage } from "../../core/index.ts";
import { drawCodes, drawnValues, pointValue, type NetworkOutput } from "../../posterior/index.ts";
import { searchParticles, type Detector } from "../../particles/index.ts";
import { grayImageOf, truthsOf, type ImageSet } from "../data/data-set.ts";
import type { Inversion } from "../apply/open-inversion.ts";
import { listedValues } from "./listed-values.ts";
import { scoreParticleLists, type ListedImage, type ListScore } from "./score-particle-lists.ts";

/** Lists of particles beside a network. */
export interface ListValidation {
  readonly imageCount: number;
  readonly scores: readonly ListScore[];
}

/**
 * Asks a detector for the particles of held-out images, and scores what the lists say of the parameters beside the network.
 *
 * @param inversion network and record, of one powder's materials
 * @param data held-out images
 * @param outputs what the network said of them
 * @param options detector for dark-field images, how many images are searched, progress
 * @throws RangeError for a network that chooses its materials image by image
 */
export async function validateParticleLists(
  { model }: Pick<Inversion, "model">,
  data: ImageSet,
  outputs: readonly NetworkOutput[],
  {
    detector,
    count,
    startStage,
  }: { readonly detector: Detector; readonly count: number; readonly startStage: StartStage },
): Promise<ListValidation> {
  const { materials } = model;
  if (materials === null || model.lengths === "pixels") {
    throw rangeError(
      { action: "score particles" },
      "the network must be of one powder's materials",
      "one whose images have materials of their own; leave --particles out",
    );
  }
  const searched = Math.min(count, data.count);
  const stage = startStage("Finding particles", searched);
  const images: ListedImage[] = [];
  for (let i = 0; i < searched; i++) {
    const image = grayImageOf(data, i);
    const name = `image ${i}`;
    const { particles } = await searchParticles(
      () => detector,
      { path: name, name, image, mask: null, pixelSizeSource: null },
      { modality: "haadf", materials },
    );
    const draws = drawCodes(outputs[i], model.calibration.network);
    const centers = model.head.kind === "point" ? outputs[i].centers : null;
    images.push({
      truths: truthsOf(data.labels[i]),
      listed: listedValues(particles, materials, data.pixelSizeNm),
      answered: Object.fromEntries(
        model.targets.map((target, t) => [
          target.key,
          pointValue(target, drawnValues(target, draws, t), centers === null ? null : centers[t]),
        ]),
      ),
    });
    stage.update(i + 1);
  }
  stage.finish(counted(searched, "image"));
  return { imageCount: searched, scores: scoreParticleLists(model.targets, images) };
}
