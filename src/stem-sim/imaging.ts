import type { MicroscopeSettings } from "./microscope-settings.ts";
import type { PreparedMicroscope } from "./prepare-microscope.ts";

/** How one image is taken: what all images of the study share, and what was drawn for this one. */
export interface Imaging {
  readonly prepared: PreparedMicroscope;
  readonly settings: MicroscopeSettings;
}
