import { useState } from "preact/hooks";
import type { ImageTasks, PooledAnswers, PoolOrder, Taken } from "../worker/protocol.ts";
import { EstimateTable } from "./answer-view.tsx";
import type { Client } from "./client.ts";
import { CopyLine } from "./copy-line.tsx";
import { NONE, WORKING, type Item, type Outcome } from "./item.ts";
import { poolCommand } from "./same-command.ts";
import { inPageWords, seconds } from "./words.ts";

/** Images of one powder together. */
export function PoolView({
  items,
  taken,
  client,
}: {
  readonly items: readonly Item[];
  readonly taken: Taken;
  readonly client: Client<keyof ImageTasks>;
}) {
  const [pooled, setPooled] = useState<Outcome<PooledAnswers>>(NONE);
  const [asked, setAsked] = useState<PoolOrder>({ orders: [], taken });
  if (items.length < 2) return null;
  const orders = items
    .filter(({ isTicked, read }) => isTicked && read.kind === "done")
    .map(({ order }) => order);
  const pool = async () => {
    const begun = performance.now();
    setPooled(WORKING);
    const order = { orders, taken };
    setAsked(order);
    try {
      const value = await client.ask("pool", order);
      setPooled({ kind: "done", value, ms: performance.now() - begun });
    } catch (cause) {
      setPooled({ kind: "failed", message: inPageWords((cause as Error).message) });
    }
  };
  return (
    <section class="pool" aria-label="One powder">
      <h2>Images of one powder</h2>
      <p class="buttons">
        <button type="button" disabled={orders.length < 2} onClick={() => void pool()}>
          Answer for the {orders.length} ticked together
        </button>
      </p>
      {pooled.kind === "working" && <p class="hint">Taking the answers together …</p>}
      {pooled.kind === "failed" && <p class="failure">{pooled.message}</p>}
      {pooled.kind === "done" && <Pooled pooled={pooled.value} ms={pooled.ms} asked={asked} />}
    </section>
  );
}

function Pooled({
  pooled: { pooled, refusal, answers },
  ms,
  asked,
}: {
  readonly pooled: PooledAnswers;
  readonly ms: number;
  readonly asked: PoolOrder;
}) {
  if (pooled === null) return <p class="failure">{inPageWords(refusal ?? "")}</p>;
  const { imageCount, leftOut, notes, estimates } = pooled;
  const command = poolCommand(asked.orders, asked.taken);
  return (
    <>
      <p role="status">
        <strong>Pooled over {imageCount} images</strong>
        {leftOut.length > 0 && `, without ${leftOut.join(", ")}`}; {seconds(ms)}.
      </p>
      <ul class="notes">
        {notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
      <EstimateTable estimates={estimates} priors={answers[0].priors} />
      {command === null ? (
        <p class="hint">No one command line says the same: the images were told different things.</p>
      ) : (
        <CopyLine label="the same by the command line" text={command} />
      )}
    </>
  );
}
