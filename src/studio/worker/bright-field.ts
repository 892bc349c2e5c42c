import { findMaterial, openRandomStream, type GrayImage, type Material } from "../../core/index.ts";
import {
  blurredSphereTable,
  simulateBrightField,
  waveMaterials,
  type MicroscopeSettings,
  type WaveMaterial,
} from "../../stem-sim/index.ts";
import type { Aggregate } from "../../stochastic/index.ts";
import { MOST_APERTURE_MRAD, type ModelOrder } from "./model-order.ts";

/** What has no slider: a common lens, and a camera that spreads nothing. */
const LENS = { sphericalMm: 1.2, focalSpreadNm: 5, illuminationMrad: 0.1, grain: 1 } as const;
const CAMERA = { spreadPx: 0, readoutElectrons: 0, gradient: 0, gradientDeg: 0 } as const;
const APERTURES_MRAD = Array.from({ length: MOST_APERTURE_MRAD }, (_, k) => k + 1);

/** What materials do to the wave at every aperture: the amplitudes of the atoms, which take the time, serve all of them. */
let last: { readonly key: string; readonly byAperture: readonly (readonly WaveMaterial[])[] } | null = null;
let table: ReturnType<typeof blurredSphereTable> | null = null;

function wavesOf(
  materials: readonly [Material, Material],
  { beamEnergyKeV, apertureMrad }: ModelOrder["microscope"],
) {
  const key = JSON.stringify([materials.map(({ name }) => name), beamEnergyKeV]);
  if (last?.key !== key) {
    const all = [...materials, findMaterial("C")];
    last = { key, byAperture: waveMaterials(all, beamEnergyKeV, APERTURES_MRAD) };
  }
  // an address may name any number
  const place = Math.min(MOST_APERTURE_MRAD, Math.max(1, Math.round(apertureMrad))) - 1;
  const [first, second, film] = last.byAperture[place];
  return [first, second, film] as const;
}

/** The aggregate in bright field, as it lies in its HAADF image. */
export function brightFieldOf(
  { seed, microscope }: ModelOrder,
  aggregate: Aggregate,
  settings: MicroscopeSettings,
): GrayImage {
  const { beamEnergyKeV, edgePx, electronsPerPixel } = microscope;
  table ??= blurredSphereTable();
  const taken = {
    beamEnergyKeV,
    materials: wavesOf(aggregate.materials, microscope),
    lens: LENS,
    camera: { ...CAMERA, electronsPerPixel },
    side: edgePx,
  };
  const rng = openRandomStream(seed, "sample-0").fork("bright field");
  return simulateBrightField(rng, aggregate, taken, { settings, table });
}
