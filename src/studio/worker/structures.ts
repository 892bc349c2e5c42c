import { findMaterial, openRandomStream } from "../../core/index.ts";
import { orderedMaterials } from "../../particles/index.ts";
import {
  chainAgreement,
  drawStructures,
  explainedViews,
  planPrior,
  seeView,
  structureDoubts,
  structureResults,
  summariseStructures,
  type DrawnStructures,
} from "../../reconstruct/index.ts";
import { viewerData } from "../../web/index.ts";
import { asset } from "./assets.ts";
import { listParticles } from "./find.ts";
import type { ParticleOrder, Structures } from "./protocol.ts";
import { residualLevels, shadesOf, signalLevels } from "./shades.ts";
import { decodeStructurePrior } from "../site/structure-prior.ts";

/** As many as `heterostem reconstruct` draws where nobody says. */
const [DRAWS, CHAINS] = [24, 4];

/** Structures that look like an image, by the steps and in the random streams of `heterostem reconstruct`. */
export async function structuresOf(
  order: ParticleOrder,
  onProgress: (share: number) => void,
): Promise<Structures> {
  const { seed, source } = decodeStructurePrior(await asset("structure-prior.json"));
  const { taken } = order;
  const named = orderedMaterials(taken.materials);
  const plan = planPrior(
    source,
    named.map((name) => findMaterial(name)),
  );
  const { file, found } = await listParticles({ ...order, taken: { ...taken, materials: plan.names } });
  const view = seeView(file, found, plan.names);
  const rng = openRandomStream(seed, "reconstruct");
  const options = { chainCount: CHAINS, drawCount: DRAWS, onProgress };
  return shown(seed, drawStructures(rng, { views: [view], tiltsDeg: [0], plan }, options));
}

function shown(seed: number, drawn: DrawnStructures): Structures {
  const { reconstruction, rendered, views } = drawn;
  const [{ frame, found }] = views;
  const probabilities = new Map(
    reconstruction.contacts.map(({ first, second, probability }) => [`${first} ${second}`, probability]),
  );
  const probabilityOf = (first: number, second: number) => probabilities.get(`${first} ${second}`) ?? 0;
  const { width, height, signal } = frame.problem;
  const levels = signalLevels(signal);
  // one scale for all structures, so that they can be compared
  const left = residualLevels(rendered[0][0].residual);
  const draws = reconstruction.draws.map(({ aggregate, chain, descriptors }, k) => {
    const [{ model, residual, reducedChiSquare, explained }] = rendered[k];
    return {
      aggregate,
      chain,
      descriptors,
      reducedChiSquare,
      explained,
      view: viewerData(aggregate, { title: found.name, probabilityOf }),
      imaged: shadesOf(model, levels),
      residual: shadesOf(residual, left),
    };
  });
  return {
    seed,
    draws,
    summary: summariseStructures(drawn),
    ...explainedViews(drawn)[0],
    chains: chainAgreement(reconstruction),
    doubts: structureDoubts(drawn),
    results: structureResults(drawn),
    picture: { width, height, image: shadesOf(signal, levels) },
    mostResidual: left[1],
  };
}
