import { coefficientOfDetermination, wilsonInterval } from "../../src/core/index.ts";

/** What a network said of one quantity of one image, on the scale of its prior. */
export interface Answered {
  readonly truth: number;
  readonly point: number;
  readonly holds95: boolean;
  readonly holds99: boolean;
}

/** What became of one image. */
export interface Outcome {
  readonly fate: "answered" | "flagged" | "refused";
  /** By key; empty where the image was refused. */
  readonly answers: ReadonlyMap<string, Answered>;
}

/** The quantities that are judged, by what the printed line calls them. */
export const MAIN_QUANTITIES = {
  particles: "particleCount",
  numberFraction: "numberFraction",
  radiusFirst: "radiusFirstNm",
  radiusSecond: "radiusSecondNm",
  fractalDimension: "fractalDimension",
  heteroCoordination: "heteroCoordinationAll",
} as const;

/** R2 and coverage of each quantity over all answers, and over those of images that no alarm was given for. */
export function scoreOutcomes(outcomes: readonly Outcome[]) {
  const unflagged = outcomes.filter(({ fate }) => fate === "answered");
  const answered = outcomes.filter(({ fate }) => fate !== "refused");
  const astray = unflagged.filter(({ answers }) => mainAnswers(answers).some(({ holds99 }) => !holds99));
  return {
    images: outcomes.length,
    refused: outcomes.length - answered.length,
    flagged: shareOf(outcomes.length - unflagged.length, outcomes.length),
    outside99: shareOf(astray.length, unflagged.length),
    all: quantityScores(answered),
    unflagged: quantityScores(unflagged),
  };
}

function mainAnswers(answers: Outcome["answers"]): Answered[] {
  return Object.values(MAIN_QUANTITIES).flatMap((key) => {
    const answer = answers.get(key);
    return answer === undefined || !Number.isFinite(answer.truth) ? [] : [answer];
  });
}

function quantityScores(outcomes: readonly Outcome[]) {
  const scores = Object.entries(MAIN_QUANTITIES).map(([name, key]) => {
    const found = outcomes
      .map(({ answers }) => answers.get(key))
      .filter((answer) => answer !== undefined && Number.isFinite(answer.truth)) as Answered[];
    return [name, found.length === 0 ? null : quantityScore(found)] as const;
  });
  return Object.fromEntries(scores);
}

/** Fewer truths than this have no variance to speak of. */
const FEWEST_FOR_R2 = 5;

function quantityScore(found: readonly Answered[]) {
  const r2 = coefficientOfDetermination(
    found.map(({ point }) => point),
    found.map(({ truth }) => truth),
  );
  return {
    r2: found.length < FEWEST_FOR_R2 ? null : rounded(r2),
    covered95: shareOf(found.filter(({ holds95 }) => holds95).length, found.length),
  };
}

/** A share with its count and its 95 % interval. */
function shareOf(count: number, total: number) {
  if (total === 0) return null;
  const [low, high] = wilsonInterval(count, total);
  return { share: rounded(count / total), n: total, interval: [rounded(low), rounded(high)] };
}

const rounded = (value: number) => Number(value.toFixed(3));
