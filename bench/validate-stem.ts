import { readFileSync } from "node:fs";
import { findMaterial, mean, median, openRandomStream } from "../src/core/index.ts";
import {
  atomDensitiesPerNm3,
  detectedCrossSectionNm2,
  detectorDiscs,
  differentialCrossSections,
  drawMicroscopeSettings,
  microscopeSchema,
  prepareMicroscope,
} from "../src/stem-sim/index.ts";
import {
  detectedShare,
  detectionTransform,
  scatteringExponents,
} from "../src/stem-sim/scattering/plural-scattering.ts";
import { recordImage } from "../src/stem-sim/simulate-haadf.ts";
import { renderHaadf } from "../src/stem-sim/render-haadf.ts";
import type { Detector } from "../src/stem-sim/scattering/detector-discs.ts";
import { sphereAggregate } from "../src/stochastic/aggregate.ts";

/** One line of the validation table. */
interface Check {
  readonly check: string;
  readonly reference: number;
  readonly value: number;
  readonly deviationPercent: number;
}

const FIXTURES = "test/stem-sim/fixtures";
/** Sensitivity of the measured detector as described with the measurements. */
const MEASURED_SENSITIVITY: [number, number][] = [
  [52, 0],
  [61, 0.5],
  [72.5, 0.8],
  [88, 0.9],
  [127, 0.995],
  [250, 0.995],
  [275, 0],
];

/** Prints the figures of docs/validation.md, one JSON line a check; run from the project's folder. */
export async function run(): Promise<void> {
  const checks = [
    ...crossSectionChecks(),
    ...thinFilmChecks(),
    ...thicknessChecks(),
    ...particleChecks(),
    ...lawChecks(),
  ];
  for (const check of checks) console.log(JSON.stringify(check));
}

function checkOf(check: string, value: number, reference: number): Check {
  const round = (number: number) => Number(number.toPrecision(4));
  const deviation = reference === 0 ? NaN : 100 * (value / reference - 1);
  return { check, reference, value: round(value), deviationPercent: Number(deviation.toFixed(2)) };
}

function fixtureRows(name: string): string[][] {
  const lines = readFileSync(`${FIXTURES}/${name}`, "utf8").split("\n");
  return lines
    .filter((line) => line !== "" && !line.startsWith("#"))
    .slice(1)
    .map((line) => line.split(","));
}

/** abTEM 1.0.8, single atoms, Kirkland potentials, 9 mrad [keV, inner, outer, element, nm^2]. */
const ABTEM: readonly (readonly [number, number, number, string, number])[] = [
  [300, 58, 150, "O", 1.514e-6],
  [300, 58, 150, "Ti", 1.057e-5],
  [300, 58, 150, "W", 8.123e-5],
  [300, 58, 150, "Au", 8.898e-5],
  [300, 80, 200, "O", 8.463e-7],
  [300, 80, 200, "Ti", 6.013e-6],
  [300, 80, 200, "W", 4.922e-5],
  [300, 80, 200, "Au", 5.415e-5],
  [200, 58, 150, "O", 2.831e-6],
  [200, 58, 150, "Ti", 1.894e-5],
  [200, 58, 150, "W", 1.348e-4],
  [200, 58, 150, "Au", 1.458e-4],
];

function crossSectionChecks(): Check[] {
  const multislice = ABTEM.map(([energy, innerMrad, outerMrad, element, reference]) => {
    const [table] = differentialCrossSections([element], energy);
    const sigma = detectedCrossSectionNm2(table, detectorDiscs({ innerMrad, outerMrad }), 9);
    return checkOf(
      `sigma ${element}, ${energy} keV, ${innerMrad}-${outerMrad} mrad [nm2], abTEM`,
      sigma,
      reference,
    );
  });
  const rows = fixtureRows("cross-sections.csv");
  const elements = [...new Set(rows.map((row) => row[3]))];
  const worstOf = (isMeasured: boolean) => {
    const checks = [200, 300].flatMap((energy) => {
      const tables = differentialCrossSections(elements, energy);
      return rows
        .filter((row) => Number(row[0]) === energy && (row[2] === "bremen") === isMeasured)
        .map(([, angle, detector, element, sigma]) => {
          const [innerMrad, outerMrad] = detector.split("-").map(Number);
          const shape: Detector = isMeasured
            ? { sensitivity: MEASURED_SENSITIVITY }
            : { innerMrad, outerMrad };
          const table = tables[elements.indexOf(element)];
          const value = detectedCrossSectionNm2(table, detectorDiscs(shape), Number(angle));
          return checkOf(
            `worst of table: sigma ${element}, ${energy} keV, ${angle} mrad, ${detector} [nm2]`,
            value,
            Number(sigma),
          );
        });
    });
    return checks.reduce((a, b) => (Math.abs(a.deviationPercent) > Math.abs(b.deviationPercent) ? a : b));
  };
  return [...multislice, worstOf(false), worstOf(true)];
}

