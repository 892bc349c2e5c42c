import { useRef, useState } from "preact/hooks";
import { scaleBarOf } from "../../viewer/index.ts";
import type { Particle } from "../../particles/index.ts";
import type { ReadImage } from "../work/protocol.ts";
import type { Contrast } from "./contrast.ts";
import { GreyCanvas } from "./grey-canvas.tsx";
import { lengthText } from "../../report/index.ts";

/** A place on an image [px]. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** What a press on the image does. */
export type Tool = "look" | "measure" | "dark" | "beam";

interface ImageViewProps {
  readonly image: ReadImage;
  readonly contrast: Contrast;
  readonly particles: readonly Particle[];
  /** The lighter first; none where nobody said. */
  readonly materials: readonly string[];
  /** Number of the particle that is pointed at. */
  readonly pointed: number | null;
  readonly onPoint: (particle: number | null) => void;
  readonly tool: Tool;
  /** A line that was drawn, its length in pixels. */
  readonly onMeasure: (lengthPx: number) => void;
  readonly onPick: (place: Place) => void;
}

/** Steps of the magnification. */
const ZOOMS = [1, 1.5, 2, 3, 4, 6, 8] as const;

/** The image with its scale bar, and the particles as circles over it. */
export function ImageView(props: ImageViewProps) {
  const { image, contrast, particles, materials, pointed, onPoint, tool } = props;
  const [zoom, setZoom] = useState(0);
  const [line, setLine] = useState<readonly [Place, Place] | null>(null);
  const frame = useRef<SVGSVGElement>(null);
  const placeOf = ({ clientX, clientY }: PointerEvent): Place => {
    const box = frame.current?.getBoundingClientRect() ?? new DOMRect();
    const x = ((clientX - box.left) / box.width) * image.width;
    const y = ((clientY - box.top) / box.height) * image.height;
    return { x, y };
  };
  const press = (event: PointerEvent) => {
    const place = placeOf(event);
    if (tool === "measure") {
      frame.current?.setPointerCapture(event.pointerId);
      setLine([place, place]);
    } else if (tool !== "look") props.onPick(place);
  };
  const release = () => {
    if (line === null) return;
    const [a, b] = line;
    setLine(null);
    const lengthPx = Math.hypot(b.x - a.x, b.y - a.y);
    if (lengthPx >= 2) props.onMeasure(lengthPx);
  };
  const [lighter = null, heavier = null] = materials;
  const kindOf = (material: string | null) =>
    material === null ? "" : material === heavier ? "second" : material === lighter ? "first" : "";
  const step = (by: number) => setZoom(Math.max(0, Math.min(ZOOMS.length - 1, zoom + by)));
  return (
    <figure class="image">
      <div class="toolbar" role="group" aria-label="Magnification">
        <button type="button" onClick={() => step(-1)} disabled={zoom === 0} aria-label="Smaller">
          −
        </button>
        <output aria-live="off">{Math.round(100 * ZOOMS[zoom])} %</output>
        <button
          type="button"
          onClick={() => step(1)}
          disabled={zoom === ZOOMS.length - 1}
          aria-label="Larger"
        >
          +
        </button>
      </div>
      <div class="scroll" tabIndex={0} role="region" aria-label={`Image ${image.name}`}>
        <div
          class="sheet"
          style={{ width: `${100 * ZOOMS[zoom]}%`, aspectRatio: `${image.width} / ${image.height}` }}
        >
          <GreyCanvas
            image={image}
            contrast={contrast}
            label={`${image.name}, ${image.width} x ${image.height} px`}
          />
          <svg
            ref={frame}
            class={`over ${tool}`}
            viewBox={`0 0 ${image.width} ${image.height}`}
            onPointerDown={press}
            onPointerMove={(event) => line !== null && setLine([line[0], placeOf(event)])}
            onPointerUp={release}
            onPointerLeave={() => onPoint(null)}
          >
            {particles.map(({ number, x, y, radiusPx, material }) => (
              <circle
                key={number}
                cx={x}
                cy={y}
                r={radiusPx}
                class={`particle ${kindOf(material)} ${number === pointed ? "pointed" : ""}`}
                data-number={number}
                onPointerEnter={() => onPoint(number)}
              >
                <title>{`Particle ${number}`}</title>
              </circle>
            ))}
            {line !== null && (
              <line class="drawn" x1={line[0].x} y1={line[0].y} x2={line[1].x} y2={line[1].y} />
            )}
          </svg>
          {image.pixelSizeNm !== null && <ScaleBar widthNm={image.width * image.pixelSizeNm} />}
        </div>
      </div>
    </figure>
  );
}

/** A round length on the image, in the image's own size. */
function ScaleBar({ widthNm }: { readonly widthNm: number }) {
  const { lengthNm } = scaleBarOf(1, widthNm / 4);
  return (
    <div class="scale" style={{ width: `${(100 * lengthNm) / widthNm}%` }}>
      <span>{lengthText(lengthNm)}</span>
    </div>
  );
}
