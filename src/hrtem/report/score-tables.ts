import { html, tableHtml, type Html } from "../../report/index.ts";
import { PARTICLE_CLASSES } from "../classify/particle-class.ts";
import type { ForestScore, HrtemScores, RegionScore } from "../score-hrtem.ts";
import { intervalText } from "./interval-text.ts";

/** Tables of regions and classes of all scored images, the confusion matrix, and the sets one by one. */
export function scoreTables({ all, sets }: HrtemScores): Html {
  return html`${regionTable(all.regions)}
    <p>
      Pooled: all pixels of all images as one. Ahead: by how much the network's Dice is larger, image by
      image. Smoothing and cleaning for Otsu and Bragg filtering were not tuned on these images.
    </p>
    ${all.forests.length === 0 ? html`` : classTables(all.forests)}
    ${
      sets.length === 0
        ? html``
        : tableHtml(sets, [
            { heading: "set", cell: ({ name }) => name },
            { heading: "images", cell: ({ imageCount }) => String(imageCount), isNumber: true },
            { heading: "mean Dice", cell: ({ regions }) => intervalText(regions[0].dice), isNumber: true },
            { heading: "accuracy", cell: ({ forests }) => accuracyText(forests, "accuracy"), isNumber: true },
            {
              heading: "macro",
              cell: ({ forests }) => accuracyText(forests, "macroAccuracy"),
              isNumber: true,
            },
          ])
    }`;
}

function accuracyText(forests: readonly ForestScore[], key: "accuracy" | "macroAccuracy"): string {
  const last = forests.at(-1);
  return last === undefined ? "–" : intervalText(last.scores[key]);
}

function regionTable(regions: readonly RegionScore[]): Html {
  return tableHtml(regions, [
    { heading: "regions by", cell: ({ method }) => method },
    { heading: "mean Dice", cell: ({ dice }) => intervalText(dice), isNumber: true },
    { heading: "pooled Dice", cell: ({ pooledDice }) => intervalText(pooledDice), isNumber: true },
    {
      heading: "network ahead",
      cell: ({ networkAhead }) => (networkAhead.value === 0 ? "" : intervalText(networkAhead)),
      isNumber: true,
    },
  ]);
}

function classTables(forests: readonly ForestScore[]): Html {
  const whole = forests[forests.length - 1];
  return html`${tableHtml(forests, [
      { heading: "classes by", cell: ({ name }) => name },
      { heading: "accuracy", cell: ({ scores }) => intervalText(scores.accuracy), isNumber: true },
      { heading: "macro", cell: ({ scores }) => intervalText(scores.macroAccuracy), isNumber: true },
      {
        heading: "without planted film",
        cell: ({ withoutPlanted }) => intervalText(withoutPlanted.accuracy),
        isNumber: true,
      },
      { heading: "out of bag", cell: ({ outOfBag }) => outOfBag.toFixed(3), isNumber: true },
    ])}
    <p>Confusion by ${whole.name}, particles (rows: true, columns: found):</p>
    ${confusionTable(whole.scores.confusion)}`;
}

function confusionTable(confusion: readonly (readonly number[])[]): Html {
  const rows = PARTICLE_CLASSES.map((name, i) => ({ name, counts: confusion[i] }));
  return tableHtml(rows, [
    { heading: "true class", cell: ({ name }) => name },
    ...PARTICLE_CLASSES.map((name, j) => ({
      heading: name,
      cell: ({ counts }: { readonly counts: readonly number[] }) => String(counts[j]),
      isNumber: true,
    })),
  ]);
}
