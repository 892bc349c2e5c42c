import { useEffect, useState } from "preact/hooks";
import type { BeamLevels } from "../../inverse/index.ts";
import type { ImageOrder, ReadImage } from "../worker/protocol.ts";
import { BeamLevelsForm } from "./beam-levels.tsx";
import type { Tool } from "./image-view.tsx";
import { inPageWords, SOURCE_WORDS } from "./words.ts";

/** What is known of the image, and what a person may say of it instead. */
export function ImageFacts({
  image,
  order,
  tool,
  lengthPx,
  picked,
  onTool,
  onCorrect,
}: {
  readonly image: ReadImage;
  readonly order: ImageOrder;
  readonly tool: Tool;
  /** A line that was drawn along a scale bar [px]. */
  readonly lengthPx: number | null;
  /** Grey levels that were picked on the image. */
  readonly picked: Partial<BeamLevels>;
  readonly onTool: (tool: Tool) => void;
  readonly onCorrect: (part: Partial<ImageOrder>) => void;
}) {
  const { seriesNames, frameCount } = image;
  return (
    <section class="facts" aria-label="The image">
      <h2>The image</h2>
      <p>
        {image.name}: {image.format}, {image.width} x {image.height} px, intensities: {image.intensityUnit}
      </p>
      <PixelSize
        image={image}
        order={order}
        tool={tool}
        lengthPx={lengthPx}
        picked={picked}
        onTool={onTool}
        onCorrect={onCorrect}
      />
      {image.intensityUnit !== "fraction of the incident beam" && (
        <BeamLevelsForm
          levels={order.beamLevels}
          picked={picked}
          tool={tool}
          onTool={onTool}
          onCorrect={onCorrect}
        />
      )}
      {seriesNames.length > 1 && (
        <label>
          Series
          <select
            value={seriesNames.indexOf(image.series)}
            onChange={({ currentTarget }) =>
              onCorrect({ series: Number(currentTarget.value), frame: undefined })
            }
          >
            {seriesNames.map((name, place) => (
              <option key={place} value={place}>
                {`${place}: ${name}`}
              </option>
            ))}
          </select>
        </label>
      )}
      {frameCount > 1 && (
        <label>
          Frame, 0 to {frameCount - 1}
          <input
            type="number"
            min={0}
            max={frameCount - 1}
            value={image.frame}
            onChange={({ currentTarget }) => {
              const frame = Number(currentTarget.value);
              if (Number.isInteger(frame) && frame >= 0 && frame < frameCount) onCorrect({ frame });
            }}
          />
        </label>
      )}
      <ul class="notes">
        {image.notes.map((note) => (
          <li key={note}>{inPageWords(note)}</li>
        ))}
      </ul>
    </section>
  );
}

function PixelSize({
  image: { pixelSizeNm, pixelSizeSource },
  order,
  tool,
  lengthPx,
  onTool,
  onCorrect,
}: Parameters<typeof ImageFacts>[0]) {
  const [text, setText] = useState("");
  const [barText, setBarText] = useState("");
  useEffect(
    () => setText(pixelSizeNm === null ? "" : String(Number(pixelSizeNm.toPrecision(6)))),
    [pixelSizeNm],
  );
  const source = pixelSizeSource === null ? "not known" : SOURCE_WORDS[pixelSizeSource];
  const take = (size: number) => {
    if (size > 0 && Number.isFinite(size)) onCorrect({ pixelSizeNm: size });
  };
  return (
    <fieldset>
      <legend>Pixel size</legend>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          take(Number(text));
        }}
      >
        <label>
          nm per pixel
          <input
            inputMode="decimal"
            value={text}
            aria-describedby="pixel-source"
            onInput={({ currentTarget }) => setText(currentTarget.value)}
          />
        </label>
        <button type="submit">Take</button>
        {order.pixelSizeNm !== undefined && (
          <button type="button" onClick={() => onCorrect({ pixelSizeNm: undefined })}>
            Back to the file's
          </button>
        )}
      </form>
      <p id="pixel-source" class="source">
        from: {source}
      </p>
      <button
        type="button"
        aria-pressed={tool === "measure"}
        onClick={() => onTool(tool === "measure" ? "look" : "measure")}
      >
        Draw along a scale bar
      </button>
      {lengthPx !== null && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            take(Number(barText) / lengthPx);
          }}
        >
          <label>
            The line of {lengthPx.toFixed(1)} px is so many nm
            <input
              inputMode="decimal"
              value={barText}
              onInput={({ currentTarget }) => setBarText(currentTarget.value)}
            />
          </label>
          <button type="submit">Take</button>
        </form>
      )}
    </fieldset>
  );
}
