import type { GrayImage, RandomStream } from "../../src/core/index.ts";
import { resampleToPixelSize } from "../../src/image/index.ts";

/** An 8-bit picture, [height, width]. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** Left, top, width and height [px]. */
type Box = readonly [number, number, number, number];

export function filled({ width, height, pixels }: Picture, [x0, y0, w, h]: Box, value: number): Picture {
  const result = pixels.slice();
  for (let y = y0; y < y0 + h; y++) result.fill(value, y * width + x0, y * width + x0 + w);
  return { width, height, pixels: result };
}

/** Rows of letters of 5 x 7 px, as bits. */
const LETTERS: Readonly<Record<string, readonly number[]>> = {
  "5": [31, 16, 30, 1, 1, 17, 14],
  "0": [14, 17, 17, 17, 17, 17, 14],
  n: [0, 0, 30, 17, 17, 17, 17],
  m: [0, 0, 26, 21, 21, 21, 21],
};

export function written(
  picture: Picture,
  text: string,
  [x0, y0]: readonly [number, number],
  value: number,
): Picture {
  const pixels = picture.pixels.slice();
  [...text].forEach((letter, k) =>
    LETTERS[letter]?.forEach((row, y) => {
      for (let x = 0; x < 5; x++) {
        if (row & (16 >> x)) pixels[(y0 + y) * picture.width + x0 + 6 * k + x] = value;
      }
    }),
  );
  return { ...picture, pixels };
}

/** A grey level that 8 bits can hold. */
export const grey = (value: number) => Math.min(255, Math.max(0, Math.round(value)));

/** 50 nm of 1.1 nm pixels. */
const BAR_PX = 45;

export function burnBar(picture: Picture): Picture {
  const bar = filled(picture, [8, picture.height - 10, BAR_PX, 3], 255);
  return written(bar, "50 nm", [16, picture.height - 20], 255);
}

export function burnBox(picture: Picture): Picture {
  const box = filled(picture, [picture.width - 56, picture.height - 24, 52, 20], 0);
  const text = written(box, "50 nm", [picture.width - 46, picture.height - 20], 230);
  return filled(text, [picture.width - 53, picture.height - 10, BAR_PX, 2], 230);
}

export function appendBar({ width, height, pixels }: Picture): Picture {
  const strip = 16;
  const taller = { width, height: height + strip, pixels: new Uint8Array(width * (height + strip)) };
  taller.pixels.set(pixels);
  const bar = filled(taller, [width - 8 - BAR_PX, height + 11, BAR_PX, 2], 255);
  return written(bar, "50 nm", [width - 45, height + 2], 255);
}

export const dimmed = ({ pixels, ...size }: Picture, share: number): Picture => ({
  ...size,
  pixels: pixels.map((value) => grey(share * value)),
});

export function setPixels(
  rng: RandomStream,
  { pixels, ...size }: Picture,
  share: number,
  value: number,
): Picture {
  return { ...size, pixels: pixels.map((own) => (rng.uniform() < share ? value : own)) };
}

export const gamma = ({ pixels, ...size }: Picture, exponent: number): Picture => ({
  ...size,
  pixels: pixels.map((value) => grey(255 * (value / 255) ** exponent)),
});

export function blownUp({ pixels, width, height }: Picture): Picture {
  const image: GrayImage = {
    width,
    height,
    data: Float32Array.from(pixels),
    intensityUnit: "arbitrary",
    pixelSizeNm: 1,
  };
  const { data } = resampleToPixelSize(resampleToPixelSize(image, 2), 1);
  return { width, height, pixels: Uint8Array.from(data, grey) };
}

export function saturated({ pixels, ...size }: Picture, share: number): Picture {
  const white = pixels.slice().sort()[Math.floor((1 - share) * pixels.length)];
  return { ...size, pixels: pixels.map((value) => grey((255 * value) / white)) };
}
