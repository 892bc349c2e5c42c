import type { Aggregate } from "../aggregate.ts";

/**
 * Writes an aggregate as legacy VTK polydata: points with radius and material, for ParaView's Glyph filter.
 *
 * Version 3.0 of the legacy format, ASCII; lengths in nm.
 *
 * @param aggregate spheres of two materials
 * @returns the file's text
 */
export function writeVtk(aggregate: Aggregate): string {
  const { centersNm: c, radiiNm: r, materialIndices, materials, particleCount: n } = aggregate;
  const points = Array.from(r, (_, i) => `${c[3 * i]} ${c[3 * i + 1]} ${c[3 * i + 2]}`);
  const vertices = Array.from(r, (_, i) => `1 ${i}`);
  return [
    "# vtk DataFile Version 3.0",
    `heterostem aggregate, nm; material 0 ${materials[0].name}, 1 ${materials[1].name}`,
    "ASCII",
    "DATASET POLYDATA",
    `POINTS ${n} double`,
    ...points,
    `VERTICES ${n} ${2 * n}`,
    ...vertices,
    `POINT_DATA ${n}`,
    "SCALARS radius double 1",
    "LOOKUP_TABLE default",
    ...Array.from(r, String),
    "SCALARS material int 1",
    "LOOKUP_TABLE default",
    ...Array.from(materialIndices, String),
    "",
  ].join("\n");
}
