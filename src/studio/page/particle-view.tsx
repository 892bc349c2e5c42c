import { useEffect, useRef } from "preact/hooks";
import type { Particle } from "../../particles/index.ts";
import { intervalText, shortNumber } from "../../report/index.ts";
import type { FoundParticles } from "../work/protocol.ts";
import type { Outcome } from "./item.ts";
import { seconds } from "./words.ts";

/** The particles as a table: pointing at a row shows its circle, pointing at a circle its row. */
export function ParticleView({
  outcome,
  pointed,
  onPoint,
}: {
  readonly outcome: Outcome<FoundParticles>;
  readonly pointed: number | null;
  readonly onPoint: (particle: number | null) => void;
}) {
  return (
    <section class="particles" aria-label="Particles" aria-busy={outcome.kind === "working"}>
      <h2>Primary particles</h2>
      {outcome.kind === "none" && <p class="hint">Waiting for the image.</p>}
      {outcome.kind === "working" && <p class="hint">Looking for particles …</p>}
      {outcome.kind === "failed" && <p class="failure">{outcome.message}</p>}
      {outcome.kind === "done" && (
        <Found found={outcome.value} ms={outcome.ms} pointed={pointed} onPoint={onPoint} />
      )}
    </section>
  );
}

function Found({
  found: { found, sizes, threshold },
  ms,
  pointed,
  onPoint,
}: {
  readonly found: FoundParticles;
  readonly ms: number;
  readonly pointed: number | null;
  readonly onPoint: (particle: number | null) => void;
}) {
  const { particles, countWithHidden, modality, pixelSizeNm } = found;
  const unit = pixelSizeNm === null ? "px" : "nm";
  return (
    <>
      <p role="status">
        <strong>{particles.length} particles</strong>
        {countWithHidden !== null &&
          `, with hidden ones about ${intervalText(countWithHidden, (value) => String(Math.round(value)))}`}
        ; taken as {modality}, probability from {threshold}; {seconds(ms)}.
      </p>
      <ul class="notes">
        {sizes.map(({ material, meanDiameter, spread, unit: own }) => (
          <li key={material ?? "all"}>
            {material ?? "all"}: geometric mean diameter {intervalText(meanDiameter)} {own}, spread{" "}
            {intervalText(spread)}
          </li>
        ))}
      </ul>
      <div class="scroll" tabIndex={0} role="region" aria-label="Table of particles">
        <table>
          <thead>
            <tr>
              <th scope="col">no.</th>
              <th scope="col">x [px]</th>
              <th scope="col">y [px]</th>
              <th scope="col">radius [{unit}]</th>
              <th scope="col">material</th>
              <th scope="col">probability</th>
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
}: {
  readonly particle: Particle;
  readonly scale: number;
  readonly isPointed: boolean;
  readonly onPoint: (particle: number | null) => void;
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
    >
      <td>{number}</td>
      <td>{x.toFixed(1)}</td>
      <td>{y.toFixed(1)}</td>
      <td>{shortNumber(radiusPx * scale)}</td>
      <td>{isCut ? `${material ?? "–"}, cut by the edge` : (material ?? "–")}</td>
      <td>{probability.toFixed(2)}</td>
    </tr>
  );
}
