import { writeFileSync } from "node:fs";
import { findMaterial, openRandomStream } from "../src/core/index.ts";
import type { GrayImage } from "../src/core/index.ts";
import { pngBytes } from "../src/report/index.ts";
import { aggregatePriorSchema, drawAggregate } from "../src/stochastic/index.ts";
import {
  drawMicroscopeSettings,
  microscopeSchema,
  prepareMicroscope,
  simulateHaadf,
} from "../src/stem-sim/index.ts";
import { renderHaadf } from "../src/stem-sim/render-haadf.ts";

const SIZE_PX = 224;
const GAP_PX = 4;
/** Grey range of the panels in absolute units: the brightest columns of this aggregate, fraction of the beam. */
const FULL_SCALE = 0.08;

/** Panels: what differs from the standard settings, and whether counting noise is in. */
const PANELS: readonly { readonly settings: object; readonly isIdeal?: boolean }[] = [
  { settings: { defocusNm: -150 }, isIdeal: true },
  { settings: { defocusNm: 0 }, isIdeal: true },
  { settings: { defocusNm: 150 }, isIdeal: true },
  { settings: { electronsPerPixel: 300 } },
  { settings: { electronsPerPixel: 3000 } },
  { settings: { electronsPerPixel: 30_000 } },
  { settings: { scan: { driftNm: 6, rowJitterNm: 0.6, humNm: 0.6 } } },
  { settings: { output: { mode: "contrast", brightness: 0.15, contrast: 1.1, bitDepth: 8 } } },
  { settings: { detector: { innerMrad: 0, outerMrad: 21 } } },
];

/**
 * Draws the figure of the tutorial: one aggregate at three defoci, three doses, and as distorted, operator-set and
 * bright-field image.
 *
 * @param args path of the PNG
 */
export async function run([path = "docs/figures/one-aggregate.png"]: readonly string[]): Promise<void> {
  const materials = [findMaterial("TiO2-anatase"), findMaterial("WO3")] as const;
  const prior = aggregatePriorSchema.parse({
    particleCount: 70,
    radiusFirstNm: 6,
    radiusSecondNm: 6,
    radiusSpreadFirst: 1.35,
    radiusSpreadSecond: 1.3,
    fractalDimension: 2,
    necking: 0.1,
  });
  const { aggregate } = drawAggregate(openRandomStream("figure", 5), prior);
  const images = PANELS.map(({ settings, isIdeal }) => {
    const microscope = microscopeSchema.parse({
      widthPx: SIZE_PX,
      heightPx: SIZE_PX,
      pixelSizeNm: 0.55,
      semiAngleMrad: 21,
      film: { thicknessNm: 15, speckle: 0.08, speckleNm: 1.5 },
      orientationSpread: 0.15,
      ...settings,
    });
    const prepared = prepareMicroscope(microscope, materials);
    const rng = openRandomStream("figure image");
    const imaging = { prepared, settings: drawMicroscopeSettings(rng, microscope) };
    const image = isIdeal ? renderHaadf(aggregate, imaging) : simulateHaadf(rng, aggregate, imaging);
    return { image, fullScale: isBright(image) ? 1 : FULL_SCALE };
  });
  writeFileSync(path, montagePng(images));
  console.log(JSON.stringify({ figure: path, panels: images.length, particles: aggregate.particleCount }));
}

/** Bright fields and operator-set images fill 0 to 1. */
function isBright(image: GrayImage): boolean {
  return image.intensityUnit === "arbitrary" || image.data[0] > 0.3;
}

/** Three panels a row, grey from 0 to each panel's full scale. */
function montagePng(
  panels: readonly { readonly image: GrayImage; readonly fullScale: number }[],
): Uint8Array {
  const step = SIZE_PX + GAP_PX;
  const [width, height] = [3 * step - GAP_PX, Math.ceil(panels.length / 3) * step - GAP_PX];
  const gray = new Uint8Array(width * height).fill(255);
  panels.forEach(({ image, fullScale }, index) => {
    const [left, top] = [(index % 3) * step, Math.floor(index / 3) * step];
    image.data.forEach((value, pixel) => {
      const column = pixel % SIZE_PX;
      const row = (pixel - column) / SIZE_PX;
      gray[(top + row) * width + left + column] = 255 * Math.min(1, Math.max(0, value / fullScale));
    });
  });
  return pngBytes({ width, height, channels: 1, pixels: gray });
}