function thinFilmChecks(): Check[] {
  const names = ["TiO2-anatase", "TiO2-rutile", "WO3", "C", "Au", "SiO2", "ZnO", "CeO2", "Al2O3", "ZrO2"];
  const elements = ["Ti", "O", "W", "C", "Au", "Si", "Zn", "Ce", "Al", "Zr"];
  const tables = new Map([200, 300].map((energy) => [energy, differentialCrossSections(elements, energy)]));
  const checks = fixtureRows("thin-intensities.csv").flatMap((row) => {
    const [energy, semiAngle, innerMrad, outerMrad, ...references] = row.map(Number);
    const discs = detectorDiscs({ innerMrad, outerMrad });
    const sigmas = tables.get(energy)!.map((table) => detectedCrossSectionNm2(table, discs, semiAngle));
    return names.map((name, index) => {
      const atoms = Object.entries(atomDensitiesPerNm3(findMaterial(name)));
      const perUm = atoms.reduce(
        (sum, [element, n]) => sum + 1000 * n * sigmas[elements.indexOf(element)],
        0,
      );
      return checkOf(
        `mu ${name}, ${energy} keV, ${semiAngle} mrad, ${innerMrad}-${outerMrad} mrad [1/um]`,
        perUm,
        references[index],
      );
    });
  });
  const bySize = checks.toSorted((a, b) => Math.abs(b.deviationPercent) - Math.abs(a.deviationPercent));
  const shown = checks.filter(({ check }) => check.includes("300 keV, 9 mrad, 60-200"));
  return [...shown, { ...bySize[0], check: `worst of 80: ${bySize[0].check}` }];
}

function thicknessChecks(): Check[] {
  const tables = differentialCrossSections(["W", "Ti", "O"], 300);
  const [tungsta, titania] = scatteringExponents(
    tables,
    [findMaterial("WO3"), findMaterial("TiO2-anatase")],
    () => 1,
  );
  const discs = detectorDiscs({ innerMrad: 58, outerMrad: 150 });
  const share = (semiAngle: number, t: readonly [number, number]) =>
    detectedShare(detectionTransform(discs, semiAngle), [tungsta, titania], t);
  const series: readonly (readonly [number, number, number])[] = [
    [10, 0.01603, 0.01532],
    [20, 0.03237, 0.03171],
    [30, 0.04893, 0.04798],
    [40, 0.06561, 0.06477],
    [50, 0.08233, 0.08185],
    [60, 0.09901, 0.09878],
  ];
  const wide: readonly (readonly [number, number])[] = [
    [20, 0.03523],
    [40, 0.07073],
    [60, 0.10717],
  ];
  const thick: readonly (readonly [number, number, number])[] = [
    [100, 0.164, 0.043],
    [200, 0.301, 0.09],
    [300, 0.391, 0.139],
    [500, 0.46, 0.235],
  ];
  return [
    ...series.flatMap(([t, gs, abtem]) => [
      checkOf(`I WO3 ${t} nm, 9 mrad, reference series`, share(9, [t, 0]), gs),
      checkOf(`I WO3 ${t} nm, 9 mrad, abTEM`, share(9, [t, 0]), abtem),
    ]),
    ...wide.map(([t, abtem]) => checkOf(`I WO3 ${t} nm, 21 mrad, abTEM`, share(21, [t, 0]), abtem)),
    ...thick.flatMap(([t, w, ti]) => [
      checkOf(`I WO3 ${t} nm, 9 mrad, reference series`, share(9, [t, 0]), w),
      checkOf(`I TiO2 ${t} nm, 9 mrad, reference series`, share(9, [0, t]), ti),
    ]),
    checkOf("I TiO2 60 nm, 9 mrad, abTEM corrected for its sampling", share(9, [0, 60]), 0.0241),
    checkOf("I TiO2 100 nm + WO3 100 nm, 9 mrad, reference series", share(9, [100, 100]), 0.207),
  ];
}

