import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encode } from "fast-png";
import { afterAll, describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { gaussianBlur } from "../../src/image/index.ts";
import { encodePng16, readImageFile } from "../../src/micrograph/index.ts";
import { balls, SIDE, writePicture } from "../helpers/bright-discs.ts";
import { heterostem } from "../helpers/heterostem.ts";

const folder = mkdtempSync(join(tmpdir(), "particle-refusals-"));
const path = (name: string) => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const BALLS = [
  { x: 40, y: 40, radiusPx: 9 },
  { x: 90, y: 60, radiusPx: 11 },
];

/** The words of a refusal, with which nothing is written. */
async function refusal(name: string, ...words: string[]): Promise<string> {
  const { code, stderr } = await heterostem("particles", path(name), ...words, "--out", path("never"));
  expect([code, existsSync(path("never"))]).toEqual([1, false]);
  return stderr;
}

/** 8 bits in three channels. */
function writeColours(name: string, colourOf: (grey: number, at: number) => readonly number[]): void {
  const data = Uint8Array.from(
    [...balls(BALLS, 7)].flatMap((value, at) => colourOf(Math.min(255, 200 * Math.max(0, value)), at)),
  );
  writeFileSync(path(name), encode({ width: SIDE, height: SIDE, data, channels: 3, depth: 8 }));
}

describe("heterostem particles on images that show no particles to measure", () => {
  test("bare film shows none, and the word says what may help", async () => {
    writePicture(path("film.png"), balls([], 3));
    expect(await refusal("film.png", "--modality", "haadf")).toMatch(
      /^heterostem: Cannot find particles: image must show particles, got none, taken as haadf \(.*film\.png\); is --modality right\? --least-probability asks for more, and a particle that fills the field wants a smaller magnification\n$/,
    );
  });

  test("lumps of mere noise are not called particles", async () => {
    const side = 320;
    writePicture(path("noise.png"), balls([], 6, side), side);
    // as faint as the detector lets through, so that it does find some
    expect(await refusal("noise.png", "--modality", "haadf", "--least-probability", "0.2")).toMatch(
      /image must show particles, got \d+ lumps no clearer than lumps of noise \(\d\.\d standard deviations, wanted 6\), taken as haadf \(.*noise\.png\); is --modality right\?/,
    );
  });

  test("lumps of a speckled film, as many bright as dark, are not called particles", async () => {
    const side = 192;
    const noise = openRandomStream(8, "film").fillNormal(new Float64Array(side * side));
    const film = gaussianBlur(Float32Array.from(noise), { width: side, height: side }, 3);
    writePicture(
      path("speckled.png"),
      film.map((value, i) => 0.4 + value + 0.01 * noise[i]),
      side,
    );
    expect(await refusal("speckled.png", "--modality", "haadf", "--least-probability", "0.2")).toMatch(
      /image must show particles, got \d+ lumps where its negative shows \d+, as bare film does, taken as haadf \(.*speckled\.png\); is --modality right\?/,
    );
  });

  test("a particle that fills the field is not found", async () => {
    writePicture(path("huge.png"), balls([{ x: 64, y: 64, radiusPx: 110 }], 3));
    expect(await refusal("huge.png", "--modality", "haadf")).toContain(
      "a particle that fills the field wants a smaller",
    );
  });

  test("an image that is clipped where matter is, is called saturated before anything else; a little of it is the first note", async () => {
    const bright = balls(BALLS, 5);
    writePicture(
      path("burnt.png"),
      bright.map((value, i) => (i % SIDE < 60 ? 1 : Math.min(1, value))),
    );
    expect(await refusal("burnt.png", "--modality", "haadf", "--keep-bar")).toMatch(
      /image must not be saturated, got 47 % of its pixels at the brightest level, taken as haadf \(.*\); record it with less gain, or say --modality where that is wrong/,
    );
    writePicture(
      path("clipped.png"),
      bright.map((value) => Math.min(0.6, value)),
    );
    const words = [path("clipped.png"), "--modality", "haadf", "--fit", "--out", path("clipped")];
    const { code, stdout } = await heterostem("particles", ...words);
    expect(code).toBe(0);
    const first = stdout.split("\n").find((line) => line.startsWith("note: "));
    expect(first).toMatch(/^note: clipped\.png: saturated, 1 % of the pixels are at the brightest level: /);
    const { fits } = JSON.parse(readFileSync(path("clipped/particles.json"), "utf8"));
    expect(fits[0].reducedChiSquare).toBeNull();
    expect(fits[0].noise.word).toBe("saturated: 1 % of the pixels are at the end of the range");
  });

  test("a scale bar that says something else than the file is a refusal until --pixel-size says which is right", async () => {
    const path500 = join(import.meta.dirname, "../fixtures/micrograph/scale-bars/500-nm-125-px.png");
    const { image } = await readImageFile(path500, { keepBar: true });
    writeFileSync(path("contradicted.png"), encodePng16({ ...image, pixelSizeNm: 2.5 }));
    expect(await refusal("contradicted.png", "--modality", "haadf")).toMatch(
      /^heterostem: Cannot find particles: file and scale bar must say one pixel size, got 2\.5 nm in the file, 4 nm by the scale bar in the picture \("500 nm", 125 px\) \(.*contradicted\.png\); --pixel-size says which is right\n$/,
    );
    const said = await refusal("contradicted.png", "--modality", "haadf", "--pixel-size", "4");
    expect(said).toContain("image must show particles");
  });

  test("a colour picture is refused; what is drawn in colour on a grey one is told, and grey in three channels is grey", async () => {
    writeColours("map.png", (grey) => [grey, 0.2 * grey, 0]);
    expect(await refusal("map.png")).toMatch(
      /image must be grey, got colour in 100 % of its pixels \(.*map\.png\); take the micrograph itself, or save its grey channel/,
    );
    const noteOf = async (name: string) => {
      const words = [path(name), "--modality", "haadf", "--out", path(`${name}-found`)];
      const { code, stdout } = await heterostem("particles", ...words);
      expect(code).toBe(0);
      return stdout.split("\n").find((line) => line.includes("have a colour"));
    };
    writeColours("marked.png", (grey, at) =>
      at % SIDE > 120 && at > 120 * SIDE ? [255, 0, 0] : [grey, grey, grey],
    );
    expect(await noteOf("marked.png")).toMatch(
      /^note: marked\.png: 0\.\d+ % of the pixels have a colour; their luma was taken$/,
    );
    writeColours("grey.png", (grey) => [grey, grey, grey]);
    expect(await noteOf("grey.png")).toBeUndefined();
  });
});
