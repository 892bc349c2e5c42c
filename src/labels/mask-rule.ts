import type { RgbColor } from "./mask-symbols.ts";

/** A colour as [red, green, blue], or as "#rrggbb". */
export type ColorName = RgbColor | string;

/** How the pixels of a mask image name classes. */
export type MaskRule = {
  /** Names by id; 0 is the background. */
  readonly classNames: readonly string[];
  /** Grey value, palette index or colour of pixels that nobody labelled. */
  readonly ignore?: number | string | undefined;
} & (
  | {
      /** Values are class ids, or one value of each class. */
      readonly kind: "classIds";
      /** Grey value or palette index of each class; 0, 1, 2, ... by default. */
      readonly values?: readonly number[] | undefined;
    }
  | {
      /** Two values or colours; class 1 is the bright or the dark one, or the one that is named. */
      readonly kind: "binary";
      readonly foreground: "bright" | "dark" | number | string;
      /** Brightness above which a pixel is bright, for masks with values between. */
      readonly threshold?: number | undefined;
    }
  | {
      /** Exact colours of classes 1, 2, ...; a pixel of no listed colour is background (the micrograph itself often shows there). */
      readonly kind: "colors";
      readonly colors: readonly ColorName[];
    }
  | {
      /** One value or colour an object, all of class 1; 0, black or transparent is background. */
      readonly kind: "instances";
    }
);
