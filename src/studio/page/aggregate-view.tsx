import { useEffect, useRef, useState } from "preact/hooks";
import { buildScene, openView, particleText, type View } from "../../viewer/index.ts";
import type { ViewerData } from "../../web/index.ts";

/** The aggregate in 3D; it opens as the beam sees it. */
export function AggregateView({
  data,
  hasContacts,
}: {
  readonly data: ViewerData;
  readonly hasContacts: boolean;
}) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<View | null>(null);
  const shown = useRef(data);
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
  }, [data, hasContacts, picked]);
  useEffect(
    () => () => {
      view.current?.close();
      view.current = null;
    },
    [],
  );
  const isThere = picked !== null && picked < data.particles.length;
  return (
    <div class="aggregate">
      <div
        class="view"
        ref={host}
        role="img"
        aria-label={`Aggregate of ${data.particles.length} particles in 3D`}
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
        <span class="hint">
          {isThere ? particleText(data, picked) : "Drag to turn; click a particle for its numbers."}
        </span>
      </p>
    </div>
  );
}
