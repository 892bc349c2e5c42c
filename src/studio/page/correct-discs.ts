import { median } from "../../core/index.ts";
import { setByPerson, type ListedDisc } from "../../particles/index.ts";
import type { Place } from "./place.ts";

/** What a person does to a particle. */
export type Correction =
  | { readonly kind: "move"; readonly number: number; readonly to: Place }
  | { readonly kind: "shift"; readonly number: number; readonly by: Place }
  | { readonly kind: "resize"; readonly number: number; readonly factor: number }
  | { readonly kind: "remove"; readonly number: number }
  | { readonly kind: "add"; readonly at: Place };

/** Radius of the first particle of an image that has none [px]. */
const FIRST_RADIUS_PX = 10;

/**
 * The particles after a correction, to be measured anew; what a person has changed is the person's from then on.
 *
 * @param discs as they are shown, or as earlier corrections left them that are still being measured
 * @param correction one step; its number counts the discs from 1
 * @returns discs in the same order, an added one last
 */
export function correctedDiscs(discs: readonly ListedDisc[], correction: Correction): ListedDisc[] {
  if (correction.kind === "add") return [...discs, addedDisc(discs, correction.at)];
  const { number } = correction;
  if (correction.kind === "remove") return discs.filter((_, place) => place !== number - 1);
  return discs.map((disc, place) => {
    if (place !== number - 1) return disc;
    if (correction.kind === "move") return setByPerson({ ...disc, ...correction.to });
    if (correction.kind === "shift") {
      return setByPerson({ ...disc, x: disc.x + correction.by.x, y: disc.y + correction.by.y });
    }
    return setByPerson({ ...disc, radiusPx: disc.radiusPx * correction.factor });
  });
}

function addedDisc(discs: readonly ListedDisc[], { x, y }: Place): ListedDisc {
  const radii = discs.map(({ radiusPx }) => radiusPx);
  const radiusPx = radii.length === 0 ? FIRST_RADIUS_PX : median(radii);
  return setByPerson({ x, y, radiusPx, secondProbability: null });
}
