import { expect, test } from "vitest";
import type { ListedDisc } from "../../src/particles/index.ts";
import { correctedDiscs } from "../../src/studio/page/correct-discs.ts";
import { FIRST_IMAGE_SETTINGS, linkText, parseLink } from "../../src/studio/page/page-link.ts";
import { FIRST_MODEL } from "../../src/studio/page/model-sliders.ts";
import {
  fitCommand,
  invertCommand,
  particlesCommand,
  poolCommand,
  reconstructCommand,
  simulateCommand,
} from "../../src/studio/page/same-command.ts";
import { modelMethodsText } from "../../src/studio/page/methods-text.ts";
import { rendererOf } from "../../src/studio/page/use-model.ts";
import { trialText } from "../../src/studio/page/renderer-choice.tsx";
import { inPageWords } from "../../src/studio/page/words.ts";
import { histogramOf, levelAt, shadesOf, sortedLevels } from "../../src/studio/page/contrast.ts";

const UNTOLD = { modality: null, materials: [], stated: {} } as const;
const named = (name: string) => ({ file: new File([], name) });

test("a name that means something to a shell is quoted, one that looks like a flag is a file", () => {
  expect(invertCommand({ ...named("a b;rm.tif"), pixelSizeNm: 0.35 }, UNTOLD)).toBe(
    "heterostem invert 'a b;rm.tif' --pixel-size 0.35",
  );
  expect(invertCommand(named("--out.tif"), UNTOLD)).toBe("heterostem invert ./--out.tif");
  expect(
    invertCommand({ ...named("s.emd"), series: 2, frame: 3, beamLevels: { dark: 5, beam: 90 } }, UNTOLD),
  ).toBe("heterostem invert s.emd --series 2 --frame 3 --beam-levels 5,90");
  expect(
    particlesCommand(named("a.tif"), { ...UNTOLD, modality: "haadf", materials: ["WO3", "Al2O3"] }),
  ).toBe("heterostem particles find a.tif --modality haadf --materials WO3,Al2O3 --out runs/particles");
  expect(fitCommand(named("a.tif"), UNTOLD)).toBe(
    "heterostem particles find a.tif --out runs/particles --fit",
  );
  expect(
    reconstructCommand(
      { ...named("a.tif"), frame: 2 },
      { ...UNTOLD, modality: "haadf", materials: ["WO3"] },
      "a-RoiSet.zip",
    ),
  ).toBe(
    "heterostem reconstruct a.tif --frame 2 --modality haadf --materials WO3 --corrections a-RoiSet.zip --out runs/reconstruct",
  );
  expect(poolCommand([named("a.tif"), named("b.tif")], UNTOLD)).toBe(
    "heterostem invert a.tif b.tif --pooled",
  );
});

test("what a person says of all images is in the call, and images told different things have none together", () => {
  const soot = { ...UNTOLD, modality: "bright-field", materials: ["C"] } as const;
  expect(invertCommand(named("soot.png"), soot)).toBe(
    "heterostem invert soot.png --modality bright-field --materials C",
  );
  const pair = {
    ...UNTOLD,
    materials: ["Au", "CeO2"],
    stated: { beamEnergyKeV: 200, innerMrad: 60, outerMrad: 200, semiAngleMrad: 20, electronsPerPixel: 900 },
  };
  expect(invertCommand(named("a.tif"), pair)).toBe(
    "heterostem invert a.tif --dose 900 --beam-energy 200 --detector-angles 60,200 --semi-angle 20 --materials Au,CeO2",
  );
  // half an annulus is none
  expect(invertCommand(named("a.tif"), { ...pair, stated: { innerMrad: 60 } })).toBe(
    "heterostem invert a.tif --materials Au,CeO2",
  );
  // the network that ships for these two is better than the one for any two
  expect(invertCommand(named("a.tif"), { ...UNTOLD, materials: ["WO3", "TiO2-anatase"] })).toBe(
    "heterostem invert a.tif",
  );
  const levels = { beamLevels: { dark: 5, beam: 90 } };
  expect(
    poolCommand(
      [
        { ...named("a.tif"), ...levels },
        { ...named("b.tif"), ...levels },
      ],
      soot,
    ),
  ).toBe("heterostem invert a.tif b.tif --beam-levels 5,90 --modality bright-field --materials C --pooled");
  expect(poolCommand([{ ...named("a.tif"), ...levels }, named("b.tif")], UNTOLD)).toBe(null);
});

test("the address keeps where the sliders stand, and what makes no sense in it is left out", () => {
  const moved = { ...FIRST_MODEL, seed: 7, parameters: { ...FIRST_MODEL.parameters, particleCount: 33 } };
  const image = FIRST_IMAGE_SETTINGS;
  expect(parseLink(linkText({ view: "model", image, model: moved }))).toEqual({
    view: "model",
    image,
    model: moved,
  });
  const said = {
    modality: "bright-field",
    materials: ["WO3", "Au"],
    microscope: { ...FIRST_IMAGE_SETTINGS.microscope, beamEnergyKeV: 200 },
    shares: { dark: 0, bright: 0.01 },
  } as const;
  const link = { view: "image", image: said, model: FIRST_MODEL } as const;
  expect(parseLink(linkText(link))).toEqual(link);
  const nonsense =
    '{"modality":"x-ray","materials":["<b>","Au"],"microscope":{"innerMrad":-5},"shares":{"dark":0.7,"bright":"much"},"file":1}';
  expect(parseLink(`#image=${encodeURIComponent(nonsense)}`).image).toEqual({
    ...FIRST_IMAGE_SETTINGS,
    materials: ["Au", ""],
  });
  const odd = `#model=${encodeURIComponent('{"seed":"x","parameters":{"necking":0.2,"foo":1},"materials":[1]}')}`;
  expect(parseLink(odd).model).toEqual({
    ...FIRST_MODEL,
    parameters: { ...FIRST_MODEL.parameters, necking: 0.2 },
  });
  expect(parseLink("#model=%").model).toEqual(FIRST_MODEL);
  expect(parseLink("").view).toBe("image");
});

