import { useEffect, useRef, useState } from "preact/hooks";
import { buildScene, openView, particleText, type View } from "../../viewer/index.ts";
import { download } from "./download.ts";
import { seenViewPng } from "./seen-png.ts";
import { useColours } from "./use-colours.ts";
import type { ViewerData } from "../../web/index.ts";

/** Turns by the arrow keys: to the right and down [degrees]. */
const TURNS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-10, 0],
  ArrowRight: [10, 0],
  ArrowUp: [0, -10],
  ArrowDown: [0, 10],
};
/** Particles that a key goes on by. */
const STEPS: Readonly<Record<string, number>> = { PageDown: 1, PageUp: -1 };

/** The aggregate in 3D; it opens as the beam sees it. */
export function AggregateView({
  data,
  hasContacts,
  name,
}: {
  readonly data: ViewerData;
  readonly hasContacts: boolean;
  /** What a picture of it is called, without extension. */
  readonly name: string;
}) {
  const count = data.particles.length;
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<View | null>(null);
  const shown = useRef(data);
  const colours = useColours();
  const [picked, setPicked] = useState<number | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  useEffect(() => {
    shown.current = data;
    if (host.current === null) return;
    const scene = buildScene(data, getComputedStyle(host.current).backgroundColor);
    scene.showContacts(hasContacts);
    scene.mark(picked);
    try {
      if (view.current === null) {
        view.current = openView(host.current, scene, data);
        view.current.onPick(setPicked);
      } else view.current.show(scene, data);
    } catch {
      scene.dispose();
      setFailure("This browser has no WebGL: the aggregate cannot be shown in 3D.");
    }
  }, [data, hasContacts, picked, colours]);
  useEffect(
    () => () => {
      view.current?.close();
      view.current = null;
    },
    [],
  );
  const press = (event: KeyboardEvent) => {
    const turn = TURNS[event.key];
    const step = STEPS[event.key];
    if (turn === undefined && step === undefined) return;
    event.preventDefault();
    if (turn !== undefined) view.current?.turn(...turn);
    else setPicked(((picked ?? (step > 0 ? -1 : 0)) + step + count) % count);
  };
  const save = async () => {
    if (view.current === null || host.current === null) return;
    const ink = getComputedStyle(host.current).color;
    download(`${name}.png`, await seenViewPng(view.current.picture(), ink));
  };
  const isThere = picked !== null && picked < count;
  return (
    <div class="aggregate">
      <div
        class="view"
        ref={host}
        role="group"
        tabIndex={0}
        onKeyDown={press}
        aria-label={`Aggregate of ${count} particles in 3D; arrow keys turn it, Page Up and Page Down go through its particles`}
      >
        <div class="ruler">
          <div id="bar" />
          <span id="length" />
        </div>
      </div>
      {failure !== null && <p class="failure">{failure}</p>}
      <p class="toolbar">
        <button type="button" onClick={() => view.current?.lookAlongBeam()}>
          As the beam sees it
        </button>{" "}
        <button type="button" onClick={() => void save()}>
          This view, PNG
        </button>{" "}
        <span class="hint">
          {isThere
            ? particleText(data, picked)
            : "Drag or press arrow keys to turn; click a particle, or page through them, for its numbers."}
        </span>
      </p>
    </div>
  );
}
