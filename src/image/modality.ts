/** How an image was taken: in dark field (HAADF) matter is bright, in bright field it is dark. */
export const MODALITIES = ["haadf", "bright-field"] as const;

/** How an image was taken. */
export type Modality = (typeof MODALITIES)[number];
