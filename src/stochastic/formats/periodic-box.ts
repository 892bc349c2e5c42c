import type { Sphere } from "../aggregate.ts";
import type { Vector } from "../rotation.ts";
import { buildSphereGrid, someSphereNear } from "../sphere-grid.ts";
import { numberOf, type ParticleLine } from "./particle-frames.ts";
import { readError } from "./read-error.ts";

/** A box that repeats in space. */
export interface PeriodicBox {
  /** Its three edges [nm]. */
  readonly edges: readonly [Vector, Vector, Vector];
  /** Along which edges it repeats. */
  readonly isPeriodic: readonly [boolean, boolean, boolean];
  readonly lineNumber: number;
}

/**
 * The periodic box that extended XYZ states; null without one.
 *
 * Without pbc a Lattice repeats along all three edges, as ASE and OVITO read it.
 */
export function boxOfComments(
  comments: readonly ParticleLine[],
  nmPerUnit: number,
  where: string,
): PeriodicBox | null {
  for (const { text, lineNumber } of comments) {
    const lattice = valueOf("Lattice", text);
    const flags = valueOf("pbc", text)?.split(/[\s,]+/) ?? ["T", "T", "T"];
    const [x, y, z] = [0, 1, 2].map((k) => /^(?:t|true|1)$/i.test(flags[k] ?? flags[0]));
    if (lattice === undefined || !(x || y || z)) continue;
    const numbers = lattice.split(/[\s,]+/).map((cell) => numberOf(cell) * nmPerUnit);
    if (numbers.length !== 9 || numbers.some(Number.isNaN)) {
      throw readError(where, lineNumber, "Lattice of a periodic box must have nine numbers", `"${lattice}"`);
    }
    const edge = (k: number): Vector => [numbers[3 * k], numbers[3 * k + 1], numbers[3 * k + 2]];
    return { edges: [edge(0), edge(1), edge(2)], isPeriodic: [x, y, z], lineNumber };
  }
  return null;
}

function valueOf(key: string, text: string): string | undefined {
  const match = new RegExp(`\\b${key}\\s*=\\s*(?:"([^"]*)"|([^\\s"]+))`, "i").exec(text);
  return (match?.[1] ?? match?.[2])?.trim();
}

/** Three whole numbers of edges. */
type Cell = readonly number[];

/**
 * Moves spheres by whole edges of their box, so that those that touch through its walls touch in space.
 *
 * @param contactTolerance gap that still counts as contact, as a share of the sum of radii
 * @returns the spheres in their order; the very same where no contact goes through a wall
 * @throws SyntaxError where spheres connect through the box without end, so that no finite aggregate is there
 */
export function joinThroughBox(
  spheres: readonly Sphere[],
  box: PeriodicBox,
  contactTolerance: number,
  where: string,
): readonly Sphere[] {
  const images = nearImages(spheres, box, contactTolerance, where);
  const cells: (Cell | undefined)[] = spheres.map(() => undefined);
  for (let root = 0; root < spheres.length; root++) {
    if (cells[root] !== undefined) continue;
    cells[root] = images.cells[root];
    const queue = [root];
    for (const i of queue) {
      for (const { j, shift } of images.contacts[i]) {
        const cell = shift.map((step, k) => (cells[i] as Cell)[k] + step);
        if (cells[j] === undefined) {
          cells[j] = cell;
          queue.push(j);
        } else if (cell.some((step, k) => step !== (cells[j] as Cell)[k])) {
          const wanted = "spheres must form a finite aggregate";
          const got =
            'spheres that touch through the periodic box without end; for those inside one box set pbc="F F F"';
          throw readError(where, box.lineNumber, wanted, got);
        }
      }
    }
  }
  const steps = cells.map((cell, i) => (cell as Cell).map((step, k) => step - images.cells[i][k]));
  return spheres.map((sphere, i) =>
    steps[i].some((step) => step !== 0) ? moved(sphere, box, steps[i]) : sphere,
  );
}

function moved(sphere: Sphere, { edges }: PeriodicBox, steps: Cell): Sphere {
  const along = (axis: number) => steps.reduce((sum, step, k) => sum + step * edges[k][axis], 0);
  return { ...sphere, x: sphere.x + along(0), y: sphere.y + along(1), z: sphere.z + along(2) };
}

