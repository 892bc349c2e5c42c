import { informationText } from "../../inverse/index.ts";
import { shortNumber, unitText } from "../../report/index.ts";
import type { Answer, PriorRange } from "../worker/protocol.ts";
import type { Outcome } from "./item.ts";
import { inPageWords, meaningOf, seconds } from "./words.ts";

type Estimates = NonNullable<Answer["estimates"]>;

/** Verdicts in the words of somebody who has to believe them. */
const VERDICTS = {
  "in distribution": ["good", "✓", "This image is like those the network was trained on."],
  uncalibrated: ["doubtful", "!", "Do not rely on the numbers."],
  "out of distribution": ["refused", "✕", "No numbers: the network does not know such images."],
} as const;

/** The answer in the order in which it should be read: whether to believe it, then the numbers. */
export function AnswerView({
  outcome,
  isSized,
}: {
  readonly outcome: Outcome<readonly Answer[]>;
  readonly isSized: boolean;
}) {
  return (
    <section class="answer" aria-label="Answer" aria-busy={outcome.kind === "working"}>
      <h2>What made this image</h2>
      {outcome.kind === "none" && (
        <p class="hint">
          {isSized
            ? "Waiting for the image."
            : "The file states no pixel size. Type it under Pixel size, or draw along a scale bar: then the answer comes."}
        </p>
      )}
      {outcome.kind === "working" && <p class="hint">Reading the parameters off the image …</p>}
      {outcome.kind === "failed" && <p class="failure">{outcome.message}</p>}
      {outcome.kind === "done" && (
        <>
          {outcome.value.map((answer) => (
            <Answered key={answer.file} answer={answer} />
          ))}
          <p class="hint">{seconds(outcome.ms)}</p>
        </>
      )}
    </section>
  );
}

function Answered({ answer }: { readonly answer: Answer }) {
  const [mood, sign, words] = VERDICTS[answer.verdict];
  return (
    <>
      <p class={`verdict ${mood}`} role="status">
        <span aria-hidden="true">{sign}</span> <strong>{words}</strong> {answer.file}: {answer.explanation}
      </p>
      <ul class="notes">
        {answer.notes.map((note) => (
          <li key={note}>{inPageWords(note)}</li>
        ))}
      </ul>
      {answer.estimates !== null && <EstimateTable estimates={answer.estimates} priors={answer.priors} />}
      <p class="hint">
        Network {answer.model}, for {answer.materials.join(" and ")}.
      </p>
    </>
  );
}

/** Medians with intervals, each drawn on the range that the network knew before it saw the image. */
export function EstimateTable({
  estimates,
  priors,
}: {
  readonly estimates: Estimates;
  readonly priors: readonly PriorRange[];
}) {
  return (
    <table class="estimates">
      <thead>
        <tr>
          <th scope="col">quantity</th>
          <th scope="col">median</th>
          <th scope="col">68 %</th>
          <th scope="col">95 %</th>
          <th scope="col">on the range of the training</th>
        </tr>
      </thead>
      <tbody>
        {estimates.map((estimate) => {
          const { key, label, unit, value, intervals } = estimate;
          const text = ([low, high]: readonly [number, number]) =>
            `${shortNumber(low)} to ${shortNumber(high)}`;
          return (
            <tr key={key}>
              <th scope="row" title={meaningOf(key)}>
                {label}
              </th>
              <td data-key={key} data-value={value}>
                {shortNumber(value)}
                {unitText(unit)}
              </td>
              <td>{text(intervals["0.68"])}</td>
              <td>{text(intervals["0.95"])}</td>
              <td>
                <IntervalBar estimate={estimate} prior={priors.find((prior) => prior.key === key)} />
                <div class="hint">{informationText(estimate)}</div>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

const WIDTH = 160;

function IntervalBar({
  estimate: { value, intervals, label },
  prior,
}: {
  readonly estimate: Estimates[number];
  readonly prior: PriorRange | undefined;
}) {
  if (prior === undefined) return null;
  const scale = (x: number) => (prior.scale === "log" ? Math.log(x) : x);
  const [from, to] = [scale(prior.low), scale(prior.high)];
  const across = (x: number) => Math.max(0, Math.min(WIDTH, (WIDTH * (scale(x) - from)) / (to - from)));
  const bar = ([low, high]: readonly [number, number], height: number, name: string) => (
    <rect
      class={name}
      x={across(low)}
      width={Math.max(1, across(high) - across(low))}
      y={8 - height / 2}
      height={height}
    />
  );
  const range = `${shortNumber(prior.low)} to ${shortNumber(prior.high)}`;
  return (
    <svg
      class="interval"
      viewBox={`0 0 ${WIDTH} 16`}
      role="img"
      aria-label={`${label} on its range from ${range}`}
    >
      <title>{`training from ${range}${prior.scale === "log" ? ", logarithmic" : ""}`}</title>
      <line x1="0" x2={WIDTH} y1="8" y2="8" />
      {bar(intervals["0.95"], 4, "wide")}
      {bar(intervals["0.68"], 9, "narrow")}
      <line class="median" x1={across(value)} x2={across(value)} y1="1" y2="15" />
    </svg>
  );
}
