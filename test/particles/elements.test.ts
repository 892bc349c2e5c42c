import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { gammaDeviate, mean, openRandomStream, standardDeviation } from "../../src/core/index.ts";
import { readImageFile } from "../../src/micrograph/index.ts";
import {
  asElementMap,
  doubtText,
  drawElementMaps,
  elementMaterials,
  withDensities,
  type ElementMap,
  type ImageParticles,
} from "../../src/particles/index.ts";
import { sampleMaterials } from "../../src/particles/elements/sample-materials.ts";

const SIDE = 160;
const ELEMENTS = [
  { element: "Ti", densities: [1, 0] },
  { element: "W", densities: [0, 1] },
] as const;

/** Spheres in rows that overlap their neighbours by a fifth. */
const SPHERES = Array.from({ length: 36 }, (_, k) => ({
  x: 20 + 24 * (k % 6),
  y: 20 + 24 * Math.floor(k / 6),
  radiusPx: 15 - (k % 4),
  materialIndex: k % 3 === 0 ? 1 : 0,
}));

function mapsOf(seed: number, countsPerParticle: number, discs = SPHERES, side = SIDE) {
  const settings = { width: side, height: side, elements: ELEMENTS, countsPerParticle, groundShare: 0.1 };
  const maps = drawElementMaps(openRandomStream(seed, "maps"), discs, settings);
  return maps.map((map, e) => ({ ...map, densities: ELEMENTS[e].densities }));
}

const asked = { discs: SPHERES, strengths: null, contacts: [] };
const wrongOf = (probabilities: readonly number[]) =>
  probabilities.filter((value, k) => Number(value > 0.5) !== SPHERES[k].materialIndex).length;

describe("gammaDeviate()", () => {
  test.each([0.4, 1, 7])("has the mean and the variance of its shape, %d", (shape) => {
    const rng = openRandomStream(3, "gamma", shape);
    const values = Array.from({ length: 20_000 }, () => gammaDeviate(rng, shape));
    // five standard errors; the variance's grows with the excess kurtosis 6/shape
    expect(Math.abs(mean(values) - shape)).toBeLessThan(5 * Math.sqrt(shape / values.length));
    const variance = standardDeviation(values) ** 2;
    expect(Math.abs(variance / shape - 1)).toBeLessThan(5 * Math.sqrt((2 + 6 / shape) / values.length));
  });
});

describe("asElementMap()", () => {
  const plain = { width: 96, height: 96, intensityUnit: "arbitrary", pixelSizeNm: null } as const;
  const counted = (mean_: number, factor: number) => {
    const rng = openRandomStream(2, "map");
    return Float32Array.from({ length: 96 * 96 }, () => factor * rng.poisson(mean_));
  };

  test("keeps whole numbers that scatter as counts do", () => {
    const map = asElementMap("Ti", { ...plain, data: counted(0.2, 1) });
    expect(map.valuePerCount).toBe(1);
    expect([...map.counts]).toEqual([...counted(0.2, 1)]);
  });

  test("brings grey levels and shares to counts by their noise, and keeps their sum", () => {
    for (const factor of [12, 0.004]) {
      const data = counted(3, factor);
      const map = asElementMap("Ti", { ...plain, data });
      // 8,836 squared residuals: 2 % and what they share
      expect(Math.abs(map.valuePerCount / factor - 1)).toBeLessThan(0.1);
      const total = data.reduce((sum, value) => sum + value, 0) / map.valuePerCount;
      expect(Math.abs(map.counts.reduce((sum, count) => sum + count, 0) - total)).toBeLessThanOrEqual(1);
    }
  });

  test("refuses a map without signal", () => {
    expect(() => asElementMap("Ti", { ...plain, data: new Float32Array(96 * 96).fill(-1) })).toThrow(
      "Cannot read map of Ti: wanted values above 0, got none",
    );
  });
});

