import { useState } from "preact/hooks";
import { stringify } from "yaml";
import type { RendererName } from "../../stem-sim/index.ts";
import { recipeOf, type ModelOrder } from "../worker/model-order.ts";
import type { ModelFileKind, ModelTasks } from "../worker/protocol.ts";
import { Stopped, type Client } from "./client.ts";
import { CopyLine } from "./copy-line.tsx";
import { download } from "./download.ts";
import { modelMethodsText } from "./methods-text.ts";
import { simulateCommand } from "./same-command.ts";

const FILES: readonly (readonly [ModelFileKind, string])[] = [
  ["xyz", "Aggregate, XYZ"],
  ["csv", "Aggregate, CSV"],
  ["glb", "Aggregate, GLB"],
  ["tif", "Image, TIFF"],
  ["bright-field.tif", "Bright field, TIFF"],
];

/** The model as a recipe, the aggregate and its image as files, and the command that makes the same. */
export function ModelResults({
  order,
  renderer,
  client,
  isGrown,
  version,
}: {
  readonly version: string;
  readonly order: ModelOrder;
  readonly renderer: RendererName;
  readonly client: Client<keyof ModelTasks>;
  readonly isGrown: boolean;
}) {
  const [failure, setFailure] = useState<string | null>(null);
  const take = async (kind: ModelFileKind) => {
    try {
      const bytes = await client.ask("file", { order, renderer, kind });
      download(`studio-${order.seed}.${kind}`, Uint8Array.from(bytes), "application/octet-stream");
      setFailure(null);
    } catch (cause) {
      if (!(cause instanceof Stopped)) setFailure((cause as Error).message);
    }
  };
  return (
    <section aria-label="Take the model along">
      <h2>Take it along</h2>
      <p class="buttons">
        <button
          type="button"
          onClick={() => download("studio.yaml", stringify(recipeOf(order)), "application/yaml")}
        >
          Recipe, YAML
        </button>
        {FILES.filter(([kind]) => order.isBrightField || kind !== "bright-field.tif").map(([kind, words]) => (
          <button key={kind} type="button" disabled={!isGrown} onClick={() => void take(kind)}>
            {words}
          </button>
        ))}
      </p>
      <CopyLine
        label="the same image by the command line, beside the recipe"
        text={simulateCommand(order.seed, renderer)}
      />
      <details>
        <summary>Paragraph for the methods section</summary>
        <CopyLine label="methods" text={modelMethodsText(version, order)} />
      </details>
      {failure !== null && <p class="failure">{failure}</p>}
    </section>
  );
}
