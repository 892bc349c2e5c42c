import { useEffect, useRef } from "preact/hooks";
import { shadesOf, type Contrast } from "./contrast.ts";

/** A grey image drawn pixel by pixel; its size on the page is the style sheet's. */
export function GreyCanvas({
  image: { width, height, data },
  contrast,
  label,
}: {
  readonly image: {
    readonly width: number;
    readonly height: number;
    readonly data: Float32Array | Uint8Array;
  };
  readonly contrast: Contrast;
  readonly label: string;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const pixels = new ImageData(shadesOf(data, contrast), width, height);
    canvas.current?.getContext("2d")?.putImageData(pixels, 0, 0);
  }, [data, width, height, contrast.low, contrast.high]);
  return <canvas ref={canvas} width={width} height={height} role="img" aria-label={label} />;
}
