import { tableOf, tableText } from "../report/index.ts";
import { BENCHMARK_VERSION, IMAGE_SETS, TASKS } from "./tasks.ts";

/**
 * What a benchmark's folder says of itself, for people who do not use this program.
 *
 * @param groupCount first groups of each set that were written; null for all: only those make the benchmark
 * @returns text of README.md
 */
export function folderReadme(groupCount: number | null): string {
  const sets = tableOf(IMAGE_SETS, [
    { heading: "folder", text: ({ name }) => `${name}/` },
    { heading: "groups", number: ({ groupCount: all }) => Math.min(all, groupCount ?? all), show: String },
    { heading: "images each", number: ({ imagesPerGroup }) => imagesPerGroup, show: String },
    { heading: "seed", number: ({ seed }) => seed, show: String },
    { heading: "what its images show", text: ({ summary }) => summary },
  ]);
  const tasks = tableOf(TASKS, [
    { heading: "task", text: ({ name }) => name },
    { heading: "images", text: ({ set }) => `${set}/` },
    { heading: "groups", number: ({ groupCount: all }) => Math.min(all, groupCount ?? all), show: String },
    { heading: "asks for", text: ({ asks }) => asks },
  ]);
  const warning =
    groupCount === null
      ? ""
      : `\nOnly the first ${groupCount} groups of each set are here: figures do not compare with those of the whole.\n`;
  return `# heterostem benchmark ${BENCHMARK_VERSION}

What can be read off HAADF-STEM images of TiO2-WO3 aggregates: simulated, so the truth is known. \`recipe.yaml\` has the ranges that every
parameter was drawn from, and the microscope.
${warning}
    ${tableText(sets).replaceAll("\n", "\n    ")}

Images are 32-bit TIFF in fractions of the incident beam; \`images.csv\` beside them has what may be told to a method: group, pixel size,
electrons per pixel, tilt. A group is answered as a whole: the sixteen images of a powder are one question.

    ${tableText(tasks).replaceAll("\n", "\n    ")}

\`truth/TASK.csv\` has the truths. They are open, as the seeds are: whoever trains, tunes or chooses on these images has no result. For
learning there is \`learn/\` (where it was written; \`heterostem generate benchmark\` makes it): its first 8,000 samples train, the next 1,000
calibrate; learning from more or other simulations is allowed, and to be said.

## Predictions

One table (CSV) a task. Numbers: columns \`group,quantity,median\` and, if you state intervals, \`q025,q16,q84,q975\`: the ends of the central
95 % and 68 %. Quantities are named as in \`truth/\`. Particles: \`image,x [px],y [px],radius [px]\` and, if you tell them apart, \`material\`; x and y
from the upper left corner, pixel centres at .5. Groups may be left out: their number stands beside the scores.

    heterostem benchmark score THIS-FOLDER one-image predictions.csv

R² and errors are of medians, R² of logarithms where the prior is flat on those (\`recipe.yaml\`). The interval score is the weighted
interval score of Bracher et al. (2021), in the quantity's unit. A particle is found at an overlap (intersection over union) of 0.5; asked
for are those of at least 2 px radius to which at least a fifth of the signal at their centre belongs, and others count neither way.
`;
}
