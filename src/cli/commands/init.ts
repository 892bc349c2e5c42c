import { UsageError } from "../../core/index.ts";
import { recipeFor, type PowderFacts } from "../../inverse/index.ts";
import { defineCommand } from "../command.ts";
import { yamlText } from "../config/write-yaml.ts";
import { anglePair, numberPair, positiveNumber } from "../flags.ts";
import { knownMaterials, MATERIAL_FLAGS } from "../material-flags.ts";
import { checkResultFile, writeResultFile } from "../result-file.ts";

/** `heterostem init`: what is known of a powder and a microscope to a recipe whose field fits. */
export const initCommand = defineCommand({
  name: "init",
  summary: "Write a recipe for a powder and a microscope, whose field holds the aggregates",
  arguments: {},
  flags: {
    materials: { ...MATERIAL_FLAGS.materials, help: "what the particles are of: two materials, or one" },
    pixelSize: {
      value: "NM",
      help: "pixel size of the images in nm",
      parse: positiveNumber("nm"),
      default: 1,
    },
    radius: {
      value: "LOW,HIGH",
      help: "mean radii that the particles may have in nm",
      parse: numberPair("radii in nm"),
      default: [3, 12] as const,
      defaultText: "3,12",
    },
    particles: {
      value: "LOW,HIGH",
      help: "primary particles that an aggregate may have",
      parse: numberPair("numbers of particles"),
      default: [10, 150] as const,
      defaultText: "10,150",
    },
    beamEnergy: { value: "KEV", help: "beam energy in keV", parse: positiveNumber("keV"), default: 300 },
    detectorAngles: {
      value: "INNER,OUTER",
      help: "semi-angles of the annular detector in mrad",
      parse: anglePair,
      default: [60, 200] as const,
      defaultText: "60,200",
    },
    semiAngle: {
      value: "MRAD",
      help: "convergence semi-angle in mrad",
      parse: positiveNumber("mrad"),
      default: 9,
    },
    dose: {
      value: "LOW,HIGH",
      help: "electrons that a pixel of the images may have got",
      parse: numberPair("electrons"),
      default: [3000, 50_000] as const,
      defaultText: "3000,50000",
    },
    out: { value: "FILE", help: "file for the recipe (default: printed)" },
  },
  example: "init --materials CeO2,Au --pixel-size 0.4 --radius 2,6 --out ceo2-au.yaml",
  run({ flags }, context) {
    const { materials = [] } = knownMaterials(
      { materials: flags.materials, materialsFile: undefined },
      context,
    );
    const names = materials.map(({ name }) => name);
    if (names.length === 0) {
      throw new UsageError(
        "Cannot write a recipe: wanted the materials of the particles, got none; name them with --materials",
      );
    }
    if (flags.out !== undefined) checkResultFile(flags.out);
    const [innerMrad, outerMrad] = flags.detectorAngles;
    const facts: PowderFacts = {
      materials: names.length === 1 ? [names[0]] : [names[0], names[1]],
      beamEnergyKeV: flags.beamEnergy,
      semiAngleMrad: flags.semiAngle,
      innerMrad,
      outerMrad,
      pixelSizeNm: flags.pixelSize,
      particleCount: flags.particles,
      radiusNm: flags.radius,
      electronsPerPixel: flags.dose,
    };
    const recipe = recipeFor(facts);
    const text = yamlText(recipe);
    if (flags.out === undefined) return Promise.resolve({ text, json: recipe });
    writeResultFile(flags.out, text);
    const { widthPx = 0, pixelSizeNm } = recipe.microscope ?? {};
    const coarser =
      pixelSizeNm === flags.pixelSize
        ? ""
        : `, coarser than the images' ${flags.pixelSize} nm so that the aggregates fit`;
    return Promise.resolve({
      text: `${flags.out}: images of ${widthPx} x ${widthPx} pixels of ${String(pixelSizeNm)} nm${coarser}; train it with heterostem train ${flags.out}`,
      json: recipe,
    });
  },
});
