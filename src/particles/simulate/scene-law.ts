import type { Modality } from "../detect/detector-model.ts";
import { widePrior } from "./draw-bodies.ts";
import type { SceneLaw } from "./draw-scene.ts";

/**
 * The law of training scenes for a field.
 *
 * HAADF is the method for metal on supports, bright field that for soot and flame-made powders: shares follow.
 *
 * @param side edge of the simulated field, a power of two [px]
 * @param modality of the images
 * @returns shares and ranges
 */
export function sceneLaw(side: number, modality: Modality): SceneLaw {
  const isDark = modality === "haadf";
  return {
    side,
    radiusPx: [3.5, 45],
    aggregateShare: isDark ? 0.42 : 0.6,
    supportedShare: isDark ? 0.48 : 0.28,
    twoMaterialShare: isDark ? 0.6 : 0.35,
    shapes: { elongation: 0.22, waviness: 0.07, facetedShare: 0.6 },
    growth: widePrior(),
  };
}
