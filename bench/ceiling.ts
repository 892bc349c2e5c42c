import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { parse } from "yaml";
import {
  bootstrapInterval,
  coefficientOfDetermination,
  mean,
  openRandomStream,
  type RandomStream,
} from "../src/core/index.ts";
import { drawSample } from "../src/corpus/index.ts";
import type { Sample, SampleRecipe } from "../src/corpus/index.ts";
import { inversionRecipeSchema, planInversion } from "../src/inverse/index.ts";
import { readLists, type ListedAggregate } from "../src/inverse/fit/projected-ceiling.ts";
import { projectedListFeatures } from "../src/inverse/fit/projected-list.ts";
import { crpsOfSample } from "../src/posterior/crps.ts";
import { discOverlap, findParticles, matchDiscs, openDetector } from "../src/particles/index.ts";
import type { Detector, FitFrame } from "../src/particles/index.ts";
import { learnLabelPrior, reconstructDepths, seeView, SHIPPED_WEIGHTS } from "../src/reconstruct/index.ts";
import { projectAggregate } from "../src/reconstruct/projected-particles.ts";
import type { ProjectedParticles, Reconstruction, ReconstructionProblem } from "../src/reconstruct/index.ts";
import { drawLists } from "./parts/lists/draw-lists.ts";
import { reconstructLists } from "./parts/lists/reconstruct-lists.ts";
import { simulateTiltSeries, tiltAggregate, viewAggregate } from "../src/stem-sim/index.ts";
import {
  CONTACT_TOLERANCE,
  describeAggregate,
  drawAggregate,
  findContacts,
} from "../src/stochastic/index.ts";
import type { Aggregate, AggregateDescriptorKey } from "../src/stochastic/index.ts";

const KEYS: readonly AggregateDescriptorKey[] = [
  "meanCoordination",
  "heteroCoordinationAll",
  "heteroContactFraction",
  "homoClusterSizeFirst",
  "homoClusterSizeSecond",
  "radiusOfGyrationNm",
];
/** Those whose scale is logarithmic in the network's targets. */
const LOGARITHMIC = new Set<AggregateDescriptorKey>([
  "homoClusterSizeFirst",
  "homoClusterSizeSecond",
  "radiusOfGyrationNm",
]);
const LEVELS = [0.5, 0.68, 0.9, 0.95] as const;

/** What is known of a view: a list, and which of the true particles each of it is, -1 for none. */
interface SeenList {
  readonly particles: ProjectedParticles;
  readonly trueIndices: ArrayLike<number>;
  /** The image as it is fitted, where the list is of one. */
  readonly frame?: FitFrame;
}

/**
 * How well descriptors of an aggregate follow from perfect knowledge of its particles in projection, all but their depths, by drawing
 * the depths that the stochastic model allows: from one view, and from several where nobody says which particle is which; and how well from
 * what the detector finds on images of the same views.
 *
 * @param args --recipe FILE, --count aggregates, --seed N, --tilts of further views such as -30,30, --chains N, --draws N, --list true, detected, or drawn by the image from what is detected,
 *   --reader N reads the same exact lists with a forest that was grown on those of N other aggregates, in place of the chains,
 *   --threshold least probability of a detected particle, --each prints a line for every aggregate
 */
