/** What the networks for TiO2 and WO3 were trained on: they know these two better than the network for any two materials does. */
const KNOWN_PAIR: readonly string[] = ["TiO2-anatase", "WO3"];

/**
 * The materials that an inversion is told: none where they are those of the networks that need no telling.
 *
 * @param names as a person said them, in any order
 */
export function materialsForNetworks(names: readonly string[]): readonly string[] {
  const isKnown = names.length === KNOWN_PAIR.length && KNOWN_PAIR.every((name) => names.includes(name));
  return isKnown ? [] : names;
}
