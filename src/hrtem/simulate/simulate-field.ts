import { drawFromPrior, extremes, type GrayImage, type RandomStream } from "../../core/index.ts";
import { coveredPixels } from "./deposit.ts";
import { drawHrtemSettings, type HrtemMicroscope, type HrtemSettings } from "./hrtem-settings.ts";
import type { FieldGrid } from "./field-grid.ts";
import { exitWave, type Slice } from "./multislice.ts";
import { particleAtoms, type AtomGroup } from "./nanoparticle.ts";
import { planField, type HrtemSpecimen, type PlacedParticle } from "./plan-field.ts";
import { recordHrtem } from "./record-hrtem.ts";

/** A simulated image with its truth. */
export interface HrtemField {
  readonly image: GrayImage;
  /** [side, side]; 1 where a particle is. */
  readonly mask: Uint8Array;
  readonly particles: readonly (PlacedParticle & {
    /** Places of the particle's pixels in the image, ascending. */
    readonly pixels: Uint32Array;
  })[];
  readonly settings: HrtemSettings;
}

/** What a field is drawn from. */
export interface FieldRecipe {
  readonly grid: FieldGrid;
  readonly specimen: HrtemSpecimen;
  readonly microscope: HrtemMicroscope;
  /** Thickest slice of particles [nm]. */
  readonly sliceThicknessNm: number;
}

/** Amorphous carbon of 2.0 g/cm3: atoms per nm3. */
const CARBON_ATOMS_PER_NM3 = 100;
/** Atoms are drawn this large in the mask: half the distance of neighbours in gold and a third more [nm]. */
const MASK_RADIUS_NM = 0.19;

/**
 * Simulates one HRTEM image of particles on amorphous carbon, with the truth.
 *
 * Particles lie on the side of the film where the beam comes in. Carbon atoms are placed at random without respect to each other,
 * which makes the film somewhat grainier at low frequencies than a real one.
 */
export function simulateHrtemField(rng: RandomStream, recipe: FieldRecipe): HrtemField {
  const { grid, specimen, microscope } = recipe;
  const fieldNm = grid.side * grid.pixelSizeNm;
  const settings = drawHrtemSettings(rng.fork("microscope"), microscope);
  const plan = planField(rng.fork("specimen"), specimen, fieldNm);
  const atoms = plan.map((placed) => particleAtoms(placed.particle).map((group) => shifted(group, placed)));
  const filmNm = drawFromPrior(rng.fork("film thickness"), specimen.filmThicknessNm);
  const film = filmAtoms(rng.fork("film"), fieldNm, filmNm);
  const slices = [...cutSlices(atoms.flat(), recipe.sliceThicknessNm), { groups: [film], thicknessNm: 0 }];
  const wave = exitWave(grid, slices, settings.beamEnergyKeV);
  const image = recordHrtem(rng.fork("record"), grid, wave, settings);
  const particles = plan.map((placed, index) => ({
    ...placed,
    pixels: coveredPixels(grid, joined(atoms[index]), MASK_RADIUS_NM),
  }));
  const mask = new Uint8Array(grid.side * grid.side);
  for (const { pixels } of particles) for (const place of pixels) mask[place] = 1;
  return { image, mask, particles, settings };
}

function shifted({ element, positionsNm }: AtomGroup, { xNm, yNm }: PlacedParticle): AtomGroup {
  return { element, positionsNm: positionsNm.map((value, i) => value + [xNm, yNm, 0][i % 3]) };
}

function joined(groups: readonly AtomGroup[]): Float64Array {
  return Float64Array.from(groups.flatMap(({ positionsNm }) => [...positionsNm]));
}

function filmAtoms(rng: RandomStream, fieldNm: number, thicknessNm: number): AtomGroup {
  const count = Math.round(CARBON_ATOMS_PER_NM3 * fieldNm ** 2 * thicknessNm);
  const positionsNm = rng.fillUniform(new Float64Array(3 * count)).map((value) => value * fieldNm);
  return { element: "C", positionsNm };
}

/** Cuts all particles at the same heights; every slice but the last is followed by its own thickness of flight. */
function cutSlices(groups: readonly AtomGroup[], thicknessNm: number): Slice[] {
  const heights = groups.flatMap(({ positionsNm }) => [...positionsNm].filter((_, i) => i % 3 === 2));
  if (heights.length === 0) return [];
  const [low, high] = extremes(heights);
  const count = Math.max(1, Math.ceil((high - low) / thicknessNm));
  const step = (high - low) / count;
  const sliceOf = (z: number) => Math.min(count - 1, Math.floor((z - low) / step));
  const elements = [...new Set(groups.map(({ element }) => element))];
  return Array.from({ length: count }, (_, slice) => ({
    thicknessNm: step,
    groups: elements.map((element) => ({
      element,
      positionsNm: Float64Array.from(
        groups
          .filter((group) => group.element === element)
          .flatMap(({ positionsNm }) =>
            [...positionsNm].filter((_value, i) => sliceOf(positionsNm[i - (i % 3) + 2]) === slice),
          ),
      ),
    })),
  }));
}