export async function run(args: readonly string[]): Promise<void> {
  const root = join(import.meta.dirname, "../..");
  const { values } = parseArgs({
    args: [...args],
    options: {
      recipe: { type: "string", default: join(root, "configs/tio2-wo3.yaml") },
      count: { type: "string", default: "100" },
      seed: { type: "string", default: "30260" },
      tilts: { type: "string", default: "" },
      chains: { type: "string", default: "4" },
      draws: { type: "string", default: "24" },
      list: { type: "string", default: "true" },
      threshold: { type: "string" },
      each: { type: "boolean", default: false },
      reader: { type: "string" },
      model: { type: "string", default: join(root, "models/particles-haadf.onnx") },
    },
  });
  const recipe = inversionRecipeSchema.parse(parse(readFileSync(values.recipe, "utf8")));
  const microscope = { ...recipe.microscope, tiltDeg: { uniform: [-70, 70] as [number, number] } };
  const { samples, materials } = planInversion({ ...recipe, seed: Number(values.seed) });
  const { samples: tiltable } = planInversion({ ...recipe, microscope, seed: Number(values.seed) });
  const detector = values.list !== "true" ? openDetector(readFileSync(values.model), { threads: 1 }) : null;
  const labelPrior = learnLabelPrior(openRandomStream(recipe.seed, "labels"), samples.prior);
  const tiltsDeg = values.tilts === "" ? [] : values.tilts.split(",").map(Number);
  if (values.reader !== undefined) {
    await readByForest(samples, { trainCount: Number(values.reader), count: Number(values.count), tiltsDeg });
    return;
  }
  const rows: { readonly truth: number; readonly draws: readonly number[] }[][] = KEYS.map(() => []);
  const contacts: { readonly probability: number; readonly isTrue: number }[] = [];
  const rHats: number[] = [];
  let lost = 0;
  const listed = { truth: 0, found: 0, right: 0 };
  const started = performance.now();
  for (let k = 0; k < Number(values.count); k++) {
    const sample = drawSample(samples, k);
    const { aggregate, labels } = sample;
    const seen = viewAggregate(aggregate, labels.microscope);
    const truthOf = (tiltDeg: number): SeenList => ({
      particles: projectAggregate(tiltAggregate(seen, tiltDeg)),
      trueIndices: seen.radiiNm.map((_, i) => i),
    });
    const lists =
      detector === null
        ? [0, ...tiltsDeg].map(truthOf)
        : await detectedLists(detector, {
            sample,
            prepared: tiltable.prepared,
            tiltsDeg,
            truthOf,
            threshold: values.threshold === undefined ? undefined : Number(values.threshold),
          });
    if (lists === null) {
      lost++;
      continue;
    }
    const [own, ...others] = lists;
    listed.truth += seen.particleCount;
    listed.found += own.particles.count;
    listed.right += Array.from(own.trueIndices).filter((i) => i >= 0).length;
    const rng = openRandomStream(Number(values.seed), "ceiling", k);
    const options = { chainCount: Number(values.chains), drawCount: Number(values.draws) };
    const problem = {
      materials,
      necking: labels.parameters.necking,
      labelPrior,
      weights: SHIPPED_WEIGHTS,
      views: others.map(({ particles }, v) => ({ tiltDeg: tiltsDeg[v], particles })),
    };
    const { particles, frame } = own;
    const found =
      values.list === "drawn" && frame !== undefined
        ? overLists(
            rng,
            { ...problem, particles, frame, pixelSizeNm: sample.image.pixelSizeNm ?? NaN },
            options,
          )
        : reconstructDepths(rng, { ...problem, particles }, options);
    KEYS.forEach((key, q) => {
      const truth = labels.descriptors[key];
      const draws = found.draws.map(({ descriptors }) => descriptors[key]);
      if ([truth, ...draws].every(Number.isFinite)) rows[q].push({ truth, draws });
    });
    if (values.each) {
      const draws = found.draws.map(({ descriptors }) => descriptors.heteroCoordinationAll);
      const [truth, listedCount] = [labels.descriptors.heteroCoordinationAll, own.particles.count];
      console.log(
        JSON.stringify({
          aggregate: k,
          particles: seen.particleCount,
          listedCount,
          truth,
          mean: mean(draws),
          drawn: mean(found.draws.map(({ aggregate: own2 }) => own2.particleCount)),
          coordination: [
            labels.descriptors.meanCoordination,
            mean(found.draws.map(({ descriptors }) => descriptors.meanCoordination)),
          ],
        }),
      );
    }
    rHats.push(found.convergence.heteroCoordinationAll.rHat);
    const touching = contactSet(seen);
    for (const { first, second, probability } of found.contacts) {
      const [i, j] = [own.trueIndices[first], own.trueIndices[second]];
      const pair = Math.min(i, j) * seen.particleCount + Math.max(i, j);
      contacts.push({ probability, isTrue: Math.min(i, j) >= 0 && touching.has(pair) ? 1 : 0 });
    }
  }
  const seconds = (performance.now() - started) / 1000 / Number(values.count);
  await detector?.dispose();
  const baseRate = mean(contacts.map(({ isTrue }) => isTrue));
  const brier = mean(contacts.map(({ probability, isTrue }) => (probability - isTrue) ** 2));
  KEYS.forEach((key, q) => {
    const scale = LOGARITHMIC.has(key) ? Math.log : (value: number) => value;
    const truths = rows[q].map(({ truth }) => scale(truth));
    const means = rows[q].map(({ draws }) => mean(draws.map(scale)));
    const line = {
      key,
      r2: coefficientOfDetermination(means, truths),
      bias: mean(means) - mean(truths),
      crps: mean(rows[q].map(({ truth, draws }) => crpsOfSample(truth, draws))),
      covered: LEVELS.map((level) => mean(rows[q].map((row) => Number(isInside(row, level))))),
    };
    console.log(JSON.stringify(line));
  });
  console.log(
    JSON.stringify({
      aggregates: Number(values.count),
      tiltsDeg: [0, ...tiltsDeg],
      list: values.list,
      lost,
      recall: listed.right / listed.truth,
      precision: listed.right / listed.found,
      projectedNeighbours: contacts.length,
      baseRate,
      brierSkill: 1 - brier / (baseRate * (1 - baseRate)),
      rHatAbove1_1: mean(rHats.map((rHat) => Number(rHat > 1.1))),
      secondsPerAggregate: seconds,
    }),
  );
}