interface Contact {
  readonly j: number;
  /** Edges between the two when both are moved into the first cell. */
  readonly shift: Cell;
}

interface Images {
  /** Cell that each sphere stands in. */
  readonly cells: readonly Cell[];
  readonly contacts: readonly (readonly Contact[])[];
}

/** Contacts with spheres and with their images behind the walls. */
function nearImages(
  spheres: readonly Sphere[],
  box: PeriodicBox,
  contactTolerance: number,
  where: string,
): Images {
  const largestNm = spheres.reduce((most, { radiusNm }) => Math.max(most, radiusNm), 0);
  const reachNm = 2 * largestNm * (1 + contactTolerance);
  const inverse = inverseEdges(box, where);
  const fractions = spheres.map(({ x, y, z }) => inverse.map((row) => row[0] * x + row[1] * y + row[2] * z));
  const cells = fractions.map((f) => f.map((along, k) => (box.isPeriodic[k] ? Math.floor(along) : 0)));
  // a plane of the box at fraction f is f / |row| away from its origin
  const margins = inverse.map((row) => reachNm * Math.hypot(...row));
  if (margins.some((margin, k) => box.isPeriodic[k] && margin > 1)) {
    throw readError(
      where,
      box.lineNumber,
      "periodic box must be wider than its largest sphere",
      "a narrower one",
    );
  }
  const first = spheres.map((sphere, i) =>
    moved(
      sphere,
      box,
      cells[i].map((step) => -step),
    ),
  );
  const ghosts = shiftsOf(box).flatMap((shift) =>
    first.flatMap((sphere, j) => {
      const isNear = shift.every((step, k) => {
        const along = fractions[j][k] - cells[j][k] + step;
        return step === 0 || (along > -margins[k] && along < 1 + margins[k]);
      });
      return isNear ? [{ j, shift, sphere: moved(sphere, box, shift) }] : [];
    }),
  );
  const radiiNm = Float64Array.from(ghosts, ({ sphere }) => sphere.radiusNm);
  const grid = buildSphereGrid(
    Float64Array.from(ghosts.flatMap(({ sphere: { x, y, z } }) => [x, y, z])),
    radiiNm,
  );
  const contacts = first.map(({ x, y, z, radiusNm }, i) => {
    const touching: Contact[] = [];
    someSphereNear(grid, x, y, z, reachNm, (ghost) => {
      const { j, shift, sphere } = ghosts[ghost];
      const distance = Math.hypot(sphere.x - x, sphere.y - y, sphere.z - z);
      const isItself = j === i && shift.every((step) => step === 0);
      if (!isItself && distance <= (sphere.radiusNm + radiusNm) * (1 + contactTolerance))
        touching.push({ j, shift });
      return false;
    });
    return touching;
  });
  return { cells, contacts };
}

/** The cells about the first: -1, 0 and 1 along each edge that repeats. */
function shiftsOf({ isPeriodic }: PeriodicBox): Cell[] {
  const [x, y, z] = isPeriodic.map((repeats) => (repeats ? [-1, 0, 1] : [0]));
  return x.flatMap((i) => y.flatMap((j) => z.map((k) => [i, j, k])));
}

/** Rows that turn a place into its fractions of the edges: cross products of two edges over the volume. */
function inverseEdges({ edges, isPeriodic, lineNumber }: PeriodicBox, where: string): readonly Vector[] {
  const axes: readonly Vector[] = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ];
  // an edge that does not repeat may have no length
  const [a, b, c] = edges.map((edge, k) => (isPeriodic[k] || Math.hypot(...edge) > 0 ? edge : axes[k]));
  const rows = [cross(b, c), cross(c, a), cross(a, b)];
  const volume = a[0] * rows[0][0] + a[1] * rows[0][1] + a[2] * rows[0][2];
  if (Math.abs(volume) > 0) return rows.map(([x, y, z]): Vector => [x / volume, y / volume, z / volume]);
  throw readError(where, lineNumber, "Lattice of a periodic box must span a volume", "none");
}

function cross(u: Vector, v: Vector): Vector {
  return [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
}
