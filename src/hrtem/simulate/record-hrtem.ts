import {
  inverseTransformInPlace,
  transformInPlace,
  transformSquare,
  type ComplexSquare,
  type GrayImage,
  type RandomStream,
} from "../../core/index.ts";
import { gaussianBlur } from "../../image/index.ts";
import { electronWavelengthNm } from "../../stem-sim/index.ts";
import type { HrtemSettings } from "./hrtem-settings.ts";
import { forEachFrequency, type FieldGrid } from "./field-grid.ts";

/** A number for every spatial frequency [1/nm]. */
export type TransferLaw = (qx: number, qy: number) => number;

/**
 * Aberration phase chi(q) = pi lambda q^2 (Cs lambda^2 q^2 / 2 - D), D = defocus + astigmatism cos 2(phi - phi_a)
 * ([kirkland2010] eq. 2.10); underfocus positive.
 *
 * @returns phase [rad] by frequency
 */
export function aberrationPhase(settings: HrtemSettings): TransferLaw {
  const { defocusNm, sphericalAberrationNm, astigmatismNm, astigmatismAngleRad } = settings;
  const wavelengthNm = electronWavelengthNm(settings.beamEnergyKeV);
  const fourth = 0.5 * Math.PI * sphericalAberrationNm * wavelengthNm ** 3;
  const second = Math.PI * wavelengthNm;
  // q^2 cos 2(phi - phi_a) without an angle
  const along = astigmatismNm * Math.cos(2 * astigmatismAngleRad);
  const across = astigmatismNm * Math.sin(2 * astigmatismAngleRad);
  return (qx, qy) => {
    const q2 = qx * qx + qy * qy;
    const astigmatic = along * (qx * qx - qy * qy) + across * 2 * qx * qy;
    return fourth * q2 * q2 - second * (defocusNm * q2 + astigmatic);
  };
}

/**
 * Damping of the wave by focal spread and illumination, in the quasi-coherent approximation [frank1973]:
 * exp(-(pi lambda delta q^2)^2 / 2) exp(-(pi alpha)^2 (Cs lambda^2 q^3 - D q)^2), zero outside the aperture.
 */
export function coherenceEnvelope(settings: HrtemSettings): TransferLaw {
  const { defocusNm, sphericalAberrationNm } = settings;
  const wavelengthNm = electronWavelengthNm(settings.beamEnergyKeV);
  const limit2 = (settings.apertureMrad / 1000 / wavelengthNm) ** 2;
  const temporal = (Math.PI * wavelengthNm * settings.focalSpreadNm) ** 2 / 2;
  const spatial = ((Math.PI * settings.semiAngleMrad) / 1000) ** 2;
  return (qx, qy) => {
    const q2 = qx * qx + qy * qy;
    if (q2 > limit2) return 0;
    const slope2 = q2 * (sphericalAberrationNm * wavelengthNm ** 2 * q2 - defocusNm) ** 2;
    return Math.exp(-temporal * q2 * q2 - spatial * slope2);
  };
}

/** Turns an exit wave into a recorded image: lens, drift, electrons by chance, detector, spikes. */
export function recordHrtem(
  rng: RandomStream,
  grid: FieldGrid,
  wave: ComplexSquare,
  settings: HrtemSettings,
): GrayImage {
  const { side, pixelSizeNm } = grid;
  const intensity = driftedIntensity(grid, imageWave(grid, wave, settings), settings);
  const electrons = settings.dosePerNm2 * pixelSizeNm ** 2;
  const counts = rng.fork("electrons");
  for (let i = 0; i < intensity.length; i++) {
    intensity[i] = counts.poisson(Math.max(0, intensity[i]) * electrons);
  }
  const size = { width: side, height: side };
  // periodic as the field is
  const data = Float32Array.from(
    gaussianBlur(intensity, size, settings.detectorBlurPx, { border: "periodic" }),
  );
  const spikes = rng.fork("spike places");
  for (let spike = 0; spike < settings.spikeCount; spike++) {
    data[spikes.integerBelow(data.length)] += electrons * (5 + 20 * spikes.uniform());
  }
  return { ...size, data, intensityUnit: "electrons per pixel", pixelSizeNm };
}

function imageWave(grid: FieldGrid, wave: ComplexSquare, settings: HrtemSettings): ComplexSquare {
  transformInPlace(wave);
  const { real, imaginary } = wave;
  const [envelope, phase] = [coherenceEnvelope(settings), aberrationPhase(settings)];
  forEachFrequency(grid, (i, qx, qy) => {
    const size = envelope(qx, qy);
    if (size === 0) {
      real[i] = 0;
      imaginary[i] = 0;
      return;
    }
    const chi = phase(qx, qy);
    const [c, s] = [size * Math.cos(chi), -size * Math.sin(chi)];
    const re = real[i] * c - imaginary[i] * s;
    imaginary[i] = real[i] * s + imaginary[i] * c;
    real[i] = re;
  });
  return inverseTransformInPlace(wave);
}

/** Structure wider than this counts as the darkness of thick parts and not as fringes [nm]. */
const MASS_LENGTH_NM = 0.5;

/**
 * |psi|^2 with the contrast that real images show, smeared along the drift: sinc(q . d) in frequency.
 *
 * Thick parts are too dark in multislice, for electrons beyond its band and inelastic ones are lost; without an aperture they reach
 * the image near where they left. So a share of the low frequencies is taken out: 1 - (1 - m) exp(-2 pi^2 l^2 q^2), the mean kept.
 */
function driftedIntensity(grid: FieldGrid, wave: ComplexSquare, settings: HrtemSettings): Float64Array {
  const { contrast, massContrast } = settings;
  const intensity = wave.real.map((re, i) => 1 + contrast * (re * re + wave.imaginary[i] ** 2 - 1));
  const dx = settings.driftNm * Math.cos(settings.driftAngleRad);
  const dy = settings.driftNm * Math.sin(settings.driftAngleRad);
  const transform = transformSquare(intensity, grid.side);
  const width = 2 * (Math.PI * MASS_LENGTH_NM) ** 2;
  forEachFrequency(grid, (i, qx, qy) => {
    const x = Math.PI * (qx * dx + qy * dy);
    const smear = x === 0 ? 1 : Math.sin(x) / x;
    const lost = i === 0 ? 0 : (1 - massContrast) * Math.exp(-width * (qx * qx + qy * qy));
    const factor = smear * (1 - lost);
    transform.real[i] *= factor;
    transform.imaginary[i] *= factor;
  });
  return inverseTransformInPlace(transform).real;
}
