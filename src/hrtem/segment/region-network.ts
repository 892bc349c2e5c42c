import { buildUnet, HRTEM_UNET, type Network } from "../../train/index.ts";

/** What the model file calls itself. */
export const REGION_KIND = "heterostem-hrtem-regions";

/**
 * Running means follow within some twenty steps; the original's momentum of 0.01 needs the thousand steps an epoch it had, and
 * after a hundred steps still remembers the first weights.
 */
const NORMALISATION = { kind: "batch", epsilon: 1e-4, momentum: 0.1 } as const;

/**
 * Each of four levels has three 3 x 3 convolutions and a pooling, the bottom two convolutions: the answer at a pixel looks
 * 4 (2^4 - 1) + 2 2^4 = 92 px far, rounded up to the grid of the poolings.
 */
export const REGION_TILING = { gridPx: 16, marginPx: 96 } as const;

/** The U-Net of [groschner2021] for an image of a size that is a multiple of 16 px: logits of film and particle. */
export function regionNetwork({
  width,
  height,
}: {
  readonly width: number;
  readonly height: number;
}): Network {
  return {
    ...buildUnet({ inputSize: 16, ...HRTEM_UNET, normalisation: NORMALISATION }),
    // convolutions and poolings take any size
    inputShape: [1, height, width],
    outputShape: [2, height, width],
  };
}
