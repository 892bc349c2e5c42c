import { varyingInputs, type PosteriorHead } from "../../posterior/index.ts";
import {
  buildCountMapRegressor,
  buildRegressor,
  countMapLoss,
  headLoss,
  type Head,
  type Loss,
  type Network,
} from "../../train/index.ts";
import type { SampleEncoding } from "../data/fit-encoding.ts";
import type { NetworkPlan } from "../data/plan-inversion.ts";
import { ensembleLoss, ensembleNetwork } from "./ensemble-network.ts";

/** The network of a plan, all its members in one, for samples that are encoded so. */
export function buildInversionNetwork(plan: NetworkPlan, encoding: SampleEncoding): Network {
  return ensembleNetwork(memberNetwork(plan, encoding), plan.memberCount);
}

function memberNetwork(
  { widthPx: inputSize, widths, head, embeddingUnits, lengths }: NetworkPlan,
  { targets, countMaps, conditions = [] }: SampleEncoding,
): Network {
  const conditionCount = 2 * varyingInputs(conditions).length;
  const common = { inputSize, outputs: targets.length, widths, head, conditionCount, embeddingUnits };
  if (countMaps === null) return buildRegressor(common);
  const isToldEarly = lengths === "pixels";
  return buildCountMapRegressor({
    ...common,
    channels: countMaps.units.length,
    cellSize: countMaps.cellPx,
    isToldEarly,
  });
}

/** The loss that the network of a plan is trained on. */
export function inversionLoss(plan: NetworkPlan, encoding: SampleEncoding): Loss {
  return ensembleLoss(memberLoss(plan, encoding), plan.memberCount);
}

function memberLoss({ head, widthPx }: NetworkPlan, { targets, countMaps }: SampleEncoding): Loss {
  const weighted = weightedHead(head);
  if (countMaps === null) return headLoss(weighted);
  return countMapLoss(weighted, { outputs: targets.length, cells: widthPx / countMaps.cellPx });
}

/** Gaussians by beta-NLL with half the weight that variances have in the likelihood, as [seitzer2022] advise. */
function weightedHead(head: PosteriorHead): Head {
  return head.kind === "gaussian" ? { ...head, beta: 0.5 } : head;
}
