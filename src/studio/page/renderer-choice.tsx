import type { RendererName } from "../../stem-sim/index.ts";
import { shortNumber } from "../../report/index.ts";
import type { RendererTrial } from "../worker/protocol.ts";
import type { RendererChoice } from "./use-model.ts";

const CHOICES: readonly (readonly [RendererChoice, string])[] = [
  ["auto", "the faster"],
  ["cpu", "splat, on the CPU"],
  ["webgpu", "gpu.js kernel, on WebGPU"],
];

/** What renders the image: the splat, or the kernel where the browser has WebGPU; both give the same image. */
export function RendererChoiceView({
  choice,
  trial,
  onChoose,
}: {
  readonly choice: RendererChoice;
  /** Null while it runs. */
  readonly trial: RendererTrial | null;
  readonly onChoose: (choice: RendererChoice) => void;
}) {
  return (
    <div class="renderer">
      <label>
        Image by
        <select
          value={choice}
          aria-describedby="renderer-trial"
          onChange={({ currentTarget: { value } }) => onChoose(value as RendererChoice)}
        >
          {CHOICES.map(([name, words]) => (
            <option key={name} value={name} disabled={name === "webgpu" && trial?.kind !== "tried"}>
              {words}
            </option>
          ))}
        </select>
      </label>
      <p id="renderer-trial" class="hint">
        {trialText(trial)}
      </p>
    </div>
  );
}

/** What the comparison of the renderers found, in a sentence. */
export function trialText(trial: RendererTrial | null): string {
  if (trial === null) return "Looking for WebGPU …";
  if (trial.kind === "none") return `No kernel on WebGPU: ${trial.reason}.`;
  const { adapter, worstRelativeDeviation, kernelMs, splatMs } = trial;
  return (
    `Kernel ${shortNumber(kernelMs)} ms an image (${adapter}), splat ${shortNumber(splatMs)} ms; ` +
    `expected images agree within ${worstRelativeDeviation.toExponential(1)} of each pixel.`
  );
}

/** Renderers by the names that the page gives them. */
export const RENDERER_WORDS: Readonly<Record<RendererName, string>> = {
  cpu: "on the CPU by the splat",
  webgpu: "on WebGPU by the gpu.js kernel",
};
