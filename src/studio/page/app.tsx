import { useCallback, useEffect, useState } from "preact/hooks";
import { AllImages } from "./all-images.tsx";
import { DropZone } from "./drop-zone.tsx";
import { ImageList } from "./image-list.tsx";
import { ImagePage } from "./image-page.tsx";
import { ModelPage } from "./model-page.tsx";
import { linkText, parseLink, takenOf } from "./page-link.ts";
import { PoolView } from "./pool-view.tsx";
import { TakenForm } from "./taken-form.tsx";
import { ThemeButton } from "./theme-button.tsx";
import type { Taken } from "../worker/protocol.ts";
import { useStudio } from "./studio-state.ts";
import { warmthText } from "./warm-up.ts";

/** The whole page. */
export function App({ version }: { readonly version: string }) {
  const { state, actions, client } = useStudio();
  const [link, setLink] = useState(() => parseLink(location.hash));
  useEffect(() => {
    // not a step of the browser's history for every move of a slider
    const timer = setTimeout(() => history.replaceState(null, "", linkText(link)), 200);
    return () => clearTimeout(timer);
  }, [link]);
  useEffect(() => {
    const follow = () => setLink(parseLink(location.hash));
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  const settings = JSON.stringify(takenOf(link.image));
  useEffect(() => actions.take(JSON.parse(settings) as Taken), [actions, settings]);
  const isImageView = link.view === "image";
  useEffect(() => {
    if (!isImageView) return;
    const begin = () => actions.warmUp();
    // what is seen comes first
    if (!("requestIdleCallback" in globalThis)) return begin();
    const waiting = requestIdleCallback(begin, { timeout: 1000 });
    return () => cancelIdleCallback(waiting);
  }, [actions, isImageView]);
  const { items, selected } = state;
  const item = items.find(({ id }) => id === selected);
  const isWorking = items.some(({ read, answer, particles, explained, structures }) =>
    [read, answer, particles, explained, structures].some(({ kind }) => kind === "working"),
  );
  const addFiles = useCallback(
    (files: readonly File[]) => {
      setLink((before) => ({ ...before, view: "image" }));
      actions.add(files);
    },
    [actions],
  );
  return (
    <>
      <header>
        <h1>heterostem studio</h1>
        <nav aria-label="Parts of the page">
          {VIEWS.map(([view, words]) => (
            <button
              key={view}
              type="button"
              aria-current={link.view === view ? "page" : undefined}
              onClick={() => setLink({ ...link, view })}
            >
              {words}
            </button>
          ))}
        </nav>
        <p class="promise">Works in this page alone: nothing leaves the machine.</p>
        {isWorking && (
          <button type="button" onClick={actions.stop}>
            Stop
          </button>
        )}
        <ThemeButton />
        <span class="version">{version}</span>
      </header>
      <main hidden={link.view !== "image"}>
        <aside>
          <DropZone onFiles={addFiles} warmth={warmthText(state.warmCount)} />
          <ImageList items={items} selected={selected} actions={actions} />
          <PoolView items={items} taken={state.taken} client={client} />
          {items.length > 0 && (
            <TakenForm
              settings={link.image}
              onSettings={(part) => setLink({ ...link, image: { ...link.image, ...part } })}
            />
          )}
        </aside>
        <div class="shown">
          {item === undefined ? (
            <Welcome />
          ) : (
            <ImagePage
              key={item.id}
              item={item}
              taken={state.taken}
              version={version}
              actions={actions}
              shares={link.image.shares}
              onShares={(shares) => setLink({ ...link, image: { ...link.image, shares } })}
            />
          )}
          <AllImages items={items} />
        </div>
      </main>
      {link.view === "model" && (
        <main class="wide">
          <ModelPage version={version} order={link.model} onOrder={(model) => setLink({ ...link, model })} />
        </main>
      )}
    </>
  );
}

const VIEWS = [
  ["image", "Read an image"],
  ["model", "Play with the model"],
] as const;

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
