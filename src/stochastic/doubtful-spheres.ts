import { counted, median } from "../core/index.ts";
import type { Aggregate } from "./aggregate.ts";
import { connectedComponents, findContacts, type ContactGraph } from "./contact-graph.ts";

/** Radii that primary particles have: above an atom's, below what a beam passes [nm]. */
const PLAUSIBLE_RADIUS_NM = [0.2, 500] as const;
/** Factors by which lengths are off when another unit was meant, the likelier first. */
const UNITS = { um: 1e3, m: 1e9, A: 0.1, pm: 1e-3, mm: 1e6 } as const;
/** Centres nearer than this share of the sum of radii are one place. */
const ONE_PLACE = 0.01;
/** Necks of real aggregates end well below; radii that are diameters give 0.5 at every contact. */
const DEEP_OVERLAP = 0.4;
const DIAMETER_OVERLAP = 0.5;
/** Gaps that rounded coordinates leave. */
const WIDER_TOLERANCES = [0.01, 0.02, 0.05, 0.1] as const;

/**
 * What is doubtful about spheres that another program wrote: their size, two at one place, overlaps, separate parts.
 *
 * @param contactTolerance gap that still counts as contact, as a share of the sum of radii
 * @returns one sentence a doubt, with its remedy
 */
export function doubtfulSpheres(aggregate: Aggregate, contactTolerance: number): readonly string[] {
  const graph = findContacts(aggregate, contactTolerance);
  return [
    ...sizeDoubt(median(Array.from(aggregate.radiiNm))),
    ...overlapDoubts(aggregate, graph),
    ...partsDoubt(aggregate, graph, contactTolerance),
  ];
}

function sizeDoubt(radiusNm: number): string[] {
  const [low, high] = PLAUSIBLE_RADIUS_NM;
  if (radiusNm >= low && radiusNm <= high) return [];
  // 1 to 200 nm is where the suite's materials are made
  const unit = Object.entries(UNITS).find(([, nm]) => radiusNm * nm >= 1 && radiusNm * nm <= 200)?.[0];
  const remedy =
    unit === undefined
      ? "state the unit with --unit"
      : `if lengths are in ${unit}, read them with --unit ${unit}`;
  const place = radiusNm < low ? "smaller than an atom" : "more than a beam passes";
  return [`median radius is ${radiusNm.toPrecision(3)} nm, ${place}: ${remedy}`];
}

interface Overlap {
  readonly i: number;
  readonly j: number;
  /** (r_i + r_j - d) / (r_i + r_j) */
  readonly coefficient: number;
}

function overlapDoubts(aggregate: Aggregate, graph: ContactGraph): string[] {
  const overlaps = deepOverlaps(aggregate, graph);
  const same = overlaps.filter(({ coefficient }) => coefficient > 1 - ONE_PLACE);
  const deep = overlaps.filter(({ coefficient }) => coefficient <= 1 - ONE_PLACE);
  const doubts: string[] = [];
  if (same.length > 0) {
    const [{ i, j }] = same;
    const others = same.length === 1 ? "" : `, as do ${counted(same.length - 1, "other pair")}`;
    doubts.push(`spheres ${i + 1} and ${j + 1} stand at one place${others}: take one of them out`);
  }
  if (deep.length > 0) {
    const worst = deep.reduce((a, b) => (b.coefficient > a.coefficient ? b : a));
    const typical = median(deep.map(({ coefficient }) => coefficient));
    const remedy =
      Math.abs(typical - DIAMETER_OVERLAP) < 0.01
        ? 'as if diameters stood for radii: name the column "diameter" in a heading'
        : "more than necks do; check radii and the units of the columns";
    const others =
      deep.length === 1 ? "" : `, and ${counted(deep.length, "pair")} by more than ${DEEP_OVERLAP}`;
    const share = worst.coefficient.toFixed(2);
    doubts.push(
      `spheres ${worst.i + 1} and ${worst.j + 1} overlap by ${share} of the sum of their radii${others}: ${remedy}`,
    );
  }
  return doubts;
}

/** What overlaps is in contact, whatever the tolerance. */
function deepOverlaps({ centersNm: c, radiiNm: r }: Aggregate, graph: ContactGraph): Overlap[] {
  const overlaps: Overlap[] = [];
  for (let k = 0; k < graph.contactCount; k++) {
    const [i, j] = [graph.first[k], graph.second[k]];
    const d = Math.hypot(c[3 * i] - c[3 * j], c[3 * i + 1] - c[3 * j + 1], c[3 * i + 2] - c[3 * j + 2]);
    const coefficient = 1 - d / (r[i] + r[j]);
    if (coefficient > DEEP_OVERLAP) overlaps.push({ i, j, coefficient });
  }
  return overlaps;
}

function partsDoubt(aggregate: Aggregate, graph: ContactGraph, contactTolerance: number): string[] {
  const partCount = (contacts: ContactGraph) =>
    1 + connectedComponents(contacts).reduce((a, b) => Math.max(a, b), 0);
  const parts = partCount(graph);
  if (parts === 1) return [];
  const wider = WIDER_TOLERANCES.find(
    (tolerance) => tolerance > contactTolerance && partCount(findContacts(aggregate, tolerance)) === 1,
  );
  const remedy =
    wider === undefined
      ? "descriptors are of all parts together"
      : `coordinates may be rounded; describe --contact-tolerance ${wider} joins them`;
  return [
    `spheres form ${parts} parts that do not touch within ${contactTolerance} of the sum of radii: ${remedy}`,
  ];
}