function particleChecks(): Check[] {
  const materials = [findMaterial("TiO2-anatase"), findMaterial("WO3")] as const;
  const sizePx = 65;
  const microscope = microscopeSchema.parse({
    detector: { sensitivity: MEASURED_SENSITIVITY },
    film: { thicknessNm: 24 },
    widthPx: sizePx,
    heightPx: sizePx,
    pixelSizeNm: 0.25,
  });
  const prepared = prepareMicroscope(microscope, materials);
  const settings = drawMicroscopeSettings(openRandomStream(1), microscope);
  const density = (radiusNm: number, materialIndex: number) => {
    const sphere = sphereAggregate([{ x: 0, y: 0, z: 0, radiusNm, materialIndex }]);
    const values: number[] = [];
    renderHaadf(sphere, { prepared, settings }).data.forEach((share, pixel) => {
      const column = pixel % sizePx;
      const distance = 0.25 * Math.hypot(column - 32, (pixel - column) / sizePx - 32);
      if (distance > 0.4 * radiusNm) return;
      values.push((-1000 * Math.log(1 - share)) / (2 * Math.sqrt(radiusNm ** 2 - distance ** 2)));
    });
    return mean(values);
  };
  const medianOf = (diameterNm: number, spread: number, material: number) => {
    const rng = openRandomStream("diameters", material);
    return median(
      Array.from({ length: 60 }, () => density((diameterNm / 2) * spread ** rng.normal(), material)),
    );
  };
  const slope = ((density(3, 0) - density(7, 0)) / 1000 / (1 / 6 - 1 / 14)) * 1000;
  return [
    checkOf("median R TiO2 with 24 nm carbon [1/um], measured", medianOf(11.6, 1.42, 0), 0.5),
    checkOf("median R WO3 with 24 nm carbon [1/um], measured", medianOf(12.6, 1.32, 1), 1.69),
    checkOf(
      "mu WO3 / mu TiO2, measured 3.2 to 3.4",
      prepared.detectedPerNm[1] / prepared.detectedPerNm[0],
      3.3,
    ),
    checkOf("slope of R against 1/d [1e-3], measured 2.1 +- 0.7", slope, 2.1),
  ];
}

function lawChecks(): Check[] {
  const tables = differentialCrossSections(["W", "Ti", "O"], 300);
  const exponents = scatteringExponents(tables, [findMaterial("WO3"), findMaterial("TiO2-anatase")], () => 1);
  const shareOn = (innerMrad: number, outerMrad: number, t: readonly [number, number]) =>
    detectedShare(detectionTransform(detectorDiscs({ innerMrad, outerMrad }), 9), exponents, t);
  const sum = shareOn(0, 58, [40, 30]) + shareOn(58, 150, [40, 30]) + shareOn(150, 500, [40, 30]);
  const [tungsten, , oxygen] = tables.map((table) =>
    detectedCrossSectionNm2(table, detectorDiscs({ innerMrad: 58, outerMrad: 150 }), 9),
  );
  const { W, O } = atomDensitiesPerNm3(findMaterial("WO3"));
  const prepared = prepareMicroscope(microscopeSchema.parse({ film: { thicknessNm: 20 } }), [
    findMaterial("TiO2-anatase"),
    findMaterial("WO3"),
  ]);
  const settings = drawMicroscopeSettings(openRandomStream(1), prepared.microscope);
  const bare = sphereAggregate([{ x: 1e4, y: 0, z: 0, radiusNm: 5, materialIndex: 0 }]);
  const away = { ...settings, offsetXNm: 1e4 };
  const imaging = { prepared, settings: away };
  const { data } = recordImage(openRandomStream(2), renderHaadf(bare, imaging), imaging);
  const counts = Array.from(data, (share) => share * settings.electronsPerPixel);
  const center = mean(counts);
  const variance = mean(counts.map((count) => (count - center) ** 2));
  return [
    checkOf("sum rule: disc + annulus + outside, 40 nm WO3 + 30 nm TiO2", sum, 1),
    checkOf(
      "thin slope over single scattering, WO3",
      shareOn(58, 150, [1e-3, 0]) / 1e-3,
      W * tungsten + O * oxygen,
    ),
    checkOf("variance over mean of counts on a bare film", variance / center, 1),
  ];
}
