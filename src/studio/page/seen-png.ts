import { lengthText } from "../../report/index.ts";
import { scaleBarOf, type ViewPicture } from "../../viewer/index.ts";
import type { Particle } from "../../particles/index.ts";
import type { ReadImage } from "../worker/protocol.ts";
import { shadesOf, type Contrast } from "./contrast.ts";

/** Pictures are drawn with edges of at least so many pixels, so that lines and letters can be read. */
const LEAST_EDGE = 1024;

/** The image as it is seen: contrast, circles, scale bar. */
export async function seenPng(
  image: ReadImage,
  contrast: Contrast,
  particles: readonly Particle[],
): Promise<Blob> {
  const { width, height, data, pixelSizeNm } = image;
  const scale = Math.max(1, Math.ceil(LEAST_EDGE / Math.max(width, height)));
  const own = canvasOf(width, height);
  own.pen.putImageData(new ImageData(shadesOf(data, contrast), width), 0, 0);
  const { canvas, pen } = canvasOf(width * scale, height * scale);
  pen.imageSmoothingEnabled = false;
  pen.drawImage(own.canvas, 0, 0, width * scale, height * scale);
  pen.lineWidth = 2;
  for (const { x, y, radiusPx } of particles) {
    pen.strokeStyle = "#cc79a7";
    pen.beginPath();
    pen.arc(x * scale, y * scale, radiusPx * scale, 0, 2 * Math.PI);
    pen.stroke();
  }
  if (pixelSizeNm !== null) {
    pen.shadowColor = "#000";
    pen.shadowBlur = 4;
    const pixelsPerNm = scale / pixelSizeNm;
    drawScaleBar(pen, { width: canvas.width, height: canvas.height, pixelsPerNm, ink: "#fff" });
  }
  return pngOf(canvas);
}

/**
 * An aggregate as it is seen in 3D, with a scale bar.
 *
 * @param picture of the view, in the task that drew it
 * @param ink colour of the scale bar
 */
export function seenViewPng({ canvas: view, pixelsPerNm }: ViewPicture, ink: string): Promise<Blob> {
  const { width, height } = view;
  const { canvas, pen } = canvasOf(width, height);
  pen.drawImage(view, 0, 0);
  drawScaleBar(pen, { width, height, pixelsPerNm, ink });
  return pngOf(canvas);
}

function pngOf(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    const refuse = () =>
      reject(new Error(`Cannot write PNG: the browser must take ${canvas.width} px, got none`));
    canvas.toBlob((blob) => (blob === null ? refuse() : resolve(blob)), "image/png");
  });
}

function canvasOf(width: number, height: number) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  const pen = canvas.getContext("2d");
  if (pen === null) throw new Error("Cannot draw picture: wanted a canvas, got none");
  return { canvas, pen };
}

function drawScaleBar(
  pen: CanvasRenderingContext2D,
  {
    width,
    height,
    pixelsPerNm,
    ink,
  }: Pick<ViewPicture, "pixelsPerNm"> & {
    readonly width: number;
    readonly height: number;
    readonly ink: string;
  },
): void {
  const { lengthNm, lengthPx } = scaleBarOf(pixelsPerNm, width / 4);
  const [x, y] = [0.03 * width, 0.96 * height];
  pen.fillStyle = ink;
  pen.fillRect(x, y, lengthPx, 0.006 * height + 2);
  pen.font = `${Math.round(0.03 * height)}px system-ui, sans-serif`;
  pen.fillText(lengthText(lengthNm), x, y - 0.01 * height);
}
