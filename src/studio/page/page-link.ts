import { MATERIALS } from "../../core/index.ts";
import type { Modality } from "../../image/index.ts";
import type { ModelOrder } from "../worker/model-order.ts";
import type { Taken } from "../worker/protocol.ts";
import type { Shares } from "./histogram.tsx";
import { FIRST_MODEL } from "./model-sliders.ts";

/** What is said of all images of the page. */
export interface ImageSettings {
  /** How they were taken; "" where what they show decides. */
  readonly modality: Modality | "";
  /** Materials of their particles; "" where nobody said. */
  readonly materials: readonly [string, string];
  /** What is said of the microscope; 0 where nobody said. */
  readonly microscope: Readonly<Record<StatedKey, number>>;
  /** Shares of the pixels that are shown black and white. */
  readonly shares: Shares;
}

/** What can be said of the microscope: energy [keV], angles [mrad], dose [electrons per pixel of the file]. */
export const STATED_KEYS = [
  "beamEnergyKeV",
  "semiAngleMrad",
  "innerMrad",
  "outerMrad",
  "electronsPerPixel",
] as const;
export type StatedKey = (typeof STATED_KEYS)[number];

/** What the page's address says: which half is open, and how it is set. Images themselves stay where they are. */
export interface PageLink {
  readonly view: "image" | "model";
  readonly image: ImageSettings;
  readonly model: ModelOrder;
}

export const FIRST_IMAGE_SETTINGS: ImageSettings = {
  modality: "",
  materials: ["", ""],
  microscope: { beamEnergyKeV: 0, semiAngleMrad: 0, innerMrad: 0, outerMrad: 0, electronsPerPixel: 0 },
  shares: { dark: 0.005, bright: 0.005 },
};

/** The part of the address behind "#". */
export function linkText({ view, image, model }: PageLink): string {
  return `#${view}=${encodeURIComponent(JSON.stringify(view === "image" ? image : model))}`;
}

/** Reads it back; what is not there or makes no sense stays as it is at first. */
export function parseLink(hash: string): PageLink {
  const view = hash.startsWith("#model") ? "model" : "image";
  const first = { view, image: FIRST_IMAGE_SETTINGS, model: FIRST_MODEL } as const;
  const text = /^#(?:model|image)=(.+)$/s.exec(hash)?.[1];
  if (text === undefined) return first;
  try {
    const given: unknown = JSON.parse(decodeURIComponent(text));
    return view === "model"
      ? { ...first, model: filledIn(FIRST_MODEL, given) }
      : { ...first, image: sensible(filledIn(FIRST_IMAGE_SETTINGS, given)) };
  } catch {
    return first;
  }
}

/** Settings whose names are known and whose shares leave something to see. */
function sensible({ modality, materials, microscope, shares }: ImageSettings): ImageSettings {
  const isShare = (share: number) => share >= 0 && share < 0.5;
  const known = materials.filter((name) => MATERIALS.some((material) => material.name === name));
  const [first = "", second = ""] = new Set(known);
  return {
    modality: modality === "haadf" || modality === "bright-field" ? modality : "",
    materials: [first, second],
    microscope: Object.fromEntries(
      STATED_KEYS.map((key) => [key, Math.max(0, microscope[key])]),
    ) as ImageSettings["microscope"],
    shares: isShare(shares.dark) && isShare(shares.bright) ? shares : FIRST_IMAGE_SETTINGS.shares,
  };
}

/** The same as what networks and detectors are told. */
export function takenOf({ modality, materials, microscope }: ImageSettings): Taken {
  // half a detector is none
  const hasDetector = microscope.innerMrad > 0 && microscope.outerMrad > microscope.innerMrad;
  const isOfDetector = (key: StatedKey) => key === "innerMrad" || key === "outerMrad";
  const said = STATED_KEYS.filter((key) => microscope[key] > 0 && (hasDetector || !isOfDetector(key)));
  return {
    modality: modality === "" ? null : modality,
    materials: materials.filter((name) => name !== ""),
    stated: Object.fromEntries(said.map((key) => [key, microscope[key]])),
  };
}

/** Values of the same kind as in the pattern, at the same places; all others are the pattern's. */
function filledIn<Value>(pattern: Value, given: unknown): Value {
  if (Array.isArray(pattern)) {
    const values = Array.isArray(given) ? given : [];
    return pattern.map((own, place) => filledIn(own, values[place])) as Value;
  }
  if (typeof pattern === "object" && pattern !== null) {
    const values = typeof given === "object" && given !== null ? (given as Record<string, unknown>) : {};
    const entries = Object.entries(pattern).map(([key, own]) => [key, filledIn(own, values[key])]);
    return Object.fromEntries(entries) as Value;
  }
  const isSame = typeof given === typeof pattern && (typeof given !== "number" || Number.isFinite(given));
  return isSame ? (given as Value) : pattern;
}
