import { openRandomStream } from "../../core/index.ts";
import { encodeTiff } from "../../micrograph/index.ts";
import {
  drawMicroscopeSettings,
  microscopeSchema,
  prepareWithCache,
  shareOutsideField,
  simulateBatch,
  viewAggregate,
  type PreparationCache,
  type RendererName,
} from "../../stem-sim/index.ts";
import {
  aggregatePriorSchema,
  describeAggregate,
  growAggregate,
  materialsOfPrior,
  writeCsv,
  writeGlb,
  writeXyz,
  type Aggregate,
} from "../../stochastic/index.ts";
import { viewerData } from "../../web/index.ts";
import { brightFieldOf } from "./bright-field.ts";
import { recipeOf, type ModelOrder } from "./model-order.ts";
import type { GrownModel, ModelFileKind, ModelRequest, RendererTrial } from "./protocol.ts";
import { rendererNamed, tryKernel } from "./renderers.ts";

/** Growths that are tried while somebody moves a slider: the first three of the hundred that `simulate` would try. */
const ATTEMPTS = 3;
/** Prepared microscopes that are kept; a few megabytes each. */
const MOST_PREPARED = 12;

type Grown = { readonly aggregate: Aggregate } | { readonly reason: string };

/** The last aggregate: it stays while only the microscope is turned. */
let last: { readonly key: string; readonly grown: Grown } | null = null;
const prepared: PreparationCache = new Map();

/** Grows an aggregate and says how it is imaged, in the random streams of `heterostem simulate RECIPE --seed SEED --count 1`. */
function grownSpecimen(order: ModelOrder) {
  const recipe = recipeOf(order);
  const prior = aggregatePriorSchema.parse(recipe.aggregate);
  const microscope = microscopeSchema.parse(recipe.microscope);
  const key = JSON.stringify([order.seed, recipe.aggregate]);
  if (last?.key !== key) last = { key, grown: grow(order, prior) };
  const { grown } = last;
  if ("reason" in grown) throw new NoAggregate(grown.reason);
  const { aggregate } = grown;
  if (prepared.size >= MOST_PREPARED) prepared.clear();
  const tables = prepareWithCache(prepared, microscope, materialsOfPrior(prior));
  const rng = openRandomStream(order.seed, "sample-0");
  const settings = drawMicroscopeSettings(rng.fork("microscope"), tables.microscope);
  return { aggregate, imaging: { prepared: tables, settings }, rng: rng.fork("image") };
}

/** The HAADF image, by the renderer that is asked for. */
async function imageOf(specimen: ReturnType<typeof grownSpecimen>, renderer: RendererName) {
  const [image] = await simulateBatch(await rendererNamed(renderer), [specimen]);
  return image;
}

/** Parameters that no aggregate meets. */
class NoAggregate extends Error {}

/** An aggregate with its image and its descriptors, or why there is none. */
export async function grownModel({ order, renderer }: ModelRequest): Promise<GrownModel> {
  try {
    const specimen = grownSpecimen(order);
    const { aggregate, imaging } = specimen;
    const begun = performance.now();
    const image = await imageOf(specimen, renderer);
    const renderMs = performance.now() - begun;
    return {
      kind: "grown",
      view: viewerData(viewAggregate(aggregate, imaging.settings), { title: "aggregate" }),
      descriptors: describeAggregate(aggregate),
      image,
      brightField: order.isBrightField ? brightFieldOf(order, aggregate, imaging.settings) : null,
      shareOutside: shareOutsideField(aggregate, imaging),
      renderer,
      renderMs,
    };
  } catch (cause) {
    if (cause instanceof NoAggregate) return { kind: "rejected", reason: cause.message };
    throw cause;
  }
}

/** Kernel and splat side by side on the image of an order. */
export function triedRenderers(order: ModelOrder): Promise<RendererTrial> {
  return tryKernel((renderer) => simulateBatch(renderer, [grownSpecimen(order)]));
}

/** The aggregate of an order as it was grown, and its image, as files. */
export async function modelFile({
  order,
  renderer,
  kind,
}: ModelRequest & { readonly kind: ModelFileKind }): Promise<Uint8Array> {
  const specimen = grownSpecimen(order);
  const { aggregate, imaging } = specimen;
  switch (kind) {
    case "xyz":
      return new TextEncoder().encode(writeXyz(aggregate));
    case "csv":
      return new TextEncoder().encode(writeCsv(aggregate));
    case "glb":
      return writeGlb(aggregate);
    case "tif":
      return encodeTiff([await imageOf(specimen, renderer)]);
    case "bright-field.tif":
      return encodeTiff([brightFieldOf(order, aggregate, imaging.settings)]);
  }
}

function grow({ seed, parameters }: ModelOrder, prior: ReturnType<typeof aggregatePriorSchema.parse>): Grown {
  const rng = openRandomStream(seed, "sample", 0).fork("aggregate");
  let reason = "";
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const growth = growAggregate(rng.fork("growth", attempt), parameters, materialsOfPrior(prior), prior);
    if (growth.kind === "grown") return { aggregate: growth.aggregate };
    reason = growth.reason;
  }
  return { reason };
}
