import type { GrayImage, RandomStream } from "../../core/index.ts";
import { rasterizeAnnotation } from "../../labels/index.ts";
import { gaussianBlur } from "../../image/index.ts";

/** A heat treatment: what the micrographs of a group have in common. */
export interface SteelGroup {
  /** Bainite's kind: granular has blocks, upper and lower have films. */
  readonly type: "granular" | "upper" | "lower";
  readonly temperatureC: number;
}

/** A drawn micrograph with its islands. */
export interface SteelMicrograph {
  readonly image: GrayImage;
  /** Outlines of the martensite-austenite islands: x, y, x, y, ... [px]; some leave the image, as real annotations do. */
  readonly islands: readonly (readonly number[])[];
}

/** Mean ratio of length to width of the islands. */
const ASPECT = { granular: 1.4, upper: 4, lower: 7 } as const;

/**
 * Draws a micrograph like those of the Aachen-Heerlen steel set: bright islands with sharp outlines in a rough matrix, with faint bright
 * streaks that are no islands.
 *
 * It imitates what makes that set hard (few foreground pixels, islands at borders and in corners, look-alikes, contrast that differs
 * between treatments), not its physics; scores on it say that the programs work, nothing about steel.
 *
 * @param size width and height [px]
 */
export function drawSteel(
  rng: RandomStream,
  group: SteelGroup,
  size: { readonly width: number; readonly height: number },
): SteelMicrograph {
  const { width, height } = size;
  const aspect = ASPECT[group.type];
  const orientation = Math.PI * rng.uniform();
  const outline = (scale: number, stretch: number) =>
    islandOutline(rng, {
      center: [width * rng.uniform(), height * rng.uniform()],
      scale,
      aspect: stretch,
      orientation,
    });
  const islands = Array.from({ length: 1 + rng.integerBelow(8) }, () =>
    outline(5 + 9 * rng.uniform(), aspect),
  );
  const streaks = Array.from({ length: 6 + rng.integerBelow(10) }, () => outline(3 + 3 * rng.uniform(), 8));
  const roughness = 10 + (group.temperatureC - 350) / 20;
  const grain = gaussianBlur(noise(rng, width * height), size, 1.2 + 2 * rng.uniform());
  const contrast = 45 + 25 * rng.uniform();
  const [bright, faint] = [islands, streaks].map((rings) => filled(rings, size));
  const clean = Float32Array.from(grain, (value, i) => {
    return 90 + 4 * roughness * value + (bright[i] > 0 ? contrast : faint[i] > 0 ? 0.4 * contrast : 0);
  });
  const data = gaussianBlur(clean, size, 0.7).map((value) => clampGrey(value + 5 * rng.normal()));
  return { image: { width, height, data, intensityUnit: "arbitrary", pixelSizeNm: null }, islands };
}

interface Shape {
  readonly center: readonly [number, number];
  readonly scale: number;
  readonly aspect: number;
  readonly orientation: number;
}

/** A bumpy ellipse of whole pixels. */
function islandOutline(rng: RandomStream, { center, scale, aspect, orientation }: Shape): number[] {
  const turn = orientation + 0.25 * rng.normal();
  const [long, short] = [scale * Math.sqrt(aspect), scale / Math.sqrt(aspect)];
  const corners = 10 + rng.integerBelow(8);
  return Array.from({ length: corners }, (_, corner) => {
    const angle = (2 * Math.PI * corner) / corners;
    const bump = 1 + 0.15 * rng.normal();
    const [u, v] = [long * Math.cos(angle) * bump, short * Math.sin(angle) * bump];
    const x = center[0] + u * Math.cos(turn) - v * Math.sin(turn);
    const y = center[1] + u * Math.sin(turn) + v * Math.cos(turn);
    return [Math.round(x), Math.round(y)];
  }).flat();
}

function filled(
  rings: readonly (readonly number[])[],
  { width, height }: { readonly width: number; readonly height: number },
): Uint8Array {
  const shapes = rings.map((ring) => ({ className: "island", rings: [ring] }));
  const annotation = { imageName: "drawn", size: null, shapes };
  const options = { width, height, classNames: ["steel", "island"], pixelCenter: 0 } as const;
  return rasterizeAnnotation(annotation, options).labels.classIds;
}

const noise = (rng: RandomStream, length: number) => Float32Array.from({ length }, () => rng.normal());
const clampGrey = (value: number) => Math.round(Math.min(255, Math.max(0, value)));
