import { useRef, useState } from "preact/hooks";
import { scaleBarOf } from "../../viewer/index.ts";
import { axesOf, type Particle } from "../../particles/index.ts";
import type { PixelRegion } from "../../image/index.ts";
import type { ReadImage } from "../worker/protocol.ts";
import type { Contrast } from "./contrast.ts";
import type { Place } from "./place.ts";
import type { Correction } from "./correct-discs.ts";
import { GreyCanvas } from "./grey-canvas.tsx";
import { lengthText } from "../../report/index.ts";
import { SOURCE_WORDS } from "./words.ts";

/** What a press on the image does. */
export type Tool = "look" | "measure" | "dark" | "beam" | "correct";

interface ImageViewProps {
  readonly image: ReadImage;
  readonly contrast: Contrast;
  readonly particles: readonly Particle[];
  /** The lighter first; none where nobody said. */
  readonly materials: readonly string[];
  /** Where the aggregates lie that are answered one by one, in order; none where the image is answered as a whole. */
  readonly boxes: readonly PixelRegion[];
  /** Number of the particle that is pointed at. */
  readonly pointed: number | null;
  readonly onPoint: (particle: number | null) => void;
  readonly tool: Tool;
  /** A line that was drawn, its length in pixels. */
  readonly onMeasure: (lengthPx: number) => void;
  readonly onPick: (place: Place) => void;
  readonly onCorrect: (correction: Correction) => void;
}

/** Steps of the magnification. */
const ZOOMS = [1, 1.5, 2, 3, 4, 6, 8] as const;

/** The image with its scale bar, and the particles as circles over it. */
export function ImageView(props: ImageViewProps) {
  const { image, contrast, particles, materials, boxes, pointed, onPoint, tool } = props;
  const [zoom, setZoom] = useState(0);
  const [dragged, setDragged] = useState<{ readonly number: number; readonly to: Place } | null>(null);
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
    } else if (tool === "correct") props.onCorrect({ kind: "add", at: place });
    else if (tool !== "look") props.onPick(place);
  };
  const move = (event: PointerEvent) => {
    if (line !== null) setLine([line[0], placeOf(event)]);
    if (dragged !== null) setDragged({ ...dragged, to: placeOf(event) });
  };
  const release = () => {
    if (dragged !== null) {
      props.onCorrect({ kind: "move", ...dragged });
      setDragged(null);
    }
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
            onPointerMove={move}
            onPointerUp={release}
            onPointerLeave={() => onPoint(null)}
          >
            {boxes.map((box, k) => (
              <AggregateBox key={k} box={box} number={k + 1} textPx={image.width / 32} />
            ))}
            {particles.map((particle) => (
              <Outline
                key={particle.number}
                particle={dragged?.number === particle.number ? { ...particle, ...dragged.to } : particle}
                name={`${kindOf(particle.material)} ${particle.number === pointed ? "pointed" : ""}`}
                onPoint={onPoint}
                onGrasp={(event) => {
                  if (tool !== "correct") return;
                  event.stopPropagation();
                  frame.current?.setPointerCapture(event.pointerId);
                  setDragged({ number: particle.number, to: { x: particle.x, y: particle.y } });
                }}
              />
            ))}
            {line !== null && (
              <line class="drawn" x1={line[0].x} y1={line[0].y} x2={line[1].x} y2={line[1].y} />
            )}
          </svg>
          {image.pixelSizeNm !== null && <ScaleBar image={image} pixelSizeNm={image.pixelSizeNm} />}
        </div>
      </div>
    </figure>
  );
}

/** Where an aggregate lies that has an answer of its own, with its number there. */
function AggregateBox({
  box: { x, y, width, height },
  number,
  textPx,
}: {
  readonly box: PixelRegion;
  readonly number: number;
  /** Height of the number [px of the image]. */
  readonly textPx: number;
}) {
  return (
    <g class="aggregate-box">
      <rect x={x} y={y} width={width} height={height} />
      <text x={x + 0.25 * textPx} y={y + textPx} font-size={textPx}>
        {number}
      </text>
    </g>
  );
}

/** A particle as a circle or an ellipse. */
function Outline({
  particle,
  name,
  onPoint,
  onGrasp,
}: {
  readonly particle: Particle;
  readonly name: string;
  readonly onPoint: (particle: number) => void;
  readonly onGrasp: (event: PointerEvent) => void;
}) {
  const { number, x, y } = particle;
  const { long, short, direction } = axesOf(particle);
  return (
    <ellipse
      cx={x}
      cy={y}
      rx={long}
      ry={short}
      transform={`rotate(${(direction * 180) / Math.PI} ${x} ${y})`}
      class={`particle ${name}`}
      data-number={number}
      onPointerEnter={() => onPoint(number)}
      onPointerDown={onGrasp}
    >
      <title>{`Particle ${number}`}</title>
    </ellipse>
  );
}

/** A round length on the image, in the image's own size, with where that is from. */
function ScaleBar({
  image: { width, pixelSizeSource },
  pixelSizeNm,
}: {
  readonly image: ReadImage;
  readonly pixelSizeNm: number;
}) {
  const widthNm = width * pixelSizeNm;
  const { lengthNm } = scaleBarOf(1, widthNm / 4);
  return (
    <div class="scale" style={{ width: `${(100 * lengthNm) / widthNm}%` }}>
      <span>{lengthText(lengthNm)}</span>
      {pixelSizeSource !== null && <small>{SOURCE_WORDS[pixelSizeSource]}</small>}
    </div>
  );
}
