import { useEffect, useMemo, useRef } from "preact/hooks";
import { levelAt, shadesOf, sortedLevels } from "./contrast.ts";
import { valueOf, type Item } from "./item.ts";
import type { StudioActions } from "./studio-state.ts";

/** Thumbnails of all images, and in a word how far each is. */
export function ImageList({
  items,
  selected,
  actions,
}: {
  readonly items: readonly Item[];
  readonly selected: number | null;
  readonly actions: StudioActions;
}) {
  if (items.length === 0) return null;
  return (
    <ul class="images" aria-label="Images">
      {items.map((item) => (
        <li key={item.id} class={item.id === selected ? "selected" : ""}>
          {items.length > 1 && (
            <input
              type="checkbox"
              aria-label={`Pool ${item.order.file.name} with others`}
              checked={item.isTicked}
              onChange={({ currentTarget }) => actions.tick(item.id, currentTarget.checked)}
            />
          )}
          <button
            type="button"
            class="open"
            aria-current={item.id === selected}
            onClick={() => actions.select(item.id)}
          >
            <Thumbnail item={item} />
            <span class="name">{item.order.file.name}</span>
            <span class="state">{stateOf(item)}</span>
          </button>
          <button
            type="button"
            class="remove"
            aria-label={`Remove ${item.order.file.name}`}
            onClick={() => actions.remove(item.id)}
          >
            ✕
          </button>
        </li>
      ))}
    </ul>
  );
}

function stateOf({ read, answer }: Item): string {
  if (read.kind === "working") return "reading …";
  if (read.kind === "failed") return "cannot be read";
  if (answer.kind === "working") return "inverting …";
  if (answer.kind === "failed") return "no answer";
  if (answer.kind === "none") return "pixel size?";
  const { length } = answer.value;
  const trusted = answer.value.filter(({ verdict }) => verdict === "in distribution").length;
  return length === 1 ? answer.value[0].verdict : `${trusted} of ${length} aggregates in distribution`;
}

/** Edge of a thumbnail [px]. */
const EDGE = 64;

function Thumbnail({ item }: { readonly item: Item }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const image = valueOf(item.read);
  const small = useMemo(() => {
    if (image === null) return null;
    const step = Math.max(image.width, image.height) / EDGE;
    const [width, height] = [image.width, image.height].map((edge) => Math.max(1, Math.round(edge / step)));
    const data = Float32Array.from(
      { length: width * height },
      (_, i) =>
        image.data[Math.floor(Math.floor(i / width) * step) * image.width + Math.floor((i % width) * step)],
    );
    return { width, height, data };
  }, [image]);
  useEffect(() => {
    if (small === null) return;
    const sorted = sortedLevels(small.data);
    const contrast = { low: levelAt(sorted, 0.005), high: levelAt(sorted, 0.995) };
    canvas.current
      ?.getContext("2d")
      ?.putImageData(new ImageData(shadesOf(small.data, contrast), small.width), 0, 0);
  }, [small]);
  return (
    <canvas ref={canvas} width={small?.width ?? EDGE} height={small?.height ?? EDGE} aria-hidden="true" />
  );
}
