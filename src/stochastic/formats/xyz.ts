import type { Aggregate } from "../aggregate.ts";

/**
 * Writes an aggregate as extended XYZ, as OVITO and ASE read it; lengths in nm.
 *
 * @param aggregate spheres of two materials
 * @returns the file's text
 * @example
 * import { sphereAggregate } from "../src/stochastic/aggregate.ts";
 * import { writeXyz } from "../src/stochastic/index.ts";
 * import { expect } from "vitest";
 * const text = writeXyz(sphereAggregate([{ x: 0, y: 0, z: 0, radiusNm: 5, materialIndex: 1 }]));
 * expect(text.split("\n")[2]).toBe("WO3 0 0 0 5");
 */
export function writeXyz(aggregate: Aggregate): string {
  const { centersNm: c, radiiNm: r, materialIndices, materials, particleCount } = aggregate;
  const lines = [String(particleCount), 'Properties=species:S:1:pos:R:3:radius:R:1 pbc="F F F" units="nm"'];
  for (let i = 0; i < particleCount; i++) {
    // blanks part columns
    const species = materials[materialIndices[i]].name.replaceAll(/\s+/g, "_");
    lines.push(`${species} ${c[3 * i]} ${c[3 * i + 1]} ${c[3 * i + 2]} ${r[i]}`);
  }
  return `${lines.join("\n")}\n`;
}
