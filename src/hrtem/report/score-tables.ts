import { fixed, html, tableHtml, tableOf, tableText, type Html, type Table } from "../../report/index.ts";
import { PARTICLE_CLASSES } from "../classify/particle-class.ts";
import type { ForestScore, HrtemScores, SetScores } from "../score-hrtem.ts";
import type { RegionScore } from "../score-regions.ts";

/** Tables of regions and classes of all scored images, the confusion matrix, and the sets one by one. */
export function scoreTables({ all, sets }: HrtemScores): Html {
  return html`${tableHtml(regionTable(all.regions))}
    <p>
      Pooled: all pixels of all images as one. Ahead: by how much the network's Dice is larger, image by
      image. Smoothing and cleaning for Otsu and Bragg filtering were not tuned on these images.
    </p>
    ${all.forests.length === 0 ? html`` : classesHtml(all.forests)}
    ${sets.length === 0 ? html`` : tableHtml(setTable(sets))}`;
}

/** The same tables for a terminal. */
export function scoreText({ all, sets }: HrtemScores): string {
  const classes = all.forests.length === 0 ? [] : [classTable(all.forests)];
  const bySet = sets.length === 0 ? [] : [setTable(sets)];
  return [regionTable(all.regions), ...classes, ...bySet].map(tableText).join("\n\n");
}

function regionTable(regions: readonly RegionScore[]): Table {
  return tableOf(regions, [
    { heading: "regions by", text: ({ method }) => method },
    { heading: "mean Dice", interval: ({ dice }) => dice },
    { heading: "pooled Dice", interval: ({ pooledDice }) => pooledDice },
    {
      heading: "network ahead",
      interval: ({ networkAhead }) => (networkAhead.value === 0 ? null : networkAhead),
    },
  ]);
}

function classTable(forests: readonly ForestScore[]): Table {
  return tableOf(forests, [
    { heading: "classes by", text: ({ name }) => name },
    { heading: "accuracy", interval: ({ scores }) => scores.accuracy },
    { heading: "macro", interval: ({ scores }) => scores.macroAccuracy },
    { heading: "without planted film", interval: ({ withoutPlanted }) => withoutPlanted.accuracy },
    { heading: "out of bag", number: ({ outOfBag }) => outOfBag, show: fixed(3) },
  ]);
}

function setTable(sets: readonly SetScores[]): Table {
  return tableOf(sets, [
    { heading: "set", text: ({ name }) => name },
    { heading: "images", number: ({ imageCount }) => imageCount },
    { heading: "mean Dice", interval: ({ regions: [network] }) => network.dice },
    { heading: "accuracy", interval: ({ forests }) => forests.at(-1)?.scores.accuracy ?? null },
    { heading: "macro", interval: ({ forests }) => forests.at(-1)?.scores.macroAccuracy ?? null },
  ]);
}

function classesHtml(forests: readonly ForestScore[]): Html {
  const whole = forests[forests.length - 1];
  const rows = PARTICLE_CLASSES.map((name, i) => ({ name, counts: whole.scores.confusion[i] }));
  const confusion = tableOf(rows, [
    { heading: "true class", text: ({ name }) => name },
    ...PARTICLE_CLASSES.map((heading, j) => ({
      heading,
      number: ({ counts }: (typeof rows)[number]) => counts[j],
    })),
  ]);
  return html`${tableHtml(classTable(forests))}
    <p>Confusion by ${whole.name}, particles (rows: true, columns: found):</p>
    ${tableHtml(confusion)}`;
}
