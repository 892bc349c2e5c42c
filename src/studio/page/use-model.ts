import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { mean } from "../../core/index.ts";
import type { RendererName } from "../../stem-sim/index.ts";
import type { ModelOrder } from "../worker/model-order.ts";
import type { GrownModel, ModelRequest, ModelTasks, RendererTrial } from "../worker/protocol.ts";
import { openModelClient, Stopped, type Client } from "./client.ts";

/** What was grown last, and how long that took. */
export interface LiveModel {
  readonly grown: GrownModel | null;
  /** The last aggregate that could be grown: it stays while the sliders stand where there is none. */
  readonly shown: Extract<GrownModel, { kind: "grown" }> | null;
  readonly failure: string | null;
  /** Mean time from one order to its image [ms], over the last ten; null where there was one alone. */
  readonly ms: number | null;
}

const NOTHING: LiveModel = { grown: null, shown: null, failure: null, ms: null };
const REMEMBERED = 10;

/** Which renderer a person wants: "auto" is the faster of those that are there. */
export type RendererChoice = "auto" | RendererName;

/** A model that follows its order, and what renders it. */
export interface UsedModel {
  readonly live: LiveModel;
  readonly client: Client<keyof ModelTasks>;
  /** Null while it runs. */
  readonly trial: RendererTrial | null;
  readonly renderer: RendererName;
}

/** Grows a model anew whenever the order changes: one at a time, and of those that wait only the newest. */
export function useModel(order: ModelOrder, choice: RendererChoice): UsedModel {
  const client = useMemo(openModelClient, []);
  const trial = useTrial(client, order);
  const renderer = rendererOf(choice, trial);
  const request = useMemo(() => ({ order, renderer }), [order, renderer]);
  return { live: useGrown(client, request), client, trial, renderer };
}

/** What a choice means on this machine. */
export function rendererOf(choice: RendererChoice, trial: RendererTrial | null): RendererName {
  if (trial?.kind !== "tried") return "cpu";
  if (choice !== "auto") return choice;
  return trial.kernelMs < trial.splatMs ? "webgpu" : "cpu";
}

/** Tries the renderers once, after the first image is there. */
function useTrial(client: Client<keyof ModelTasks>, order: ModelOrder): RendererTrial | null {
  const [trial, setTrial] = useState<RendererTrial | null>(null);
  useEffect(() => {
    client.ask("tryRenderers", order, { rank: 1 }).then(setTrial, (cause: Error) => {
      if (!(cause instanceof Stopped)) setTrial({ kind: "none", reason: cause.message });
    });
    // once: the machine does not change with the sliders
  }, [client]);
  return trial;
}

function useGrown(client: Client<keyof ModelTasks>, request: ModelRequest): LiveModel {
  const [live, setLive] = useState(NOTHING);
  const newest = useRef(request);
  const isBusy = useRef(false);
  const times = useRef<number[]>([]);
  const warm = useRef<RendererName | null>(null);
  newest.current = request;
  useEffect(() => {
    const grow = async () => {
      if (isBusy.current) return;
      isBusy.current = true;
      for (let done: ModelRequest | null = null; done !== newest.current;) {
        done = newest.current;
        const begun = performance.now();
        try {
          const grown = await client.ask("grow", done);
          // the first image of a renderer waits for tables and shaders
          const isWarm = warm.current === done.renderer;
          warm.current = done.renderer;
          times.current = isWarm ? [...times.current.slice(1 - REMEMBERED), performance.now() - begun] : [];
          const ms = times.current.length === 0 ? null : mean(times.current);
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
  }, [request]);
  useEffect(() => () => client.stop(), [client]);
  return live;
}
