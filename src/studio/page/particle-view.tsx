import { useEffect, useRef } from "preact/hooks";
import type { Particle } from "../../particles/index.ts";
import { intervalText, shortNumber } from "../../report/index.ts";
import type { Correction } from "./correct-discs.ts";
import type { FoundParticles } from "../worker/protocol.ts";
import type { Outcome } from "./item.ts";
import { seconds } from "./words.ts";

/** The particles as a table: pointing at a row shows its circle, pointing at a circle its row. */
export function ParticleView({
  outcome,
  pointed,
  onPoint,
  isCorrecting,
  onCorrecting,
  onCorrect,
  onForget,
}: {
  readonly outcome: Outcome<FoundParticles>;
  readonly pointed: number | null;
  readonly onPoint: (particle: number | null) => void;
  readonly isCorrecting: boolean;
  readonly onCorrecting: (isCorrecting: boolean) => void;
  readonly onCorrect: (correction: Correction) => void;
  /** Goes back to what the detector found; null where nobody has corrected it. */
  readonly onForget: (() => void) | null;
}) {
  const section = useRef<HTMLElement>(null);
  /** Whether the last row is one that was added in the middle, which the keyboard goes on with. */
  const isAdded = useRef(false);
  useEffect(() => {
    if (!isAdded.current || outcome.kind !== "done") return;
    isAdded.current = false;
    section.current?.querySelector<HTMLElement>("tbody tr:last-child")?.focus();
  }, [outcome]);
  return (
    <section ref={section} class="particles" aria-label="Particles" aria-busy={outcome.kind === "working"}>
      <h2>Primary particles</h2>
      {outcome.kind === "none" && <p class="hint">Waiting for the image.</p>}
      {outcome.kind === "working" && <p class="hint">Looking for particles …</p>}
      {outcome.kind === "failed" && (
        <>
          <p class="failure">{outcome.message}</p>
          {onForget !== null && <ForgetButton onForget={onForget} />}
        </>
      )}
      {outcome.kind === "done" && (
        <>
          <p class="buttons">
            <button type="button" aria-pressed={isCorrecting} onClick={() => onCorrecting(!isCorrecting)}>
              Correct by hand
            </button>
            {isCorrecting && (
              <button
                type="button"
                onClick={() => {
                  const { width, height } = outcome.value.found;
                  isAdded.current = true;
                  onCorrect({ kind: "add", at: { x: width / 2, y: height / 2 } });
                }}
              >
                Add one in the middle
              </button>
            )}
            {onForget !== null && <ForgetButton onForget={onForget} />}
          </p>
          {isCorrecting && (
            <p class="hint">
              Drag a circle to move it, press beside the circles to add one, ✕ in the table takes one away. By
              keyboard, in a row of the table: arrow keys move it, + and − change its size, Delete takes it
              away.
            </p>
          )}
          <Found
            found={outcome.value}
            ms={outcome.ms}
            pointed={pointed}
            onPoint={onPoint}
            onCorrect={isCorrecting ? onCorrect : null}
          />
        </>
      )}
    </section>
  );
}

function ForgetButton({ onForget }: { readonly onForget: () => void }) {
  return (
    <button type="button" onClick={onForget}>
      Back to what was found
    </button>
  );
}

/** Headings of the table, with what they mean. */
const HEADINGS = [
  ["no.", "as in the files: the most probable first"],
  ["x [px]", "column of the centre, from the left edge"],
  ["y [px]", "row of the centre, from the upper edge"],
  ["radius", "of the sphere whose outline this is; of an ellipse the geometric mean of both"],
  [
    "material",
    "which of the named materials; – where none is named, or one that the image does not tell apart",
  ],
  ["probability", "by the detector's own estimate: that a particle lies here"],
] as const;

