import { CONTACT_TOLERANCE, findContacts, MATERIAL_COLOURS } from "../stochastic/index.ts";
import type { Aggregate } from "../stochastic/index.ts";

/** One particle as the page needs it; lengths in nm. */
export interface ViewerParticle {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly radius: number;
  readonly material: number;
  readonly contacts: number;
  readonly heteroContacts: number;
}

/** One contact: particles joined, and the disc where their spheres cross (radius 0 for point contacts). */
export interface ViewerContact {
  readonly first: number;
  readonly second: number;
  readonly isHetero: boolean;
  readonly neckRadius: number;
  /** Distance of the neck's plane from the first centre, along the line of centres. */
  readonly neckAlong: number;
  /** How probable the contact is, 0 to 1; only where a structure is one of several. */
  readonly probability?: number;
}

/** Everything the page shows, as JSON. */
export interface ViewerData {
  readonly title: string;
  readonly materials: readonly { readonly name: string; readonly colour: string }[];
  readonly particles: readonly ViewerParticle[];
  readonly contacts: readonly ViewerContact[];
}

/** One of several structures that a page leafs through. */
export interface ViewerDraw extends Pick<ViewerData, "particles" | "contacts"> {
  readonly caption: string;
  /** Pictures beside it, in the order of their places on the page, as data URIs. */
  readonly pictures: readonly string[];
}

/** A page of several structures: the first is what is shown at the start. */
export interface ViewerDraws extends ViewerData {
  readonly draws: readonly ViewerDraw[];
}

/**
 * Gathers what the viewer shows of an aggregate.
 *
 * @example
 * import { viewerData } from "../src/web/viewer-data.ts";
 * import { sphereAggregate } from "../src/stochastic/aggregate.ts";
 * import { expect } from "vitest";
 * const pair = sphereAggregate([
 *   { x: 0, y: 0, z: 0, radiusNm: 5, materialIndex: 0 },
 *   { x: 8, y: 0, z: 0, radiusNm: 5, materialIndex: 1 },
 * ]);
 * expect(viewerData(pair, { title: "a pair" }).contacts[0].neckRadius).toBe(3);
 */
export function viewerData(
  aggregate: Aggregate,
  options: {
    readonly title: string;
    readonly contactTolerance?: number;
    /** How probable the contact of two particles is, the lower index first. */
    readonly probabilityOf?: (first: number, second: number) => number;
  },
): ViewerData {
  const { centersNm: c, radiiNm: r, materialIndices: m, materials, particleCount } = aggregate;
  const graph = findContacts(aggregate, options.contactTolerance ?? CONTACT_TOLERANCE);
  const all = new Int32Array(particleCount);
  const hetero = new Int32Array(particleCount);
  const contacts = Array.from(graph.first, (first, k) => {
    const second = graph.second[k];
    const isHetero = m[first] !== m[second];
    for (const i of [first, second]) {
      all[i]++;
      if (isHetero) hetero[i]++;
    }
    const { probabilityOf } = options;
    const known = probabilityOf === undefined ? {} : { probability: probabilityOf(first, second) };
    return { first, second, isHetero, ...neckOf(aggregate, first, second), ...known };
  });
  return {
    title: options.title,
    materials: materials.map(({ name }, k) => ({ name, colour: `rgb(${MATERIAL_COLOURS[k].join(",")})` })),
    particles: Array.from(r, (radius, i) => ({
      x: rounded(c[3 * i]),
      y: rounded(c[3 * i + 1]),
      z: rounded(c[3 * i + 2]),
      radius: rounded(radius),
      material: m[i],
      contacts: all[i],
      heteroContacts: hetero[i],
    })),
    contacts,
  };
}

/** Intersection circle of two spheres: plane at (d^2 + r_i^2 - r_j^2) / 2d, radius by Pythagoras. */
function neckOf(
  { centersNm: c, radiiNm: r }: Aggregate,
  i: number,
  j: number,
): Pick<ViewerContact, "neckRadius" | "neckAlong"> {
  const d = Math.hypot(c[3 * i] - c[3 * j], c[3 * i + 1] - c[3 * j + 1], c[3 * i + 2] - c[3 * j + 2]);
  const along = (d * d + r[i] ** 2 - r[j] ** 2) / (2 * d);
  return { neckAlong: rounded(along), neckRadius: rounded(Math.sqrt(Math.max(0, r[i] ** 2 - along ** 2))) };
}

const rounded = (nm: number) => Math.round(nm * 1e4) / 1e4;