test("flags of the command line are said in the page's words", () => {
  expect(inPageWords("got none in the file; give it with --pixel-size")).toBe(
    "got none in the file; type it under Pixel size, or draw along a scale bar",
  );
});

test("percentiles, histogram and shades of known grey levels", () => {
  const data = Float32Array.from({ length: 101 }, (_, i) => 100 - i);
  const sorted = sortedLevels(data);
  expect([levelAt(sorted, 0), levelAt(sorted, 0.25), levelAt(sorted, 1)]).toEqual([0, 25, 100]);
  expect([...histogramOf(sorted, 4)]).toEqual([25, 25, 25, 26]);
  const shades = shadesOf(Float32Array.of(0, 25, 75, 100), { low: 25, high: 75 });
  expect([shades[0], shades[4], shades[8], shades[12], shades[3]]).toEqual([0, 0, 255, 255, 255]);
});

test("a particle is moved, resized, removed and added, and the others stay as they were found", () => {
  const disc = (x: number, radiusPx: number): ListedDisc => ({
    x,
    y: 5,
    radiusPx,
    elongation: [0.1, 0],
    probability: 0.6,
    source: "detected",
    secondProbability: 0.9,
  });
  const discs = [disc(10, 4), disc(20, 6), disc(30, 9)];
  expect(correctedDiscs(discs, { kind: "resize", number: 9, factor: 2 })).toEqual(discs);
  const moved = correctedDiscs(discs, { kind: "move", number: 2, to: { x: 21, y: 7 } });
  expect(moved.map(({ x, y, probability }) => [x, y, probability])).toEqual([
    [10, 5, 0.6],
    [21, 7, null],
    [30, 5, 0.6],
  ]);
  // two steps in a row, of which nothing was measured between them
  const twice = correctedDiscs(moved, { kind: "shift", number: 2, by: { x: 1, y: 0 } });
  expect(correctedDiscs(twice, { kind: "shift", number: 2, by: { x: 1, y: -2 } })[1]).toMatchObject({
    x: 23,
    y: 5,
  });
  expect(correctedDiscs(discs, { kind: "resize", number: 3, factor: 1.5 })[2].radiusPx).toBe(13.5);
  expect(correctedDiscs(discs, { kind: "remove", number: 1 }).map(({ x }) => x)).toEqual([20, 30]);
  const added = correctedDiscs(discs, { kind: "add", at: { x: 50, y: 60 } });
  expect([added.length, added[3].x, added[3].radiusPx, added[3].source]).toEqual([4, 50, 6, "corrected"]);
  expect(correctedDiscs([], { kind: "add", at: { x: 1, y: 2 } })[0].radiusPx).toBe(10);
});

test("the faster renderer is taken unless somebody chooses, and the splat where there is no kernel", () => {
  const tried = {
    kind: "tried",
    adapter: "a card",
    worstRelativeDeviation: 3.5e-5,
    kernelMs: 3,
    splatMs: 12,
  } as const;
  expect(rendererOf("auto", tried)).toBe("webgpu");
  expect(rendererOf("cpu", tried)).toBe("cpu");
  expect(rendererOf("auto", { ...tried, kernelMs: 40 })).toBe("cpu");
  expect(rendererOf("webgpu", { ...tried, kernelMs: 40 })).toBe("webgpu");
  expect(rendererOf("webgpu", { kind: "none", reason: "no card" })).toBe("cpu");
  expect(rendererOf("auto", null)).toBe("cpu");
  expect(trialText(tried)).toBe(
    "Kernel 3 ms an image (a card), splat 12 ms; expected images agree within 3.5e-5 of each pixel.",
  );
  expect(trialText({ kind: "none", reason: "no card" })).toBe("No kernel on WebGPU: no card.");
  expect(simulateCommand(7, "webgpu")).toBe(
    "heterostem simulate studio.yaml --microscope studio.yaml --seed 7 --count 1 --renderer gpu --out runs/simulate",
  );
});

test("the methods paragraph of a model has its seed and what its placement obeys", () => {
  const text = modelMethodsText("1.2.3", { ...FIRST_MODEL, seed: 7 });
  expect(text).toContain(
    "An aggregate of 60 primary particles of TiO2-anatase and WO3 (number fraction of the second 0.4,",
  );
  expect(text).toContain("a fractal dimension of 1.85 and a prefactor of 1.3 by heterostem 1.2.3, seed 7.");
  expect(text).toContain(
    "at 300 keV with a convergence semi-angle of 9 mrad, a detector from 60 to 200 mrad",
  );
  expect(text).not.toContain("bright-field");
  const collided = { ...FIRST_MODEL, placement: "ballistic", isBrightField: true } as const;
  expect(modelMethodsText("1.2.3", collided)).toMatch(
    /grown with ballistic collisions by .* an objective aperture of 10 mrad\.$/,
  );
});