function Found({
  found: { found, sizes, threshold },
  ms,
  pointed,
  onPoint,
  onCorrect,
}: {
  readonly found: FoundParticles;
  readonly ms: number;
  readonly pointed: number | null;
  readonly onPoint: (particle: number | null) => void;
  readonly onCorrect: ((correction: Correction) => void) | null;
}) {
  const { particles, countWithHidden, modality, pixelSizeNm } = found;
  const unit = pixelSizeNm === null ? "px" : "nm";
  return (
    <>
      <p role="status">
        <strong>{particles.length} particles</strong>
        {countWithHidden !== null &&
          `, with hidden ones about ${intervalText(countWithHidden, (value) => String(Math.round(value)))}`}
        ; taken as {modality}
        {threshold === null ? ", corrected by hand" : `, probability from ${threshold}`}; {seconds(ms)}.
      </p>
      <ul class="notes">
        {sizes.map(({ material, meanDiameter, spread, unit: own }) => (
          <li key={material ?? "all"}>
            {material ?? "all"}
            {": "}
            <span title="median of a log-normal distribution; behind it the 95 % interval by bootstrap">
              geometric mean diameter
            </span>{" "}
            {intervalText(meanDiameter)} {own},{" "}
            <span title="geometric standard deviation: two thirds of the diameters lie within this factor of the mean">
              spread
            </span>{" "}
            {intervalText(spread)}
          </li>
        ))}
      </ul>
      <div class="scroll" tabIndex={0} role="region" aria-label="Table of particles">
        <table>
          <thead>
            <tr>
              {HEADINGS.map(([heading, meaning]) => (
                <th key={heading} scope="col" title={meaning}>
                  {heading === "radius" ? `radius [${unit}]` : heading}
                </th>
              ))}
              {onCorrect !== null && <th scope="col">take away</th>}
            </tr>
          </thead>
          <tbody onPointerLeave={() => onPoint(null)}>
            {particles.map((particle) => (
              <Row
                key={particle.number}
                particle={particle}
                scale={pixelSizeNm ?? 1}
                isPointed={particle.number === pointed}
                onPoint={onPoint}
                onCorrect={onCorrect}
              />
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Row({
  particle: { number, x, y, radiusPx, material, probability, isCut },
  scale,
  isPointed,
  onPoint,
  onCorrect,
}: {
  readonly particle: Particle;
  readonly scale: number;
  readonly isPointed: boolean;
  readonly onPoint: (particle: number | null) => void;
  readonly onCorrect: ((correction: Correction) => void) | null;
}) {
  const row = useRef<HTMLTableRowElement>(null);
  const isOwn = useRef(false);
  useEffect(() => {
    // not under the pointer that rests on it
    if (isPointed && !isOwn.current) row.current?.scrollIntoView({ block: "nearest" });
  }, [isPointed]);
  const point = (isHere: boolean) => {
    isOwn.current = isHere;
    onPoint(isHere ? number : null);
  };
  return (
    <tr
      ref={row}
      class={isPointed ? "pointed" : ""}
      data-number={number}
      tabIndex={0}
      onPointerEnter={() => point(true)}
      onPointerOut={() => (isOwn.current = false)}
      onFocus={() => point(true)}
      onBlur={() => point(false)}
      onKeyDown={(event) => {
        const correction = correctionOf(event.key, number);
        if (onCorrect === null || correction === null) return;
        event.preventDefault();
        onCorrect(correction);
      }}
    >
      <td>{number}</td>
      <td>{x.toFixed(1)}</td>
      <td>{y.toFixed(1)}</td>
      <td>{shortNumber(radiusPx * scale)}</td>
      <td>{isCut ? `${material ?? "–"}, cut by the edge` : (material ?? "–")}</td>
      <td>{probability?.toFixed(2) ?? "by hand"}</td>
      {onCorrect !== null && (
        <td>
          <button
            type="button"
            aria-label={`Take particle ${number} away`}
            onClick={() => onCorrect({ kind: "remove", number })}
          >
            ✕
          </button>
        </td>
      )}
    </tr>
  );
}

/** Steps of the keyboard: a pixel, and a fiftieth of the size. */
const [STEP_PX, STEP_SIZE] = [1, 1.02];
const MOVES: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-STEP_PX, 0],
  ArrowRight: [STEP_PX, 0],
  ArrowUp: [0, -STEP_PX],
  ArrowDown: [0, STEP_PX],
};

function correctionOf(key: string, number: number): Correction | null {
  const move = MOVES[key];
  if (move !== undefined) return { kind: "shift", number, by: { x: move[0], y: move[1] } };
  if (key === "+" || key === "=") return { kind: "resize", number, factor: STEP_SIZE };
  if (key === "-") return { kind: "resize", number, factor: 1 / STEP_SIZE };
  return key === "Delete" || key === "Backspace" ? { kind: "remove", number } : null;
}
