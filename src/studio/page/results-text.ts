import { estimateTable } from "../../inverse/index.ts";
import { particleListTable } from "../../particles/index.ts";
import { tableCsv, tableOf } from "../../report/index.ts";
import type { Answer, FoundParticles } from "../worker/protocol.ts";
import { valueOf, type Item } from "./item.ts";

/** The estimates of one image, units in the headings; none of an image out of distribution. */
export const estimatesCsv = ({ estimates }: Answer): string => tableCsv(estimateTable(estimates ?? []));

/** The particles of one image, as the command's particles.csv. */
export const particlesCsv = ({ found }: FoundParticles): string => tableCsv(particleListTable([found]));

interface ImageRow {
  readonly name: string;
  readonly verdict: string;
  readonly count: number | null;
  readonly estimate: NonNullable<Answer["estimates"]>[number] | null;
}

/** A row for each quantity; one without for an image that was refused. */
function rowsOf({ answer, particles, order }: Item): ImageRow[] {
  const value = valueOf(answer);
  if (value === null) return [];
  const { verdict, estimates } = value;
  const count = valueOf(particles)?.found.particles.length ?? null;
  return (estimates ?? [null]).map((estimate) => ({ name: order.file.name, verdict, count, estimate }));
}

/** One row an image and quantity, for all images of the page. */
export function allImagesCsv(items: readonly Item[]): string {
  const rows = items.flatMap(rowsOf);
  const end =
    (level: string, side: 0 | 1) =>
    ({ estimate }: ImageRow) =>
      estimate?.intervals[level][side] ?? null;
  return tableCsv(
    tableOf(rows, [
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
    ]),
  );
}

/** Everything that is known of an image, as JSON: the answer as `invert --json` has it, the particles as particles.json. */
export function imageJson(version: string, item: Item): string {
  const read = valueOf(item.read);
  const { data: _, ...image } = read ?? { data: null };
  const particles = valueOf(item.particles);
  const settings = { ...item.order, file: undefined };
  return `${JSON.stringify({ heterostemVersion: version, image, settings, answer: valueOf(item.answer), particles }, null, 2)}\n`;
}
