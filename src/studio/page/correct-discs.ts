import { median } from "../../core/index.ts";
import { listedDisc, setByPerson, type ListedDisc, type Particle } from "../../particles/index.ts";
import type { Place } from "./place.ts";

/** What a person does to a particle. */
export type Correction =
  | { readonly kind: "move"; readonly number: number; readonly to: Place }
  | { readonly kind: "resize"; readonly number: number; readonly factor: number }
  | { readonly kind: "remove"; readonly number: number }
  | { readonly kind: "add"; readonly at: Place };

/** Radius of the first particle of an image that has none [px]. */
const FIRST_RADIUS_PX = 10;

/**
 * The particles after a correction, to be measured anew; what a person has changed is the person's from then on.
 *
 * @param particles as they are shown
 * @param correction one step
 * @returns discs in the same order, an added one last
 */
export function correctedDiscs(particles: readonly Particle[], correction: Correction): ListedDisc[] {
  if (correction.kind === "add") return [...particles.map(listedDisc), addedDisc(particles, correction.at)];
  const { number } = correction;
  const others = correction.kind === "remove" ? particles.filter((one) => one.number !== number) : particles;
  return others.map((particle) => {
    const disc = listedDisc(particle);
    if (particle.number !== number) return disc;
    if (correction.kind === "move") return setByPerson({ ...disc, ...correction.to });
    const factor = correction.kind === "resize" ? correction.factor : 1;
    return setByPerson({ ...disc, radiusPx: disc.radiusPx * factor });
  });
}

function addedDisc(particles: readonly Particle[], { x, y }: Place): ListedDisc {
  const radii = particles.map(({ radiusPx }) => radiusPx);
  const radiusPx = radii.length === 0 ? FIRST_RADIUS_PX : median(radii);
  return setByPerson({ x, y, radiusPx, secondProbability: null });
}
