import { useState } from "preact/hooks";
import { counted } from "../../core/index.ts";
import { shortNumber, unitText } from "../../report/index.ts";
import { writeGlb, writeXyz } from "../../stochastic/index.ts";
import type { Structures, Taken } from "../worker/protocol.ts";
import { AggregateView } from "./aggregate-view.tsx";
import { CopyLine } from "./copy-line.tsx";
import { download } from "./download.ts";
import { correctionsName, stemOf, type Item } from "./item.ts";
import { Pictures } from "./pictures.tsx";
import { reconstructCommand } from "./same-command.ts";
import { Working } from "./working.tsx";
import { meaningOf, seconds } from "./words.ts";

interface StructureViewProps {
  readonly item: Item;
  readonly taken: Taken;
  /** Whether a pixel size is known: structures are in nm. */
  readonly isSized: boolean;
  readonly onDraw: () => void;
  readonly onLeave: () => void;
}

/** Structures in 3D that look like the image, beside what they look like. */
export function StructureView({ item, taken, isSized, onDraw, onLeave }: StructureViewProps) {
  const { structures, particles } = item;
  const isReady = particles.kind === "done" && isSized;
  return (
    <section class="structures" aria-label="Structures in 3D" aria-busy={structures.kind === "working"}>
      <h2>Structures in 3D</h2>
      {structures.kind === "none" && (
        <>
          <p class="hint">
            One image does not tell depths: structures are drawn that have these particles where they are
            seen, touch as aggregates of the model do, and look like the image. What they share can be
            believed.
          </p>
          <button type="button" disabled={!isReady} onClick={onDraw}>
            Draw structures
          </button>
          {!isReady && <span class="hint"> {isSized ? "Wants the particles." : "Wants a pixel size."}</span>}
        </>
      )}
      {structures.kind === "working" && (
        <Working what="Structures that are drawn" share={structures.share} onLeave={onLeave} />
      )}
      {structures.kind === "failed" && (
        <>
          <p class="failure">{structures.message}</p>
          <button type="button" disabled={!isReady} onClick={onDraw}>
            Draw structures
          </button>
        </>
      )}
      {structures.kind === "done" && (
        <Drawn structures={structures.value} ms={structures.ms} item={item} taken={taken} />
      )}
    </section>
  );
}

function Drawn({
  structures,
  ms,
  item,
  taken,
}: {
  readonly structures: Structures;
  readonly ms: number;
  readonly item: Item;
  readonly taken: Taken;
}) {
  const { draws, doubts, picture, mostResidual } = structures;
  const [place, setPlace] = useState(0);
  const draw = draws[Math.min(place, draws.length - 1)];
  const stem = stemOf(item);
  return (
    <>
      <p class={`verdict ${doubts.length === 0 ? "good" : "doubtful"}`} role="status">
        <span aria-hidden="true">{doubts.length === 0 ? "✓" : "!"}</span>{" "}
        <strong>{wordsOf(structures)}</strong>
      </p>
      <ul class="notes">
        {doubts.map((doubt) => (
          <li key={doubt}>{doubt}</li>
        ))}
      </ul>
      <label class="scrub">
        structure {place + 1} of {draws.length}
        <input
          type="range"
          min={0}
          max={draws.length - 1}
          value={place}
          aria-valuetext={`${place + 1} of ${draws.length}`}
          onInput={({ currentTarget }) => setPlace(Number(currentTarget.value))}
        />
      </label>
      <p class="hint">
        Chain {draw.chain + 1}: hetero-coordination {shortNumber(draw.descriptors.heteroCoordinationAll)};
        explains {(100 * draw.explained).toFixed(1)} % of the variance, chi-square{" "}
        {shortNumber(draw.reducedChiSquare)} a pixel.
      </p>
      <div class="beside">
        <AggregateView data={draw.view} hasContacts name={`${stem}-structure-${place + 1}`} />
        <Pictures compared={{ ...picture, ...draw, mostResidual }} what="structure" />
      </div>
      <p class="legend">
        {draw.view.materials.map(({ name, colour }) => (
          <span key={name}>
            <i style={{ background: colour }} /> {name}
          </span>
        ))}
        <span>
          contacts: improbable <i class="ramp" /> certain
        </span>
      </p>
      <Summary structures={structures} />
      <p class="buttons">
        <button
          type="button"
          onClick={() =>
            download(`${stem}-structures.xyz`, draws.map(({ aggregate }) => writeXyz(aggregate)).join(""))
          }
        >
          All structures, XYZ
        </button>
        <button
          type="button"
          onClick={() =>
            download(
              `${stem}-structure-${place + 1}.glb`,
              Uint8Array.from(writeGlb(draw.aggregate)),
              "model/gltf-binary",
            )
          }
        >
          This structure, GLB
        </button>
        <button
          type="button"
          onClick={() =>
            download(
              `${stem}-structures.json`,
              `${JSON.stringify(structures.results, null, 2)}\n`,
              "application/json",
            )
          }
        >
          Figures of all, JSON
        </button>
      </p>
      <CopyLine
        label="the same structures by the command line"
        text={reconstructCommand(item.order, taken, correctionsName(item))}
      />
      <p class="hint">{seconds(ms)}.</p>
    </>
  );
}

/** What can be said of all structures, in words. */
function wordsOf({ draws, explained, reducedChiSquare, chains: { worstRHat, doAgree } }: Structures): string {
  const chains = `the chains ${doAgree ? "agree" : "do not agree"} (R-hat up to ${worstRHat.toFixed(2)})`;
  return `${counted(draws.length, "structure")}: imaged again they explain ${(100 * explained).toFixed(1)} % of the variance, with a chi-square of ${shortNumber(reducedChiSquare)} a pixel; ${chains}.`;
}

function Summary({ structures: { summary } }: { readonly structures: Structures }) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">of the aggregate</th>
          <th scope="col">median</th>
          <th scope="col">90 % of the structures</th>
          <th scope="col" title="spread of all chains together over that within them; 1 where they agree">
            R-hat
          </th>
        </tr>
      </thead>
      <tbody>
        {summary.map(({ key, label, unit, median, range: [low, high], rHat }) => (
          <tr key={key}>
            <th scope="row" title={meaningOf(key)}>
              {label}
            </th>
            <td>
              {shortNumber(median)}
              {unitText(unit)}
            </td>
            <td>{`${shortNumber(low)} to ${shortNumber(high)}`}</td>
            <td>{rHat.toFixed(2)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
