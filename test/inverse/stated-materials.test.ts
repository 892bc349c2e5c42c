import { describe, expect, test } from "vitest";
import { findMaterial } from "../../src/core/index.ts";
import { inversionRecipeSchema } from "../../src/inverse/index.ts";
import { scatteringOf } from "../../src/inverse/apply/stated-materials.ts";
import type { InversionModel } from "../../src/posterior/index.ts";

/** Only what scatteringOf reads. */
const model = { recipe: inversionRecipeSchema.parse({ lengths: "pixels" }) } as unknown as InversionModel;
const materials = (...names: string[]) => names.map((name) => findMaterial(name));
const microscope = { beamEnergyKeV: 200, semiAngleMrad: 20, innerMrad: 50, outerMrad: 180 };

describe("scatteringOf()", () => {
  test("puts the material first that scatters less, in whatever order they are told", () => {
    const told = scatteringOf(materials("Au", "CeO2"), model, microscope);
    expect(told.materials.map(({ name }) => name)).toEqual(["CeO2", "Au"]);
    expect(told.strengths).toEqual(scatteringOf(materials("CeO2", "Au"), model, microscope).strengths);
    expect(told.notes.join()).toContain("the number fraction is that of Au");
    expect([told.isMicroscopeKnown, told.doubts]).toEqual([true, []]);
  });

  test("says what was assumed of a microscope that nobody stated", () => {
    const { isMicroscopeKnown, assumed } = scatteringOf(materials("SiO2", "Pt"), model, {});
    expect(isMicroscopeKnown).toBe(false);
    expect(assumed.at(-1)).toBe(
      "scattering computed for 300 keV, 60 to 200 mrad, semi-angle 9 mrad: beam energy, detector angles not stated",
    );
  });

  test("doubts two materials that scatter alike, refuses one that is told twice", () => {
    const [doubt] = scatteringOf(materials("TiO2-anatase", "TiO2-rutile"), model, microscope).doubts;
    expect(doubt).toContain("cannot be told apart");
    expect(() => scatteringOf(materials("Au", "Au"), model, microscope)).toThrow("Au twice");
  });
});