/** What a forest reads off exact lists of one view, or of several whose features are averaged. */
async function readByForest(
  samples: SampleRecipe,
  {
    trainCount,
    count,
    tiltsDeg,
  }: { readonly trainCount: number; readonly count: number; readonly tiltsDeg: readonly number[] },
): Promise<void> {
  const read = (labels: ListedAggregate["labels"], seen: Aggregate): ListedAggregate => {
    const views = [0, ...tiltsDeg].map((tiltDeg) => projectedListFeatures(tiltAggregate(seen, tiltDeg)));
    return { labels, features: views[0].map((_, f) => mean(views.map((own) => own[f]))) };
  };
  const grown = Array.from({ length: trainCount }, (_, k): ListedAggregate => {
    const rng = openRandomStream(samples.seed, "reader", k);
    const { aggregate, parameters } = drawAggregate(rng.fork("growth"), samples.prior);
    const turn = () => 360 * rng.uniform();
    const seen = viewAggregate(aggregate, {
      eulerAlphaDeg: turn(),
      eulerBetaDeg: (Math.acos(2 * rng.uniform() - 1) * 180) / Math.PI,
      eulerGammaDeg: turn(),
      tiltDeg: 0,
      offsetXNm: 0,
      offsetYNm: 0,
    });
    return read({ parameters, descriptors: describeAggregate(aggregate) }, seen);
  });
  const asked = Array.from({ length: count }, (_, k) => {
    const { aggregate, labels } = drawSample(samples, k);
    return read(labels, viewAggregate(aggregate, labels.microscope));
  });
  for (const key of KEYS) {
    const scale = LOGARITHMIC.has(key) ? Math.log : (value: number) => value;
    const [known, others] = [grown, asked].map((rows) =>
      rows
        .map(({ labels, features }) => ({ features, value: scale(labels.descriptors[key]) }))
        .filter(({ value }) => Number.isFinite(value)),
    );
    const answers = await readLists(known, others);
    const outcomes = others.map(({ value: truth }, i) => [{ truth, answer: answers[i] }]);
    const r2 = bootstrapInterval(openRandomStream("reader", key), outcomes, (drawn) =>
      coefficientOfDetermination(
        drawn.map((one) => one.answer),
        drawn.map((one) => one.truth),
      ),
    );
    console.log(
      JSON.stringify({
        key,
        reader: "forest",
        trainCount,
        count: others.length,
        tiltsDeg: [0, ...tiltsDeg],
        ...r2,
      }),
    );
  }
}

