import { intervalText, type HrtemScores } from "../../../hrtem/index.ts";
import { textTable } from "../../../report/index.ts";

/** Scores for a terminal: regions, classes, sets. */
export function scoreText({ all, sets }: HrtemScores): string {
  const regions = textTable(all.regions, [
    { heading: "regions by", cell: ({ method }) => method },
    { heading: "mean Dice (95 %)", cell: ({ dice }) => intervalText(dice), isNumber: true },
    { heading: "pooled Dice", cell: ({ pooledDice }) => intervalText(pooledDice), isNumber: true },
    {
      heading: "network ahead",
      cell: ({ networkAhead }) => (networkAhead.value === 0 ? "" : intervalText(networkAhead)),
      isNumber: true,
    },
  ]);
  const classes = textTable(all.forests, [
    { heading: "classes by", cell: ({ name }) => name },
    { heading: "accuracy (95 %)", cell: ({ scores }) => intervalText(scores.accuracy), isNumber: true },
    { heading: "macro (95 %)", cell: ({ scores }) => intervalText(scores.macroAccuracy), isNumber: true },
    {
      heading: "without planted film",
      cell: ({ withoutPlanted }) => intervalText(withoutPlanted.accuracy),
      isNumber: true,
    },
    { heading: "out of bag", cell: ({ outOfBag }) => outOfBag.toFixed(3), isNumber: true },
  ]);
  const bySet = textTable(sets, [
    { heading: "set", cell: ({ name }) => name },
    { heading: "images", cell: ({ imageCount }) => String(imageCount), isNumber: true },
    { heading: "mean Dice", cell: ({ regions: [network] }) => intervalText(network.dice), isNumber: true },
    {
      heading: "accuracy",
      cell: ({ forests }) => forests.map(({ scores }) => intervalText(scores.accuracy)).at(-1) ?? "–",
      isNumber: true,
    },
  ]);
  return [
    regions,
    ...(all.forests.length > 0 ? ["", classes] : []),
    ...(sets.length > 0 ? ["", bySet] : []),
  ].join("\n");
}
