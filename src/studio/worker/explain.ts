import { explainImage } from "../../particles/index.ts";
import { listParticles } from "./find.ts";
import type { ExplainedParticles, ParticleOrder } from "./protocol.ts";
import { residualLevels, shadesOf, signalLevels } from "./shades.ts";

/** What the particles explain of their image, by the fit of `heterostem particles find --fit`. */
export async function explainedParticles(order: ParticleOrder): Promise<ExplainedParticles> {
  const { file, found } = await listParticles(order);
  const explanation = explainImage(file.image, file.mask, found);
  if (explanation === null) throw new RangeError("Cannot explain image: it must show particles, got none");
  const { particles, explained, reducedChiSquare, noise, droppedCount, signal, model, residual } =
    explanation;
  const levels = signalLevels(signal);
  const left = residualLevels(residual.data);
  const { width, height } = residual;
  return {
    keptCount: particles.length,
    droppedCount,
    explained,
    reducedChiSquare,
    noiseWord: noise.word,
    compared: {
      width,
      height,
      image: shadesOf(signal, levels),
      imaged: shadesOf(model, levels),
      residual: shadesOf(residual.data, left),
      mostResidual: left[1],
    },
  };
}
