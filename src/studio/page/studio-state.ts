import { useEffect, useMemo, useReducer, useRef } from "preact/hooks";
import type { ListedDisc } from "../../particles/index.ts";
import type { ImageOrder, ImageTasks, Taken } from "../worker/protocol.ts";
import { openImageClient, Stopped, type Client } from "./client.ts";
import { NONE, WORKING, type Item, type Outcome } from "./item.ts";
import { warmUp } from "./warm-up.ts";
import { inPageWords } from "./words.ts";

/** The page's images and which is looked at. */
export interface StudioState {
  readonly items: readonly Item[];
  readonly selected: number | null;
  readonly taken: Taken;
  /** Steps towards a first image that have been taken, of WARM_UP_STEPS. */
  readonly warmCount: number;
}

type Action =
  | { readonly kind: "add"; readonly items: readonly Item[] }
  | { readonly kind: "remove"; readonly id: number }
  | { readonly kind: "select"; readonly id: number }
  | { readonly kind: "change"; readonly id: number; readonly part: Partial<Item> }
  | { readonly kind: "take"; readonly taken: Taken }
  | { readonly kind: "warm"; readonly count: number };

function reduce(state: StudioState, action: Action): StudioState {
  const { items, selected } = state;
  switch (action.kind) {
    case "add":
      return { ...state, items: [...items, ...action.items], selected: action.items[0]?.id ?? selected };
    case "remove": {
      const left = items.filter(({ id }) => id !== action.id);
      return { ...state, items: left, selected: selected === action.id ? (left[0]?.id ?? null) : selected };
    }
    case "select":
      return { ...state, selected: action.id };
    case "change":
      return {
        ...state,
        items: items.map((item) => (item.id === action.id ? { ...item, ...action.part } : item)),
      };
    case "take":
      return { ...state, taken: action.taken };
    case "warm":
      return { ...state, warmCount: action.count };
  }
}

/** What is computed of the particles of an image when it is asked for, and where it is kept. */
const PLACES = { explain: "explained", structures: "structures" } as const;
type Derived = keyof typeof PLACES;

/** What can be done with the images. */
export interface StudioActions {
  add(files: readonly File[]): void;
  remove(id: number): void;
  select(id: number): void;
  tick(id: number, isTicked: boolean): void;
  /** Says something of an image anew: it is read and answered again. */
  correct(id: number, part: Partial<ImageOrder>): void;
  /** Puts other particles in the place of those that were found; null goes back to these. */
  correctParticles(id: number, discs: readonly ListedDisc[] | null): void;
  /** Says of all images how they were taken: they are answered again. */
  take(taken: Taken): void;
  /** Asks what the particles of an image explain, or draws structures in 3D over them. */
  derive(id: number, name: Derived): void;
  /** Gives that up. */
  leave(id: number, name: Derived): void;
  stop(): void;
  /** Opens what most images need while nobody has dropped any yet; what is open already stays. */
  warmUp(): void;
}

