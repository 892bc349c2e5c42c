import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openRandomStream } from "../../src/core/index.ts";
import { hrtemStudySchema } from "../../src/hrtem/index.ts";
import { simulateHrtemField } from "../../src/hrtem/simulate/simulate-field.ts";
import { encodePng16 } from "../../src/micrograph/index.ts";
import { pngBytes } from "../../src/report/index.ts";
import { heterostem as runProgram, type Printed } from "./heterostem.ts";

/** 5 nm wide images of small particles, and so little training that seconds suffice. */
export const TINY_HRTEM = {
  name: "tiny",
  seed: 3,
  fieldSize: 128,
  sliceThicknessNm: 3,
  specimen: { diameterNm: { uniform: [1.6, 2.2] }, particleCount: 3 },
  regions: { cutSize: 64, batchSize: 8 },
  quick: { trainingFields: 6, validationFields: 3, testFields: 3, epochs: 6, cutsPerEpoch: 80 },
};
const CONFIG = hrtemStudySchema.parse(TINY_HRTEM);

/** A call in this process, on one thread: threads cannot start from uncompiled sources. */
export function heterostem(...words: string[]): Promise<Printed> {
  return runProgram(...words, ...(words[1] === "fetch" ? [] : ["--workers", "1"]));
}

/** Own images as a person has them: images/NAME.png, maps/NAME.png and classes.csv. */
export function writeOwnImages(root: string, count: number): void {
  mkdirSync(join(root, "images"), { recursive: true });
  mkdirSync(join(root, "maps"));
  const grid = { side: CONFIG.fieldSize, pixelSizeNm: CONFIG.pixelSizeNm };
  const lines = ["image,x [px],y [px],class"];
  for (let i = 0; i < count; i++) {
    const field = simulateHrtemField(openRandomStream(77, i), { ...CONFIG, grid });
    const { width, height } = field.image;
    writeFileSync(join(root, "images", `own${i}.png`), encodePng16(field.image));
    const pixels = field.mask.map((value) => 255 * value);
    writeFileSync(join(root, "maps", `own${i}_map.png`), pngBytes({ width, height, pixels, channels: 1 }));
    for (const { xNm, yNm, view } of field.particles)
      lines.push([`own${i}.png`, xNm / 0.04, yNm / 0.04, view].join(","));
  }
  writeFileSync(join(root, "classes.csv"), `${lines.join("\n")}\n`);
}
