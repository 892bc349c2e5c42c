import { useEffect, useState } from "preact/hooks";
import type { BeamLevels } from "../../inverse/index.ts";
import type { ImageOrder, ReadImage } from "../worker/protocol.ts";
import type { Tool } from "./image-view.tsx";
import type { Place } from "./place.ts";

/** Pixels round a place whose mean is taken: one alone is noise. */
const REACH_PX = 4;

/** The mean grey level round a place. */
export function greyAt({ width, height, data }: ReadImage, { x, y }: Place): number {
  const [column, row] = [Math.floor(x), Math.floor(y)];
  let [sum, count] = [0, 0];
  for (let v = Math.max(0, row - REACH_PX); v <= Math.min(height - 1, row + REACH_PX); v++) {
    for (let u = Math.max(0, column - REACH_PX); u <= Math.min(width - 1, column + REACH_PX); u++) {
      sum += data[v * width + u];
      count++;
    }
  }
  return sum / count;
}

/** Grey levels with none and with all of the beam on the detector: they turn grey levels into fractions of the beam. */
export function BeamLevelsForm({
  levels,
  picked,
  tool,
  onTool,
  onCorrect,
}: {
  readonly levels: BeamLevels | undefined;
  /** What was picked on the image last. */
  readonly picked: Partial<BeamLevels>;
  readonly tool: Tool;
  readonly onTool: (tool: Tool) => void;
  readonly onCorrect: (part: Partial<ImageOrder>) => void;
}) {
  const [dark, setDark] = useState(levels === undefined ? "" : String(levels.dark));
  const [beam, setBeam] = useState(levels === undefined ? "" : String(levels.beam));
  useEffect(() => {
    if (picked.dark !== undefined) setDark(String(Number(picked.dark.toPrecision(6))));
    if (picked.beam !== undefined) setBeam(String(Number(picked.beam.toPrecision(6))));
  }, [picked]);
  const field = (label: string, name: "dark" | "beam", text: string, set: (text: string) => void) => (
    <div class="level">
      <label>
        {label}
        <input inputMode="decimal" value={text} onInput={({ currentTarget }) => set(currentTarget.value)} />
      </label>
      <button
        type="button"
        aria-pressed={tool === name}
        onClick={() => onTool(tool === name ? "look" : name)}
      >
        Pick on the image
      </button>
    </div>
  );
  return (
    <details open={levels !== undefined}>
      <summary title="Grey levels of the detector with none and with all of the beam on it, at the gain and offset of the image">
        Absolute intensities
      </summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const [none, all] = [dark, beam].map((text) => (text.trim() === "" ? NaN : Number(text)));
          if (Number.isFinite(none) && Number.isFinite(all) && none !== all) {
            onCorrect({ beamLevels: { dark: none, beam: all } });
          }
        }}
      >
        {field("Vacuum: none of the beam", "dark", dark, setDark)}
        {field("Full beam", "beam", beam, setBeam)}
        <button type="submit">Take</button>
        {levels !== undefined && (
          <button type="button" onClick={() => onCorrect({ beamLevels: undefined })}>
            Leave out
          </button>
        )}
      </form>
    </details>
  );
}