/** Structures over lists that the image allows; contacts of lists that differ are not counted. */
function overLists(
  rng: RandomStream,
  problem: ReconstructionProblem & { readonly frame: FitFrame; readonly pixelSizeNm: number },
  { chainCount, drawCount }: { readonly chainCount: number; readonly drawCount: number },
): Pick<Reconstruction, "draws" | "contacts" | "convergence"> {
  const listsAChain = Math.ceil(drawCount / chainCount);
  const lists = drawLists(rng, { ...problem, materialCount: 2 }, { chainCount, listsAChain });
  return { ...reconstructLists(rng, lists, problem), contacts: [] };
}

/** What the detector and the fit make of images of the views; null where one shows fewer than two particles. */
async function detectedLists(
  detector: Detector,
  {
    sample: { aggregate, labels, image: first },
    prepared,
    tiltsDeg,
    truthOf,
    threshold,
  }: {
    readonly sample: Sample;
    readonly prepared: Parameters<typeof simulateTiltSeries>[2]["prepared"];
    readonly tiltsDeg: readonly number[];
    readonly truthOf: (tiltDeg: number) => SeenList;
    readonly threshold: number | undefined;
  },
): Promise<readonly SeenList[] | null> {
  const series = await simulateTiltSeries(
    openRandomStream(labels.sampleIndex, "series"),
    aggregate,
    { prepared, settings: labels.microscope },
    { tiltsDeg },
  );
  const names = aggregate.materials.map(({ name }) => name);
  const lists: SeenList[] = [];
  for (const [v, image] of [first, ...series].entries()) {
    const source = { path: `view ${v}`, name: `${v}`, image, mask: null, pixelSizeSource: null };
    const found = await findParticles(() => detector, source, {
      modality: "haadf",
      materials: names,
      threshold,
    });
    if (found.particles.length < 2) return null;
    const { particles, frame } = seeView(source, found, names);
    const { particles: truth } = truthOf([0, ...tiltsDeg][v]);
    const discs = [particles, truth].map(({ xNm, yNm, radiiNm }) =>
      Array.from(radiiNm, (radiusPx, i) => ({ x: xNm[i], y: yNm[i], radiusPx })),
    );
    const trueIndices = new Int32Array(particles.count).fill(-1);
    const { pairs } = matchDiscs(discs[0].length, discs[1].length, (f, t) =>
      discOverlap(discs[0][f], discs[1][t]),
    );
    for (const [f, t] of pairs) trueIndices[f] = t;
    lists.push({ particles, trueIndices, frame });
  }
  return lists;
}

function contactSet(aggregate: Aggregate): Set<number> {
  const { first, second } = findContacts(aggregate, CONTACT_TOLERANCE);
  return new Set(Array.from(first, (i, k) => i * aggregate.particleCount + second[k]));
}

/** Whether a truth lies between the order statistics that hold so much; half where it stands on one of them is not counted in. */
function isInside(
  { truth, draws }: { readonly truth: number; readonly draws: readonly number[] },
  level: number,
): boolean {
  const rank =
    draws.filter((draw) => draw < truth).length + draws.filter((draw) => draw === truth).length / 2;
  const share = (rank + 0.5) / (draws.length + 1);
  return Math.abs(share - 0.5) <= level / 2;
}