describe("sampleMaterials()", () => {
  test("tells spheres that overlap by 60 counts each, none wrong", () => {
    const told = sampleMaterials(openRandomStream(1), { ...asked, maps: mapsOf(4, 60) });
    expect(wrongOf(told.secondProbabilities)).toBe(0);
    expect(told.numberFraction.value).toBeCloseTo(1 / 3, 2);
  });

  test("two spheres one over the other get the counts that are theirs", () => {
    const pair = [
      { x: 80, y: 80, radiusPx: 20, materialIndex: 0 },
      { x: 84, y: 80, radiusPx: 20, materialIndex: 1 },
    ];
    const maps = mapsOf(5, 400, pair);
    const [ti, w] = sampleMaterials(openRandomStream(1), {
      maps,
      discs: pair,
      strengths: null,
      contacts: [],
    }).counts;
    // either may be the one of titanium: 4 px are little; but each element has one owner, and nearly all of its counts
    for (const own of [ti, w]) {
      expect(Math.min(...own)).toBeLessThan(5);
      // 400 counts each in the mean, five standard deviations and a tenth of ground
      expect(Math.abs(Math.max(...own) - 400)).toBeLessThan(130);
    }
  });

  test("the range of the number fraction holds the truth as often as it says, at 2 counts a particle", () => {
    const small = SPHERES.map((disc) => ({
      ...disc,
      x: disc.x / 3,
      y: disc.y / 3,
      radiusPx: disc.radiusPx / 3,
    }));
    const held = Array.from({ length: 24 }, (_, seed) => {
      const problem = { ...asked, discs: small, maps: mapsOf(seed, 2, small, 56) };
      const { numberFraction } = sampleMaterials(openRandomStream(seed), problem);
      return numberFraction.low <= 1 / 3 && 1 / 3 <= numberFraction.high;
    });
    // of 24 at 95 %: 19 or fewer by a chance of one in 200
    expect(held.filter(Boolean).length).toBeGreaterThan(19);
  });

  test("what the image says decides where the maps count nothing, and is outvoted where they count much", () => {
    const distance = Math.log(3);
    const wrongWay = SPHERES.map(({ materialIndex }) => distance * (1 - materialIndex));
    const rightWay = SPHERES.map(({ materialIndex }) => distance * materialIndex);
    const dark = mapsOf(1, 0);
    const alone = sampleMaterials(openRandomStream(1), {
      ...asked,
      maps: dark.map((map) => ({ ...map, densities: [0, 0] as const })),
      strengths: { values: rightWay, distance },
    });
    expect(wrongOf(alone.secondProbabilities)).toBe(0);
    const outvoted = sampleMaterials(openRandomStream(1), {
      ...asked,
      maps: mapsOf(4, 200),
      strengths: { values: wrongWay, distance },
    });
    expect(wrongOf(outvoted.secondProbabilities)).toBe(0);
  });
});

describe("withDensities()", () => {
  const map = { width: 1, height: 1, counts: Int32Array.of(1), valuePerCount: 1 };
  const of = (...elements: string[]): ElementMap[] => elements.map((element) => ({ ...map, element }));

  test("knows what each material holds, and that oxygen lies in both", () => {
    const [ti, w, o] = withDensities(of("Ti", "W", "O"), ["TiO2-anatase", "WO3"]);
    expect([ti.densities[1], w.densities[0]]).toEqual([0, 0]);
    // anatase: four formula units in 0.3785 x 0.3785 x 0.9514 nm
    expect(ti.densities[0]).toBeCloseTo(4 / (0.3785 ** 2 * 0.9514), 0);
    expect(o.densities[0] / ti.densities[0]).toBeCloseTo(2, 10);
    expect(o.densities[1]).toBeGreaterThan(0);
  });

  test("takes two elements for two materials, and refuses maps that tell nothing apart", () => {
    expect(withDensities(of("Co", "Mn"), ["Co", "Mn"]).map(({ densities }) => densities)).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect(() => withDensities(of("C"), ["TiO2-anatase", "WO3"])).toThrow(
      "Cannot tell materials by element maps: one of the elements must tell TiO2-anatase from WO3, got C",
    );
  });
});

/** Whole particles of the real image: centre, radius [px], as the detector that ships finds them. */
const REAL_DISCS = [
  [217, 198, 41],
  [138, 188, 37],
  [228, 294, 39],
  [139, 125, 39],
  [299, 163, 40],
  [285, 248, 42],
  [93, 244, 39],
  [156, 290, 38],
] as const;
const REAL = join(resolve(import.meta.dirname, "../.."), "../shared/data/co_mn_oxide/Co3O4_Mn3O4.h5");

describe("elementMaterials()", () => {
  test.skipIf(!existsSync(REAL))(
    "says of real cores in shells that spheres of one material do not explain the maps (skips without ../shared/data/co_mn_oxide)",
    async () => {
      const image = await readImageFile(REAL, { series: "HAADF", keepBar: true });
      const maps = await Promise.all(
        ["Co", "Mn"].map(async (element) =>
          asElementMap(element, (await readImageFile(REAL, { series: element })).image),
        ),
      );
      const listed = REAL_DISCS.map(([x, y, radiusPx], k) => ({
        x,
        y,
        radiusPx,
        number: k + 1,
        source: "detected" as const,
        probability: 1,
        secondProbability: 0.5,
        material: null,
        isCut: false,
      }));
      const found: ImageParticles = {
        name: image.name,
        width: 400,
        height: 400,
        pixelSizeNm: null,
        pixelSizeSource: null,
        modality: "haadf",
        particles: listed,
        isCorrected: false,
        countWithHidden: null,
        sizeRatio: null,
      };
      const { answer } = elementMaterials(image, found, maps, ["Co", "Mn"]);
      expect(answer.agreement).toBeNull();
      expect(doubtText(answer)).toContain("what spheres of one material each do not explain");
      // both elements are in every one of them
      for (const { countsInDisc } of answer.particles) expect(Math.min(...countsInDisc)).toBeGreaterThan(100);
    },
  );
});
