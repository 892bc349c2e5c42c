import { shortNumber, unitText } from "../../report/index.ts";
import type { Answer } from "../worker/protocol.ts";
import { download } from "./download.ts";
import { valueOf, type Item } from "./item.ts";
import { allImagesCsv } from "./results-text.ts";
import { meaningOf } from "./words.ts";

type Estimate = NonNullable<Answer["estimates"]>[number];

/** One table of all images of the page: a row an image, or aggregate of it; a column a quantity. */
export function AllImages({ items }: { readonly items: readonly Item[] }) {
  if (items.length < 2) return null;
  const quantities = quantitiesOf(items);
  return (
    <section class="all" aria-label="All images">
      <h2>All images</h2>
      <div class="scroll" tabIndex={0} role="region" aria-label="Table of all images">
        <table>
          <thead>
            <tr>
              <th scope="col">image</th>
              <th scope="col" title="whether the image is like those the network was trained on">
                verdict
              </th>
              <th scope="col" title="primary particles that the detector found, or that a person listed">
                found
              </th>
              {quantities.map(({ key, label, unit }) => (
                <th key={key} scope="col" title={meaningOf(key)}>
                  {label}
                  {unit === null || unit === "" ? "" : ` [${unit}]`}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {items.flatMap((item) => {
              const answers = valueOf(item.answer) ?? [];
              if (answers.length === 0) {
                return [<Row key={item.id} item={item} answer={null} quantities={quantities} />];
              }
              return answers.map((answer, place) => (
                <Row key={`${item.id} ${place}`} item={item} answer={answer} quantities={quantities} />
              ));
            })}
          </tbody>
        </table>
      </div>
      <p class="hint">Medians, and under them where 95 % lie.</p>
      <p class="buttons">
        <button type="button" onClick={() => download("images.csv", allImagesCsv(items), "text/csv")}>
          One table of all images, CSV
        </button>
      </p>
    </section>
  );
}

/** Every quantity that an image has, once. */
function quantitiesOf(items: readonly Item[]): Estimate[] {
  const all = items.flatMap(({ answer }) => (valueOf(answer) ?? []).flatMap((one) => one.estimates ?? []));
  return [...new Map(all.map((estimate) => [estimate.key, estimate])).values()];
}

function Row({
  item,
  answer,
  quantities,
}: {
  readonly item: Item;
  readonly answer: Answer | null;
  readonly quantities: readonly Estimate[];
}) {
  const count = valueOf(item.particles)?.found.particles.length;
  return (
    <tr>
      <th scope="row">{answer?.file ?? item.order.file.name}</th>
      <td>{answer?.verdict ?? "–"}</td>
      <td>{count ?? "–"}</td>
      {quantities.map(({ key, unit }) => {
        const estimate = answer?.estimates?.find((one) => one.key === key);
        if (estimate === undefined) return <td key={key}>–</td>;
        const [low, high] = estimate.intervals["0.95"];
        return (
          <td key={key}>
            {shortNumber(estimate.value)}
            {estimate.unit === unit ? "" : unitText(estimate.unit)}
            <small>{`${shortNumber(low)} to ${shortNumber(high)}`}</small>
          </td>
        );
      })}
    </tr>
  );
}
