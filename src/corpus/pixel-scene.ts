import {
  priorRange,
  rangeError,
  scaledPrior,
  type Material,
  type Prior,
  type RandomStream,
} from "../core/index.ts";
import {
  isWithinTables,
  viewAggregate,
  type MicroscopeSettings,
  type PreparedMicroscope,
} from "../stem-sim/index.ts";
import { drawAggregate, type AggregateDraw, type AggregatePrior } from "../stochastic/index.ts";

/** Share of the field's edge that an aggregate may fill, and to which a larger one is brought. */
export const FRAME_SHARE = 0.9;
/** Draws before a prior is called infeasible. */
const DRAWS = 100;

/** An aggregate whose lengths were drawn in pixels, and the settings it is imaged with; all of it in nanometres. */
export interface PixelScene extends Omit<AggregateDraw, "rejected"> {
  readonly settings: MicroscopeSettings;
  /** What neighbours of it are drawn from. */
  readonly prior: AggregatePrior;
  readonly rejectedDraws: number;
}

/** What a scene is drawn from. */
export interface PixelScenePlan {
  /** Radii in pixels. */
  readonly prior: AggregatePrior;
  readonly materials: readonly [Material, Material];
  readonly prepared: PreparedMicroscope;
  /** As drawn: lengths of PIXEL_LENGTHS in pixels. */
  readonly drawn: MicroscopeSettings;
}

/** Settings that a recipe counts in pixels; film, contamination, shells and defocus stay in nanometres. */
const PIXEL_LENGTHS = [
  "probeFwhmNm",
  "driftXNm",
  "driftYNm",
  "driftWalkNm",
  "rowJitterNm",
  "humNm",
  "filmSpeckleNm",
] as const satisfies readonly (keyof MicroscopeSettings)[];

/**
 * Draws an aggregate whose radii a recipe counts in pixels, and places it in the middle of the field.
 *
 * An aggregate that is larger than the field is imaged with pixels as much larger: what a network is shown of it, since images are brought
 * to the field so. Drawn again is what has particles below the radii of the prior then, or columns beyond the tables.
 *
 * @param rng stream of the sample
 * @returns the aggregate and its settings
 * @throws RangeError where 100 draws in a row did not fit
 */
export function drawPixelScene(rng: RandomStream, plan: PixelScenePlan): PixelScene {
  const { drawn, prepared } = plan;
  const prior = priorInNm(plan);
  let rejectedDraws = 0;
  for (let attempt = 0; attempt < DRAWS; attempt++) {
    const stream = attempt === 0 ? rng.fork("aggregate") : rng.fork("aggregate", "again", attempt);
    const { aggregate, parameters, rejected } = drawAggregate(stream, prior);
    rejectedDraws += rejected.length;
    const placed = placeInField(aggregate, drawn, prepared.microscope.widthPx);
    const smallest = [parameters.radiusFirstNm, parameters.radiusSecondNm].map(
      (nm) => nm / placed.pixelSizeNm,
    );
    const lowest = [plan.prior.radiusFirstNm, plan.prior.radiusSecondNm].map((px) => priorRange(px)[0]);
    const isSharp = isAbsent(plan.prior.numberFraction)
      ? smallest[0] >= lowest[0]
      : smallest.every((px, i) => px >= lowest[i]);
    if (isSharp && isWithinTables(viewAggregate(aggregate, placed), prepared)) {
      return { aggregate, parameters, settings: placed, prior, rejectedDraws };
    }
    rejectedDraws++;
  }
  throw rangeError(
    { action: "draw aggregate in pixels" },
    "prior must hold aggregates that fit the field",
    `${DRAWS} draws in a row with particles below the prior's radii, or columns that are too thick`,
  );
}

/** Whether no particle is of the second material. */
function isAbsent(numberFraction: Prior): boolean {
  return priorRange(numberFraction)[1] === 0;
}

function priorInNm({
  prior,
  materials: [first, second],
  drawn: { pixelSizeNm },
}: PixelScenePlan): AggregatePrior {
  return {
    ...prior,
    materials: [first, second],
    radiusFirstNm: scaledPrior(prior.radiusFirstNm, pixelSizeNm),
    // the radius of what is not there stays what it is: it could fall below any that grows
    radiusSecondNm: isAbsent(prior.numberFraction)
      ? prior.radiusSecondNm
      : scaledPrior(prior.radiusSecondNm, pixelSizeNm),
  };
}

/** Settings in nanometres: pixels so large that the aggregate fits, and its box in the middle but for the drawn offset. */
function placeInField(
  aggregate: AggregateDraw["aggregate"],
  drawn: MicroscopeSettings,
  widthPx: number,
): MicroscopeSettings {
  const [left, right, bottom, top] = boxOf(
    viewAggregate(aggregate, { ...drawn, offsetXNm: 0, offsetYNm: 0 }),
  );
  const growth = Math.max(
    1,
    Math.max(right - left, top - bottom) / (FRAME_SHARE * widthPx * drawn.pixelSizeNm),
  );
  const pixelSizeNm = drawn.pixelSizeNm * growth;
  const lengths = Object.fromEntries(PIXEL_LENGTHS.map((key) => [key, drawn[key] * drawn.pixelSizeNm]));
  return {
    ...drawn,
    ...lengths,
    pixelSizeNm,
    // electrons of the small pixels that a larger one holds
    electronsPerPixel: drawn.electronsPerPixel * growth ** 2,
    offsetXNm: drawn.offsetXNm * pixelSizeNm - (left + right) / 2,
    offsetYNm: drawn.offsetYNm * pixelSizeNm - (bottom + top) / 2,
  };
}

/** The box round the projected particles: left, right, bottom, top [nm]. */
function boxOf({
  particleCount,
  centersNm,
  radiiNm,
}: AggregateDraw["aggregate"]): [number, number, number, number] {
  const box: [number, number, number, number] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < particleCount; i++) {
    const [x, y, radius] = [centersNm[3 * i], centersNm[3 * i + 1], radiiNm[i]];
    box[0] = Math.min(box[0], x - radius);
    box[1] = Math.max(box[1], x + radius);
    box[2] = Math.min(box[2], y - radius);
    box[3] = Math.max(box[3], y + radius);
  }
  return box;
}
