import { useCallback } from "preact/hooks";
import { DropZone } from "./drop-zone.tsx";
import { ImageList } from "./image-list.tsx";
import { ImagePage } from "./image-page.tsx";
import { useStudio } from "./studio-state.ts";

/** The whole page. */
export function App({ version }: { readonly version: string }) {
  const { state, actions } = useStudio();
  const { items, selected } = state;
  const item = items.find(({ id }) => id === selected);
  const isWorking = items.some(({ read, answer, particles }) =>
    [read, answer, particles].some(({ kind }) => kind === "working"),
  );
  const addFiles = useCallback((files: readonly File[]) => actions.add(files), [actions]);
  return (
    <>
      <header>
        <h1>heterostem studio</h1>
        <p class="promise">Works in this page alone: nothing leaves the machine.</p>
        {isWorking && (
          <button type="button" onClick={actions.stop}>
            Stop
          </button>
        )}
        <span class="version">{version}</span>
      </header>
      <main>
        <aside>
          <DropZone onFiles={addFiles} />
          <ImageList items={items} selected={selected} actions={actions} />
        </aside>
        {item === undefined ? (
          <Welcome />
        ) : (
          <ImagePage key={item.id} item={item} onCorrect={(part) => actions.correct(item.id, part)} />
        )}
      </main>
    </>
  );
}

function Welcome() {
  return (
    <section class="welcome">
      <h2>From a 2D micrograph to the 3D aggregate behind it</h2>
      <p>
        Drop a dark-field (HAADF-STEM) image of a TiO2-WO3 aggregate: the page says whether it can be
        believed, reads the parameters of the model off it with intervals, and finds the primary particles.
      </p>
    </section>
  );
}
