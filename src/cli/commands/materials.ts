import { formulaOf, MATERIALS, type Material } from "../../core/index.ts";
import { tableOf, tableText } from "../../report/index.ts";
import { atomDensitiesPerNm3, kirklandParameters } from "../../stem-sim/index.ts";
import { defineCommand } from "../command.ts";
import { readMaterials } from "../read-materials.ts";

const HOW_TO_DEFINE = `A material of your own is a record: in a recipe, or in a file for --materials-file:
  materials:
    - name: hematite
      densityGPerCm3: 5.26
      composition: { Fe: 2, O: 3 }
"heterostem materials FILE" checks such a file. A recipe has two: aggregate: { materials: [TiO2-anatase, {...}] }`;

/** `heterostem materials`: the library of materials, and how to add to it. */
export const materialsCommand = defineCommand({
  name: "materials",
  summary: "List the materials that are known, and say how to define one",
  arguments: {
    file: { help: "your own materials as YAML, to be checked and listed, too", isOptional: true },
  },
  flags: {},
  example: "materials",
  run({ arguments: { file } }, context) {
    const own =
      file === undefined ? [] : readMaterials(file, context).map((entry) => ({ ...entry, source: file }));
    const materials = [...own, ...MATERIALS].map((material) => ({
      ...material,
      formula: formulaOf(material),
      ...atomsOf(material),
    }));
    const table = tableOf(materials, [
      { heading: "name", text: ({ name }) => name },
      { heading: "formula", text: ({ formula }) => formula },
      { heading: "density", unit: "g/cm³", number: ({ densityGPerCm3 }) => densityGPerCm3 },
      { heading: "mean atomic number", number: ({ meanAtomicNumber }) => meanAtomicNumber },
      { heading: "atoms", unit: "1/nm³", number: ({ atomsPerNm3 }) => atomsPerNm3 },
      { heading: "source", text: ({ source }) => source },
    ]);
    return Promise.resolve({ text: `${tableText(table)}\n\n${HOW_TO_DEFINE}`, json: { materials } });
  },
});

/** Mean over atoms, and their number: what high-angle scattering goes by. */
function atomsOf(material: Material) {
  const densities = Object.entries(atomDensitiesPerNm3(material));
  const atomsPerNm3 = densities.reduce((sum, [, density]) => sum + density, 0);
  const numbers = densities.map(([element, density]) => density * kirklandParameters(element).atomicNumber);
  return { atomsPerNm3, meanAtomicNumber: numbers.reduce((sum, number) => sum + number, 0) / atomsPerNm3 };
}
