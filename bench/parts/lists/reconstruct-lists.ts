import type { RandomStream } from "../../../src/core/index.ts";
import { AGGREGATE_DESCRIPTORS } from "../../../src/stochastic/index.ts";
import { convergenceOf } from "../../../src/reconstruct/convergence.ts";
import type { ProjectedParticles } from "../../../src/reconstruct/projected-particles.ts";
import { reconstructDepths } from "../../../src/reconstruct/reconstruct-depths.ts";
import type {
  Reconstruction,
  ReconstructionDraw,
  ReconstructionProblem,
} from "../../../src/reconstruct/reconstruct-depths.ts";

/** Structures over lists of which each is another: contacts of one list are not those of the next. */
export type ListReconstruction = Pick<Reconstruction, "draws" | "convergence">;

/**
 * Draws a structure over each of some lists of particles.
 *
 * Depths do not change what a view shows, so that p(list, depths | image) = p(list | image) p(depths | list): lists are drawn by the image, and the depths of each
 * over its particles.
 *
 * @param rng stream; forked by chain and list
 * @param lists [chain][list], as drawLists gives them
 * @param problem all but the particles
 * @param onProgress share that is done, 0 to 1
 * @returns a draw for each list, and how well the chains agree
 */
export function reconstructLists(
  rng: RandomStream,
  lists: readonly (readonly ProjectedParticles[])[],
  problem: Omit<ReconstructionProblem, "particles">,
  onProgress: (share: number) => void = () => {},
): ListReconstruction {
  const chains = lists.map((own, chain) =>
    own.map((particles, list): ReconstructionDraw => {
      const options = { chainCount: 1, drawCount: 1, leastRecords: 1 };
      const stream = rng.fork("depths", chain, list);
      const { draws } = reconstructDepths(stream, { ...problem, particles }, options);
      onProgress((chain + (list + 1) / own.length) / lists.length);
      return { ...draws[0], chain };
    }),
  );
  const convergence = AGGREGATE_DESCRIPTORS.map(({ key }) => {
    const values = chains.map((own) =>
      own.map(({ descriptors }) => descriptors[key]).filter(Number.isFinite),
    );
    return [key, convergenceOf(values)] as const;
  });
  return {
    draws: chains.flat(),
    convergence: Object.fromEntries(convergence) as Reconstruction["convergence"],
  };
}
