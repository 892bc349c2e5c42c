import { shortNumber } from "../../report/index.ts";
import type { ExplainedParticles } from "../worker/protocol.ts";
import { CopyLine } from "./copy-line.tsx";
import type { Outcome } from "./item.ts";
import { Pictures } from "./pictures.tsx";
import { Working } from "./working.tsx";
import { seconds } from "./words.ts";

/** Whether the particles explain their image: fitted to it, imaged again, and what they leave. */
export function ExplainedView({
  outcome,
  isReady,
  command,
  onAsk,
  onLeave,
}: {
  readonly outcome: Outcome<ExplainedParticles>;
  readonly isReady: boolean;
  /** The command line that fits the same. */
  readonly command: string;
  readonly onAsk: () => void;
  readonly onLeave: () => void;
}) {
  const ask = (
    <button type="button" disabled={!isReady} onClick={onAsk}>
      Fit them to the image
    </button>
  );
  return (
    <section class="explained" aria-label="What the particles explain" aria-busy={outcome.kind === "working"}>
      <h2>Do the particles explain the image?</h2>
      {outcome.kind === "none" && ask}
      {outcome.kind === "working" && <Working what="Fit" share={outcome.share} onLeave={onLeave} />}
      {outcome.kind === "failed" && (
        <>
          <p class="failure">{outcome.message}</p>
          {ask}
        </>
      )}
      {outcome.kind === "done" && (
        <>
          <p role="status">
            <strong>
              Spheres on an even ground explain {(100 * outcome.value.explained).toFixed(1)} % of the{" "}
              <span title="how much the pixels' grey levels differ; 100 % would be an image without anything else">
                variance
              </span>
            </strong>
            ;{" "}
            <span title="squared residuals over the variance of the noise, a pixel; 1 where nothing but noise is left">
              {chiSquareWords(outcome.value)}
            </span>
            .
            {outcome.value.droppedCount > 0 &&
              ` The image did not need ${outcome.value.droppedCount} of ${outcome.value.droppedCount + outcome.value.keptCount} particles.`}
          </p>
          <div class="row">
            <Pictures compared={outcome.value.compared} what="particles" />
          </div>
          <p class="hint">
            Bright in the last picture: matter that no particle explains; dark: too much.{" "}
            {seconds(outcome.ms)}.
          </p>
          <CopyLine label="the same fit by the command line" text={command} />
        </>
      )}
    </section>
  );
}

function chiSquareWords({ reducedChiSquare, noiseWord }: ExplainedParticles): string {
  return reducedChiSquare === null
    ? `no chi-square: ${noiseWord}`
    : `reduced chi-square ${shortNumber(reducedChiSquare)} (noise by ${noiseWord})`;
}