/** State of the page, and the work behind it. */
export function useStudio(): {
  readonly state: StudioState;
  readonly actions: StudioActions;
  readonly client: Client<keyof ImageTasks>;
} {
  const [state, dispatch] = useReducer(reduce, {
    items: [],
    selected: null,
    taken: { modality: null, materials: [], stated: {} },
    warmCount: 0,
  });
  const client = useMemo(() => openImageClient(() => warm.current?.()), []);
  /** Opens what most images need; null until the page has been seen. */
  const warm = useRef<(() => void) | null>(null);
  const now = useRef(state);
  now.current = state;
  const count = useRef(0);
  /** Which work on an image is the newest: what comes of older is thrown away. */
  const turns = useRef(new Map<number, number>());
  /** What is derived from particles or was, by name and image. */
  const deriving = useRef(new Map<string, AbortController>());

  const actions = useMemo<StudioActions>(() => {
    const itemOf = (id: number) => now.current.items.find((item) => item.id === id);
    const change = (id: number, part: Partial<Item>) => dispatch({ kind: "change", id, part });
    const newTurn = (id: number) => {
      const turn = (turns.current.get(id) ?? 0) + 1;
      turns.current.set(id, turn);
      return () => turns.current.get(id) === turn;
    };
    const outcomeOf = async <Value>(work: () => Promise<Value>): Promise<Outcome<Value>> => {
      const begun = performance.now();
      try {
        return { kind: "done", value: await work(), ms: performance.now() - begun };
      } catch (cause) {
        if (cause instanceof Stopped) return { kind: "failed", message: "Stopped" };
        return { kind: "failed", message: inPageWords((cause as Error).message) };
      }
    };
    const find = async (id: number, order: ImageOrder, isNewest: () => boolean) => {
      leaveAll(id);
      const corrected = itemOf(id)?.corrected ?? undefined;
      // corrected ones are measured at once: the table need not go
      if (isNewest() && corrected === undefined) change(id, { particles: WORKING });
      const particles = await outcomeOf(() =>
        client.ask("particles", { ...order, taken: now.current.taken, corrected }, { rank: 2 }),
      );
      if (isNewest()) change(id, { particles });
    };
    const leave = (id: number, name: Derived) => {
      const key = `${name} ${id}`;
      deriving.current.get(key)?.abort();
      deriving.current.delete(key);
      change(id, { [PLACES[name]]: NONE });
    };
    const leaveAll = (id: number) => {
      leave(id, "explain");
      leave(id, "structures");
    };
    const derive = async (id: number, name: Derived) => {
      const item = itemOf(id);
      if (item === undefined) return;
      leave(id, name);
      const own = new AbortController();
      const key = `${name} ${id}`;
      deriving.current.set(key, own);
      const isNewest = () => deriving.current.get(key) === own;
      const tell = (outcome: Outcome<unknown>) => isNewest() && change(id, { [PLACES[name]]: outcome });
      tell(WORKING);
      const asked = { ...item.order, taken: now.current.taken, corrected: item.corrected ?? undefined };
      const onProgress = (share: number) => tell({ kind: "working", share });
      tell(await outcomeOf(() => client.ask(name, asked, { rank: 3, onProgress, signal: own.signal })));
    };
    const work = async (id: number, order: ImageOrder) => {
      const isNewest = newTurn(id);
      const before = itemOf(id);
      const isSamePicture =
        before?.read.kind === "done" &&
        before.order.series === order.series &&
        before.order.frame === order.frame;
      // a picture of which something is said anew stays to be seen
      const read: Partial<Item> = isSamePicture ? {} : { read: WORKING };
      change(id, { order, ...read, answer: NONE, particles: NONE, corrected: null });
      const outcome = await outcomeOf(() => client.ask("read", order));
      if (!isNewest()) return;
      if (outcome.kind !== "done") return change(id, { read: outcome });
      change(id, { read: outcome, particles: WORKING });
      // asked first, for a worker that has nothing to do takes what comes
      const answering = answer(id, order, outcome.value.pixelSizeNm, isNewest);
      await Promise.all([answering, find(id, order, isNewest)]);
    };
    const answer = async (
      id: number,
      order: ImageOrder,
      pixelSizeNm: number | null,
      isNewest: () => boolean,
    ) => {
      if (pixelSizeNm === null) return change(id, { answer: NONE });
      change(id, { answer: WORKING });
      const { taken } = now.current;
      const answered = await outcomeOf(() => client.ask("answer", { ...order, taken }, { rank: 1 }));
      if (isNewest() && now.current.taken === taken) change(id, { answer: answered });
    };
    return {
      add(files) {
        const items = files.map((file): Item => {
          const id = ++count.current;
          return {
            id,
            order: { file },
            read: WORKING,
            answer: NONE,
            particles: NONE,
            explained: NONE,
            structures: NONE,
            corrected: null,
            isTicked: false,
          };
        });
        dispatch({ kind: "add", items });
        for (const { id, order } of items) void work(id, order);
      },
      remove(id) {
        newTurn(id);
        leaveAll(id);
        dispatch({ kind: "remove", id });
      },
      select: (id) => dispatch({ kind: "select", id }),
      tick: (id, isTicked) => change(id, { isTicked }),
      correct(id, part) {
        const item = itemOf(id);
        if (item !== undefined) void work(id, { ...item.order, ...part });
      },
      correctParticles(id, corrected) {
        const item = itemOf(id);
        if (item === undefined) return;
        change(id, { corrected });
        // the state that find() reads is that of the next drawing
        now.current = {
          ...now.current,
          items: now.current.items.map((one) => (one.id === id ? { ...one, corrected } : one)),
        };
        void find(id, item.order, () => itemOf(id)?.corrected === corrected);
      },
      take(taken) {
        if (JSON.stringify(taken) === JSON.stringify(now.current.taken)) return;
        dispatch({ kind: "take", taken });
        now.current = { ...now.current, taken };
        for (const { id, order, read } of now.current.items) {
          if (read.kind !== "done") continue;
          const isNewest = () => itemOf(id)?.order === order;
          void answer(id, order, read.value.pixelSizeNm, isNewest);
          void find(id, order, isNewest);
        }
      },
      derive: (id, name) => void derive(id, name),
      leave,
      stop: () => client.stop(),
      warmUp() {
        // once: from then on it begins anew with every worker
        if (warm.current !== null) return;
        const tell = (warmCount: number) => dispatch({ kind: "warm", count: warmCount });
        warm.current = () => void warmUp(client, tell);
        warm.current();
      },
    };
  }, [client]);

  useEffect(
    () => () => {
      warm.current = null;
      client.stop();
    },
    [client],
  );
  return { state, actions, client };
}
