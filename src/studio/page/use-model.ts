import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { ModelOrder } from "../worker/model-order.ts";
import type { GrownModel } from "../worker/protocol.ts";
import { openClient, Stopped, type Client } from "./client.ts";

/** What was grown last, and how long that took. */
export interface LiveModel {
  readonly grown: GrownModel | null;
  /** The last aggregate that could be grown: it stays while the sliders stand where there is none. */
  readonly shown: Extract<GrownModel, { kind: "grown" }> | null;
  readonly failure: string | null;
  /** Mean time from one order to its image [ms], over the last ten. */
  readonly ms: number | null;
}

const NOTHING: LiveModel = { grown: null, shown: null, failure: null, ms: null };
const REMEMBERED = 10;

/** Grows a model anew whenever the order changes: one at a time, and of those that wait only the newest. */
export function useModel(order: ModelOrder): { readonly live: LiveModel; readonly client: Client } {
  const client = useMemo(openClient, []);
  const [live, setLive] = useState(NOTHING);
  const newest = useRef(order);
  const isBusy = useRef(false);
  const times = useRef<number[]>([]);
  newest.current = order;
  useEffect(() => {
    const grow = async () => {
      if (isBusy.current) return;
      isBusy.current = true;
      for (let done: ModelOrder | null = null; done !== newest.current;) {
        done = newest.current;
        const begun = performance.now();
        try {
          const grown = await client.ask("grow", done);
          times.current = [...times.current.slice(1 - REMEMBERED), performance.now() - begun];
          const ms = times.current.reduce((sum, time) => sum + time, 0) / times.current.length;
          setLive((before) => ({
            grown,
            shown: grown.kind === "grown" ? grown : before.shown,
            failure: null,
            ms,
          }));
        } catch (cause) {
          if (cause instanceof Stopped) break;
          const failure = (cause as Error).message;
          setLive((before) => ({ ...before, failure }));
        }
      }
      isBusy.current = false;
    };
    void grow();
  }, [order]);
  useEffect(() => () => client.stop(), [client]);
  return { live, client };
}
