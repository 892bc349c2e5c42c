import type { RandomStream } from "../../core/index.ts";
import type { LayeredLattice } from "./lattice.ts";

/** What is wrong with the order of the layers. */
export type FaultKind = "none" | "intrinsic" | "extrinsic" | "twin" | "multiple";

/** One shift of a layer against the one below: +1 is A to B to C, -1 the other way round. */
export type LayerStep = 1 | -1;

/**
 * The order of the layers of a crystal: one step from each layer to the next.
 *
 * A perfect cubic crystal steps +1 throughout (ABCABC), a hexagonal one to and fro (ABAB). One step back is an intrinsic
 * stacking fault (ABC|BCA), two an extrinsic one, all from some layer on a twin, several single ones "multiple"
 * [hirth1982].
 *
 * @returns [layerCount - 1] steps
 */
export function layerSteps(
  rng: RandomStream,
  layerCount: number,
  { stacking, fault }: { readonly stacking: LayeredLattice["stacking"]; readonly fault: FaultKind },
): LayerStep[] {
  const steps = Array.from({ length: layerCount - 1 }, (_, i): LayerStep =>
    stacking === "cubic" || i % 2 === 0 ? 1 : -1,
  );
  const turn = (i: number) => {
    steps[i] = steps[i] === 1 ? -1 : 1;
  };
  const place = () => Math.floor(layerCount * (0.3 + 0.4 * rng.uniform()));
  const first = place();
  if (fault === "intrinsic" || fault === "extrinsic") turn(first);
  if (fault === "extrinsic") turn(first + 1);
  if (fault === "twin") for (let i = first; i < steps.length; i++) turn(i);
  if (fault === "multiple") new Set([first, place(), place()]).forEach(turn);
  return steps;
}
