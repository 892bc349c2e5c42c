import { add, concat, multiply, slice } from "../../graph/index.ts";
import type { Loss, Network, ParameterScope } from "../../train/index.ts";

/**
 * A deep ensemble as one network: members of one shape with first weights of their own [lakshminarayanan2017].
 *
 * The members see the same batches, and the loss is the mean of theirs, so no gradient passes from one to another:
 * they are trained as if apart, and the whole ensemble is one model file.
 */
export function ensembleNetwork(network: Network, memberCount: number): Network {
  if (memberCount === 1) return network;
  const [width] = network.outputShape;
  return {
    ...network,
    name: `${network.name} x ${memberCount}`,
    outputShape: [memberCount * width],
    forward(x, scope, conditions) {
      const members = Array.from({ length: memberCount }, (_, j) =>
        network.forward(x, memberScope(scope, j), conditions),
      );
      const embeddings = members.map(({ embedding }) => embedding).filter((embedding) => embedding !== null);
      return {
        output: concat(
          members.map(({ output }) => output),
          1,
        ),
        embedding: embeddings.length === 0 ? null : concat(embeddings, 1),
      };
    },
  };
}

/**
 * The loss of an ensemble: the mean over its members.
 *
 * @returns loss of outputs [n, memberCount x width] against the targets of one member
 */
export function ensembleLoss(loss: Loss, memberCount: number): Loss {
  if (memberCount === 1) return loss;
  return (output, target) => {
    const width = output.shape[1] / memberCount;
    const losses = Array.from({ length: memberCount }, (_, j) =>
      loss(slice(output, 1, j * width, (j + 1) * width), target),
    );
    return multiply(
      losses.reduce((sum, one) => add(sum, one)),
      1 / memberCount,
    );
  };
}

function memberScope(scope: ParameterScope, member: number): ParameterScope {
  const path = (name: string) => `member.${member}.${name}`;
  return {
    isTraining: scope.isTraining,
    parameter: (spec) => scope.parameter({ ...spec, name: path(spec.name) }),
    updateStatistic: (name, next) => scope.updateStatistic(path(name), next),
    dropoutMask: (name, shape, keep) => scope.dropoutMask(path(name), shape, keep),
  };
}
