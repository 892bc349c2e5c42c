/** What a crop can show, in the order of [groschner2021]. */
export const PARTICLE_CLASSES = ["no fault", "fault", "no fringe", "agglomerate", "empty"] as const;

/** One of the five classes. */
export type ParticleClass = (typeof PARTICLE_CLASSES)[number];
