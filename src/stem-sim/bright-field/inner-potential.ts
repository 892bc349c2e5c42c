import type { Material } from "../../core/index.ts";
import { atomDensitiesPerNm3 } from "../scattering/atom-densities.ts";
import { kirklandParameters } from "../scattering/kirkland-table.ts";

/** h^2/(2 pi m e), which makes a potential of a scattering factor [V nm^2] [codata2018]. */
const POTENTIAL_PER_SCATTERING_FACTOR = 0.4787801;

/** How a material shifts the phase of the beam. */
export interface PhaseStrength {
  /** Mean inner potential [V]. */
  readonly innerPotentialV: number;
  /** Variance of the projected potential of atoms placed at random, times the area it is averaged over, per thickness [V^2 nm^3]. */
  readonly grainV2Nm3: number;
}

/**
 * Mean inner potential of a material of independent atoms, and the strength of its phase grain.
 *
 *   V_atom = h^2/(2 pi m e) f_e(0),  V0 = sum n V_atom  ([reimer2008] section 3.1)
 *
 * Atoms at random places are a Poisson process: over an area a and a thickness t the projected potential has the mean V0 t and
 * the variance sum(n V_atom^2) t/a. Bonds, which draw charge inwards, lower V0 by about a tenth.
 *
 * @throws RangeError for an unknown element
 */
export function phaseStrength(material: Material): PhaseStrength {
  let [innerPotentialV, grainV2Nm3] = [0, 0];
  for (const [element, perNm3] of Object.entries(atomDensitiesPerNm3(material))) {
    const { a, b, c } = kirklandParameters(element);
    // f_e(0) = sum a_i/b_i + sum c_i [kirkland2010, C.15]
    const forward = a.reduce((sum, value, i) => sum + value / b[i] + c[i], 0);
    const atomVNm3 = POTENTIAL_PER_SCATTERING_FACTOR * forward;
    innerPotentialV += perNm3 * atomVNm3;
    grainV2Nm3 += perNm3 * atomVNm3 ** 2;
  }
  return { innerPotentialV, grainV2Nm3 };
}
