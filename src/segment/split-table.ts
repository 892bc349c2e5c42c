import { mean } from "../core/index.ts";
import { fixed, tableOf, type Column, type Table } from "../report/index.ts";
import type { SetManifest } from "./data/labelled-set.ts";

/** What stands on which side of a split, a row for each split or fold: images, groups, mean shares of the classes. */
export function splitTable({ entries, config }: SetManifest): Table {
  const keyOf = ({ split, fold }: SetManifest["entries"][number]) => (fold === null ? split : `fold ${fold}`);
  const rows = [...new Set(entries.map(keyOf))].sort().map((key) => {
    const own = entries.filter((entry) => keyOf(entry) === key);
    const shares = config.data.classNames.map((_, id) => mean(own.map(({ classShares }) => classShares[id])));
    return { key, own, shares, groups: [...new Set(own.map(({ group }) => group))] };
  });
  const hasUnlabelled = rows.some((row) => unlabelledShare(row) > 0);
  return tableOf(rows, [
    { heading: "split", text: ({ key }) => key },
    { heading: "images", number: ({ own }) => own.length },
    { heading: "groups", number: ({ groups }) => groups.length },
    ...config.data.classNames.map((heading, id) => shareColumn(heading, ({ shares }) => shares[id])),
    ...(hasUnlabelled ? [shareColumn("unlabelled", unlabelledShare)] : []),
    { heading: "names of groups", text: ({ groups }) => namesText(groups) },
  ]);
}

interface ClassShares {
  /** Mean share of each class. */
  readonly shares: readonly number[];
}

function shareColumn(heading: string, shareOf: (row: ClassShares) => number): Column<ClassShares> {
  return { heading, unit: "%", number: (row) => 100 * shareOf(row), show: fixed(2) };
}

/** What the classes leave, but for the rounding of their sum. */
function unlabelledShare({ shares }: ClassShares): number {
  const rest = 1 - shares.reduce((sum, share) => sum + share, 0);
  return rest > 1e-9 ? rest : 0;
}

/** Names that a line has room for. */
const SHOWN_NAMES = 6;

function namesText(names: readonly string[]): string {
  const more = names.length - SHOWN_NAMES;
  return `${names.slice(0, SHOWN_NAMES).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
