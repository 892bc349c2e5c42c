import { useEffect, useRef, useState } from "preact/hooks";
import { loadPart } from "./parts.ts";

/** Images that come with the page. */
const SAMPLES = [
  ["known.tif", "A sample that the network knows"],
  ["unlike.tif", "One that it refuses"],
] as const;

/** Where files come in: dropped anywhere on the page, chosen, or a sample. */
export function DropZone({
  onFiles,
  warmth,
}: {
  readonly onFiles: (files: readonly File[]) => void;
  /** How far the page is with what a first image needs. */
  readonly warmth: string;
}) {
  const [isOver, setOver] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const over = (event: DragEvent) => {
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent) => event.relatedTarget === null && setOver(false);
    const drop = (event: DragEvent) => {
      event.preventDefault();
      setOver(false);
      onFiles([...(event.dataTransfer?.files ?? [])]);
    };
    addEventListener("dragover", over);
    addEventListener("dragleave", leave);
    addEventListener("drop", drop);
    return () => {
      removeEventListener("dragover", over);
      removeEventListener("dragleave", leave);
      removeEventListener("drop", drop);
    };
  }, [onFiles]);
  const takeSample = async (name: string) => {
    try {
      onFiles([new File([await loadPart(name)], name, { lastModified: 0 })]);
      setFailure(null);
    } catch (cause) {
      setFailure((cause as Error).message);
    }
  };
  return (
    <section class={`drop ${isOver ? "over" : ""}`} aria-label="Images to read">
      <p>
        <strong>Drop micrographs here</strong> or{" "}
        <button type="button" onClick={() => input.current?.click()}>
          choose files
        </button>
        <input
          ref={input}
          type="file"
          multiple
          hidden
          onChange={({ currentTarget }) => {
            onFiles([...(currentTarget.files ?? [])]);
            currentTarget.value = "";
          }}
        />
      </p>
      <p class="hint">
        TIFF, DM3, DM4, EMD, SER, MRC, PNG, JPEG, HSPY, NPY. They stay on this machine: the page sends
        nothing.
      </p>
      <p class="samples">
        {SAMPLES.map(([name, words]) => (
          <button key={name} type="button" onClick={() => void takeSample(name)}>
            {words}
          </button>
        ))}
      </p>
      <p class="hint warmth">{warmth}</p>
      {failure !== null && <p class="failure">{failure}</p>}
    </section>
  );
}
