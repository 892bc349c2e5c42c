/** A call of a page that the slow suite does not run as it stands. */
export interface CallNotRun {
  readonly page: string;
  /** How the call begins, without the program's name. */
  readonly begins: string;
  readonly reason: string;
}

const ofPage = (page: string, calls: Readonly<Record<string, string>>): CallNotRun[] =>
  Object.entries(calls).map(([begins, reason]) => ({ page, begins, reason }));

const SMALLER =
  "a corpus of thousands or a training of minutes to hours; run smaller by the tests named after it";

/**
 * Calls of the README, of the tutorials, and of the pages of the commands and of the benchmark that test/cli/pages.slow.test.ts leaves out, each with its reason. Whatever is not
 * listed here is run there, word for word.
 */
export const CALLS_NOT_RUN: readonly CallNotRun[] = [
  ...ofPage("docs/commands.md", {
    demo: `${SMALLER}: test/cli/commands.test.ts`,
    "generate configs/tio2-wo3.yaml --count 2000": `${SMALLER}: test/cli/corpus.test.ts`,
    "generate configs/tio2-wo3.yaml --count 200 --seed 2": "the README runs its like",
    "generate configs/tio2-wo3.yaml --count 100000 --out": `${SMALLER}: test/cli/resume.slow.test.ts`,
    "train runs/corpus": `${SMALLER}: test/cli/commands.test.ts, train-resume.slow.test.ts`,
    "validate runs/model": `wants that training: test/cli/commands.test.ts`,
    corpus: "wants that corpus: test/cli/corpus.test.ts",
    "invert runs/images": "wants those images: the README runs its like",
    study: `${SMALLER}: test/cli/kills.slow.test.ts`,
    "describe runs/corpus": "wants that corpus: test/cli/describe-view.test.ts",
    "view runs/corpus": "wants that corpus: test/cli/describe-view.test.ts",
    "simulate runs/aggregates": "wants that corpus: test/cli/simulate.test.ts",
    hrtem: `${SMALLER}: test/cli/hrtem.slow.test.ts`,
    ucs: `${SMALLER}: test/ucs/ucs-study.slow.test.ts`,
    inspect: "wants those images: the README runs its like",
  }),
  ...ofPage("docs/benchmark.md", { benchmark: "seven minutes: test/cli/benchmark.test.ts, smaller" }),
  ...ofPage("docs/tutorials/find-stacking-faults.md", {
    "hrtem study": `${SMALLER}: test/cli/hrtem.slow.test.ts`,
    "hrtem apply": "wants that study: test/cli/hrtem.slow.test.ts",
    "hrtem evaluate": "wants that study: test/cli/hrtem.slow.test.ts",
    "hrtem train": "wants that study: test/cli/hrtem.slow.test.ts",
  }),
  ...ofPage("docs/tutorials/label-less.md", {
    segment:
      "wants a trained model: test/segment/tutorial.slow.test.ts runs the first, test/cli/segment-sweep.slow.test.ts a replay",
  }),
  ...ofPage("docs/tutorials/measure-the-particles.md", {
    "particles train": `${SMALLER}: test/cli/particles.test.ts`,
    "particles suggest": "minutes: test/cli/particles.test.ts, with a small detector",
    "particles find soot.png --explain": "half a minute: test/cli/particles.test.ts, on a small image",
    "particles find soot.png --model": "wants that training: test/cli/particles.test.ts",
    "particles find mixed.tif --modality haadf --materials WO3,TiO2-anatase --elements":
      "wants maps: test/cli/particle-elements.test.ts",
  }),
  ...ofPage("docs/tutorials/on-a-cluster.md", {
    corpus:
      "wants a million images: test/cli/jobs and `npm run test:cluster` make 1,600 in parts and join them",
    segment: "wants a set: test/cli/segment-sweep.slow.test.ts makes both parts and joins them",
  }),
  ...ofPage("docs/tutorials/on-a-gpu.md", {
    "generate tio2-wo3 --count 2000": `${SMALLER}: test/cli/corpus.test.ts`,
    train: `${SMALLER}, on a GPU: test/train/gpu-placement.slow.test.ts, test/cli/engine-flag.slow.test.ts`,
  }),
  ...ofPage("docs/tutorials/read-parameters-off-an-image.md", {
    "invert samples/tio2-wo3.tif --explain":
      "half a minute: test/inverse/hide-patches.test.ts, reports.test.ts",
    adapt: `${SMALLER}: test/cli/adapt.test.ts`,
    train: `${SMALLER}: test/cli/commands.test.ts`,
    "generate my-recipe.yaml": "the README runs its like",
    validate: "wants that training: test/cli/commands.test.ts",
    "invert image.tif --model": "wants that training: test/cli/commands.test.ts",
    "invert left.tif": "wants a holder: test/cli/views.test.ts",
    "invert series.mrc": "wants a tilt series: test/cli/views.test.ts, test/cli/reconstruct.test.ts",
  }),
  ...ofPage("docs/tutorials/segment-your-micrographs.md", {
    segment:
      "test/segment/tutorial.slow.test.ts runs section 3 as it stands; sections 4 and 5 train for minutes",
  }),
  ...ofPage("docs/tutorials/strength-from-micrographs.md", {
    "ucs study": `${SMALLER}: test/ucs/ucs-study.slow.test.ts, test/ucs/table-study.test.ts`,
    "ucs train configs": "micrographs that do not ship: test/ucs/nanocomposite.slow.test.ts",
  }),
  ...ofPage("docs/tutorials/studio.md", { studio: "serves until it is stopped: test/studio" }),
  ...ofPage("docs/tutorials/train-a-network.md", {
    segment: "micrographs that do not ship: test/train/tutorial.slow.test.ts runs them as they stand",
    train: "a table of one's own: test/cli/train-table.test.ts",
    invert: "wants that training: test/cli/train-table.test.ts",
    validate: "wants that training: test/cli/train-table.test.ts",
  }),
];

/** Whether a call begins with some words, the last of them whole: "corpus" begins "corpus verify", "--count 200" not "--count 2000". */
export function beginsWith(words: readonly string[], begins: string): boolean {
  const call = words.join(" ");
  return call.startsWith(begins) && !/^\w/.test(call.slice(begins.length));
}

/** Whether the slow suite runs a call of a page. */
export function isRun(page: string, words: readonly string[]): boolean {
  return !CALLS_NOT_RUN.some((entry) => entry.page === page && beginsWith(words, entry.begins));
}
