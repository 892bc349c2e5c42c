import { z } from "zod";
import { drawFromPrior, priorSchema, type RandomStream, rangeError } from "../../core/index.ts";
import { findLattice, LATTICES } from "./lattice.ts";
import { layerCountFor, type Nanoparticle, type ParticleShape } from "./nanoparticle.ts";
import { drawOrientation, type FringeView } from "./orientation.ts";
import { layerSteps, type FaultKind } from "./stacking.ts";

/** What is looked at: particles on a film. */
export const hrtemSpecimenSchema = z.strictObject({
  lattice: z.enum(LATTICES.map(({ name }) => name) as [string, ...string[]]).default("Au"),
  diameterNm: priorSchema({ min: 1, max: 20 }, "diameter of the particles [nm]").default({ uniform: [3, 6] }),
  particleCount: z.int().min(1).max(100).default(6).describe("sites tried in a field"),
  faultShare: z.number().min(0).max(1).default(0.35).describe("share of sites with a fault seen edge-on"),
  noFringeShare: z.number().min(0).max(1).default(0.2).describe("share of sites whose fringes are not seen"),
  agglomerateShare: z
    .number()
    .min(0)
    .max(1)
    .default(0.15)
    .describe("share of sites with two or three particles"),
  filmThicknessNm: priorSchema({ min: 0.1, max: 50 }, "thickness of the carbon film [nm]").default({
    uniform: [3, 8],
  }),
});

/** Distributions of a specimen. */
export type HrtemSpecimen = z.infer<typeof hrtemSpecimenSchema>;

/** What people see in a single particle. */
export type ParticleView = "no fault" | "fault" | "no fringe";

/** A particle of a field: what it is, where it lies, what is seen of it. */
export interface PlacedParticle {
  readonly particle: Nanoparticle;
  readonly fault: FaultKind;
  readonly view: ParticleView;
  /** Centre [nm] from the top left corner. */
  readonly xNm: number;
  readonly yNm: number;
  /** Particles of the same site lie over each other. */
  readonly site: number;
}

const SHAPES: readonly ParticleShape[] = ["sphere", "ellipsoid", "truncated octahedron"];
const FAULTS: readonly FaultKind[] = ["intrinsic", "intrinsic", "extrinsic", "twin", "twin", "multiple"];
/** Share of particles whose fault lies so that it is not seen. */
const HIDDEN_FAULT_SHARE = 0.15;
/** Tries to find a free place for a site. */
const PLACE_TRIES = 40;

/**
 * Draws the particles of a field: kinds, sizes, orientations, places. Sites keep clear of each other; the particles of an
 * agglomerate overlap.
 *
 * @param fieldNm edge of the periodic field [nm]
 */
export function planField(rng: RandomStream, specimen: HrtemSpecimen, fieldNm: number): PlacedParticle[] {
  const placed: PlacedParticle[] = [];
  for (let site = 0; site < specimen.particleCount; site++) {
    const stream = rng.fork("site", site);
    const members = drawMembers(stream, specimen);
    const spot = freeSpot(stream, members, placed, fieldNm);
    if (spot === null) continue;
    placed.push(
      ...members.map((member) => ({
        ...member,
        xNm: spot[0] + member.offsetNm[0],
        yNm: spot[1] + member.offsetNm[1],
        site,
      })),
    );
  }
  return placed;
}

interface Member {
  readonly particle: Nanoparticle;
  readonly fault: FaultKind;
  readonly view: ParticleView;
  readonly offsetNm: readonly [number, number];
}

function drawMembers(rng: RandomStream, specimen: HrtemSpecimen): Member[] {
  const kind = rng.uniform();
  if (kind < specimen.agglomerateShare) {
    const count = 2 + rng.integerBelow(2);
    const angle = 2 * Math.PI * rng.uniform();
    let along = 0;
    return Array.from({ length: count }, (_, index) => {
      const member = drawMember(rng.fork("member", index), specimen, drawView(rng, specimen));
      const turn = angle + index * (0.5 + 0.8 * rng.uniform());
      const offsetNm = [along * Math.cos(turn), along * Math.sin(turn)] as const;
      along += member.particle.diameterNm * (0.5 + 0.35 * rng.uniform());
      return { ...member, offsetNm };
    });
  }
  return [{ ...drawMember(rng.fork("member", 0), specimen, drawView(rng, specimen)), offsetNm: [0, 0] }];
}

