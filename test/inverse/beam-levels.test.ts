import { expect, test } from "vitest";
import { toBeamFractions } from "../../src/inverse/index.ts";

const image = {
  width: 2,
  height: 2,
  data: Float32Array.of(300, 700, 500, 1100),
  pixelSizeNm: 1,
  intensityUnit: "arbitrary",
} as const;
const file = { path: "a.dm4", image };
const levels = { dark: 300, beam: 4300 };

test("grey levels become fractions of the beam, and the note says from what", () => {
  const { image: absolute, notes } = toBeamFractions(file, levels);
  expect([...absolute.data]).toEqual([0, 0.1, 0.05, 0.2].map(Math.fround));
  expect(absolute.intensityUnit).toBe("fraction of the incident beam");
  expect(notes).toEqual([
    "grey levels 300 and 4300 taken for none and all of the beam: mean 0.0875 of the beam",
  ]);
  expect(image.data[1]).toBe(700);
});

test("a detector whose grey falls with the beam is no mistake", () => {
  const inverted = { ...image, data: image.data.map((grey) => -grey) };
  const { image: absolute } = toBeamFractions({ path: "a", image: inverted }, { dark: -300, beam: -4300 });
  expect(Array.from(absolute.data, (share) => share + 0)).toEqual([0, 0.1, 0.05, 0.2].map(Math.fround));
});

test("levels of another gain or offset are refused, and so are images that need none", () => {
  expect(() => toBeamFractions(file, { dark: 900, beam: 4300 })).toThrow(
    /^Cannot apply beam levels 900 and 4300 to a\.dm4: the mean must not be darker than the dark level, got a mean of 650; /,
  );
  expect(() => toBeamFractions(file, { dark: 300, beam: 1000 })).toThrow(
    /no pixel may have more than the whole beam, got 25\.0 % of the pixels above 1000/,
  );
  const absolute = { ...image, intensityUnit: "fraction of the incident beam" } as const;
  expect(() => toBeamFractions({ path: "b", image: absolute }, levels)).toThrow(/leave --beam-levels out/);
});
