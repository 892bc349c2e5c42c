import { findMaterial, openRandomStream, quantile } from "../../core/index.ts";
import { MOST_RESIDUAL, orderedMaterials, type FitFrame } from "../../particles/index.ts";
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
import { decodeStructurePrior } from "../site/structure-prior.ts";

/** As many as `heterostem reconstruct` draws where nobody says. */
const [DRAWS, CHAINS] = [24, 4];

/** Structures that look like an image, by the steps and in the random streams of `heterostem reconstruct`. */
export async function structuresOf(
  order: ParticleOrder,
  onProgress: (share: number) => void,
): Promise<Structures> {
  const { seed, source } = decodeStructurePrior(await asset("structure-prior.json"));
  const named = orderedMaterials(order.materials);
  const plan = planPrior(
    source,
    named.map((name) => findMaterial(name)),
  );
  const { file, found } = await listParticles({ ...order, materials: plan.names });
  const view = seeView(file, found, plan.names);
  const rng = openRandomStream(seed, "reconstruct");
  const options = { chainCount: CHAINS, drawCount: DRAWS, onProgress };
  return shown(drawStructures(rng, { views: [view], tiltsDeg: [0], plan }, options));
}

function shown(drawn: DrawnStructures): Structures {
  const { reconstruction, rendered, views } = drawn;
  const [{ frame, found }] = views;
  const probabilities = new Map(
    reconstruction.contacts.map(({ first, second, probability }) => [`${first} ${second}`, probability]),
  );
  const probabilityOf = (first: number, second: number) => probabilities.get(`${first} ${second}`) ?? 0;
  // one scale for all structures, so that they can be compared
  const mostResidual = Math.max(MOST_RESIDUAL, quantile(rendered[0][0].residual.map(Math.abs), 0.98));
  const levels = levelsOf(frame);
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
      residual: shadesOf(residual, [-mostResidual, mostResidual]),
    };
  });
  const { width, height, signal } = frame.problem;
  return {
    draws,
    summary: summariseStructures(drawn),
    ...explainedViews(drawn)[0],
    chains: chainAgreement(reconstruction),
    doubts: structureDoubts(drawn),
    results: structureResults(drawn),
    picture: { width, height, data: shadesOf(signal, levels) },
    mostResidual,
  };
}

/** From the ground of the image to the brightest of its signal. */
const levelsOf = ({ problem: { signal } }: FitFrame) =>
  [quantile(signal, 0.02), quantile(signal, 0.998)] as const;

function shadesOf(data: Float32Array | Float64Array, [low, high]: readonly [number, number]): Uint8Array {
  const scale = high > low ? 255 / (high - low) : 0;
  return Uint8Array.from(data, (value) => Math.max(0, Math.min(255, Math.round((value - low) * scale))));
}
