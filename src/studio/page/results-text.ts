import { estimateTable } from "../../inverse/index.ts";
import { particleListTable } from "../../particles/index.ts";
import { tableCsv, tableOf, type Table } from "../../report/index.ts";
import type { Answer, FoundParticles, Taken } from "../worker/protocol.ts";
import { valueOf, type Item } from "./item.ts";

/** The estimates of one image, units beside them, an aggregate after the other; none of what is out of distribution. */
export const estimatesCsv = (answers: readonly Answer[]): string =>
  answers.length === 1
    ? tableCsv(estimateTable(answers[0].estimates ?? []))
    : tableCsv(estimatesOfAll(answers.flatMap((answer) => rowsOfAnswer(answer, answer.file, null))));

/** The particles of one image, as the command's particles.csv. */
export const particlesCsv = ({ found }: FoundParticles): string => tableCsv(particleListTable([found]));

interface ImageRow {
  readonly name: string;
  readonly verdict: string;
  readonly count: number | null;
  readonly estimate: NonNullable<Answer["estimates"]>[number] | null;
}

/** A row for each quantity; one without for what was refused. */
function rowsOfAnswer({ verdict, estimates }: Answer, name: string, count: number | null): ImageRow[] {
  return (estimates ?? [null]).map((estimate) => ({ name, verdict, count, estimate }));
}

function rowsOf({ answer, particles }: Item): ImageRow[] {
  const count = valueOf(particles)?.found.particles.length ?? null;
  return (valueOf(answer) ?? []).flatMap((one) => rowsOfAnswer(one, one.file, count));
}

/** One row an image, or aggregate of it, and quantity, for all images of the page. */
export const allImagesCsv = (items: readonly Item[]): string =>
  tableCsv(estimatesOfAll(items.flatMap(rowsOf)));

function estimatesOfAll(rows: readonly ImageRow[]): Table {
  const end =
    (level: string, side: 0 | 1) =>
    ({ estimate }: ImageRow) =>
      estimate?.intervals[level][side] ?? null;
  return tableOf(rows, [
    { heading: "image", text: ({ name }) => name },
    { heading: "verdict", text: ({ verdict }) => verdict },
    { heading: "particles found", number: ({ count }) => count },
    { heading: "quantity", text: ({ estimate }) => estimate?.label ?? "" },
    { heading: "unit", text: ({ estimate }) => estimate?.unit ?? "" },
    { heading: "median", number: ({ estimate }) => estimate?.value ?? null },
    { heading: "68 % low", number: end("0.68", 0) },
    { heading: "68 % high", number: end("0.68", 1) },
    { heading: "95 % low", number: end("0.95", 0) },
    { heading: "95 % high", number: end("0.95", 1) },
  ]);
}

/** Everything that is known of an image, as JSON: the answers as `invert --json` has them, the particles as particles.json. */
export function imageJson(version: string, item: Item, taken: Taken): string {
  const read = valueOf(item.read);
  const { data: _, ...image } = read ?? { data: null };
  const particles = valueOf(item.particles);
  const settings = { ...item.order, file: undefined, taken };
  return `${JSON.stringify({ heterostemVersion: version, image, settings, answers: valueOf(item.answer), particles }, null, 2)}\n`;
}