function drawView(rng: RandomStream, specimen: HrtemSpecimen): ParticleView {
  const { faultShare, noFringeShare, agglomerateShare } = specimen;
  const draw = rng.uniform() * (1 - agglomerateShare);
  if (draw < faultShare) return "fault";
  return draw < faultShare + noFringeShare ? "no fringe" : "no fault";
}

function drawMember(
  rng: RandomStream,
  specimen: HrtemSpecimen,
  view: ParticleView,
): Omit<Member, "offsetNm"> {
  const lattice = findLattice(specimen.lattice);
  const diameterNm = drawFromPrior(rng.fork("diameter"), specimen.diameterNm);
  const shape = SHAPES[rng.integerBelow(SHAPES.length)];
  const aspectRatio = shape === "ellipsoid" ? 1 + 0.5 * rng.uniform() : 1;
  // the planes of a twin would show where those of the crystal do not, so invisible crystals are perfect
  const isHidden = view === "no fault" && rng.uniform() < HIDDEN_FAULT_SHARE;
  const fault = view === "fault" || isHidden ? FAULTS[rng.integerBelow(FAULTS.length)] : "none";
  // a perfect crystal is seen along the same zone as a faulted one in two of three cases
  const isAlongLayers = view === "fault" || (fault === "none" && rng.uniform() < 2 / 3);
  const look: FringeView = view === "no fringe" ? "no fringes" : isAlongLayers ? "fault edge-on" : "fringes";
  const rotation = drawOrientation(rng.fork("orientation"), lattice, { view: look, thicknessNm: diameterNm });
  if (rotation === null) return drawSeenMember(rng, specimen, { view, diameterNm });
  const layerCount = layerCountFor(lattice, diameterNm);
  const steps = layerSteps(rng.fork("stacking"), layerCount, { stacking: lattice.stacking, fault });
  return { particle: { lattice, shape, diameterNm, aspectRatio, steps, rotation }, fault, view };
}

/** A crystal too thin to hide its fringes is seen as perfect instead. */
function drawSeenMember(
  rng: RandomStream,
  specimen: HrtemSpecimen,
  { view, diameterNm }: { readonly view: ParticleView; readonly diameterNm: number },
): Omit<Member, "offsetNm"> {
  if (view === "no fringe") return drawMember(rng.fork("seen"), { ...specimen, diameterNm }, "no fault");
  const wanted = `${specimen.lattice} of ${diameterNm} nm must have a view that shows fringes`;
  throw rangeError({ action: "draw orientation" }, wanted, "none");
}

/** A place where the site keeps clear of all others, round the edges as well; null where none was found. */
function freeSpot(
  rng: RandomStream,
  members: readonly Member[],
  placed: readonly PlacedParticle[],
  fieldNm: number,
): readonly [number, number] | null {
  for (let attempt = 0; attempt < PLACE_TRIES; attempt++) {
    const spot = [rng.uniform() * fieldNm, rng.uniform() * fieldNm] as const;
    const isFree = members.every((member) =>
      placed.every((other) => {
        const dx = wrapped(spot[0] + member.offsetNm[0] - other.xNm, fieldNm);
        const dy = wrapped(spot[1] + member.offsetNm[1] - other.yNm, fieldNm);
        const reach = (extentNm(member.particle) + extentNm(other.particle)) / 2;
        return Math.hypot(dx, dy) > reach + 0.6;
      }),
    );
    if (isFree) return spot;
  }
  return null;
}

function extentNm({ diameterNm, aspectRatio }: Nanoparticle): number {
  return diameterNm * Math.max(1.1, aspectRatio ** (2 / 3));
}

function wrapped(distance: number, period: number): number {
  return distance - period * Math.round(distance / period);
}
