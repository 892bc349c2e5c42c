import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { findMaterial, mean } from "../src/core/index.ts";
import { invertImages, openInversion, type Inversion, type InvertedImage } from "../src/inverse/index.ts";
import { openDetector, type Detector } from "../src/particles/index.ts";
import { catalystImages, markedDiscs, sootImages, type MarkedImage } from "./particle-sets/marked-images.ts";

/** Where the file does not say: the bar of the soot images (52 nm, 154 px), and a pixel size that catalysts could have. */
const [SOOT_NM, CATALYST_NM] = [0.338, 0.4];

const DETECTOR = resolve(import.meta.dirname, "../../models/particles-haadf.onnx");

/** Network and detector, as `heterostem invert` has them. */
interface Asked {
  readonly inversion: Inversion;
  readonly finder: Detector;
}

/**
 * Asks the network for one material about real images: soot in bright field, whose outlines say how large particles are, and catalysts in dark field, of which
 * nobody knows the truth.
 *
 * A row an image: what is said of it, and for soot the outlined geometric mean diameter beside the 95 % interval.
 *
 * @param args --data FOLDER (../shared/data), --model FILE (models/one-material.onnx)
 */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: "string", default: "../shared/data" },
      model: { type: "string", default: resolve(import.meta.dirname, "../../models/one-material.onnx") },
    },
  });
  const inversion = await openInversion(values.model, 2);
  const finder = openDetector(readFileSync(DETECTOR), { threads: 2 });
  await soot({ inversion, finder }, join(values.data, "soot_tem"));
  await catalysts({ inversion, finder }, join(values.data, "stem_catalyst_yolo"));
  await finder.dispose();
  await inversion.network.dispose();
}

const print = (record: object) => console.log(JSON.stringify(record));
const rounded = (value: number) => Number(value.toPrecision(3));

async function soot(asked: Asked, folder: string): Promise<void> {
  if (!existsSync(folder)) return print({ skipped: `no images in ${folder}` });
  const rows = [];
  for (const marked of await sootImages(folder)) {
    const pixelSizeNm = marked.image.pixelSizeNm ?? SOOT_NM;
    // the outlines are of one aggregate as a rule: the largest
    const answer = largest(await answersOf(asked, marked, { material: "C", pixelSizeNm }));
    const radii = markedDiscs(marked).map(({ radiusPx }) => radiusPx * pixelSizeNm);
    const outlinedNm = 2 * Math.exp(mean(radii.map(Math.log)));
    const estimate = answer.estimates?.find(({ key }) => key === "radiusFirstNm");
    const count = answer.estimates?.find(({ key }) => key === "particleCount");
    const [low, high] = (estimate?.intervals["0.95"] ?? [NaN, NaN]).map((nm) => 2 * nm);
    const row = {
      image: marked.name,
      verdict: answer.verdict,
      outlined: radii.length,
      count: count?.value === undefined ? null : Math.round(count.value),
      outlinedNm: rounded(outlinedNm),
      diameterNm: estimate === undefined ? null : rounded(2 * estimate.value),
      low: rounded(low),
      high: rounded(high),
      isInside: outlinedNm >= low && outlinedNm <= high,
      why: answer.explanation,
    };
    rows.push(row);
    print({ set: "soot_tem", ...row });
  }
  const answered = rows.filter(({ diameterNm }) => diameterNm !== null);
  const inside = answered.filter(({ isInside }) => isInside);
  print({ set: "soot_tem", images: rows.length, answered: answered.length, inside: inside.length });
}

async function catalysts(asked: Asked, folder: string): Promise<void> {
  if (!existsSync(folder)) return print({ skipped: `no images in ${folder}` });
  const verdicts: string[] = [];
  for (const marked of await catalystImages(folder)) {
    const pixelSizeNm = marked.image.pixelSizeNm ?? CATALYST_NM;
    const { verdict, explanation } = largest(await answersOf(asked, marked, { material: "Pt", pixelSizeNm }));
    verdicts.push(verdict);
    print({ set: "stem_catalyst_yolo", image: marked.name, verdict, why: explanation });
  }
  const counts = Object.fromEntries(
    [...new Set(verdicts)].sort().map((verdict) => [verdict, verdicts.filter((v) => v === verdict).length]),
  );
  print({ set: "stem_catalyst_yolo", images: verdicts.length, ...counts });
}

/** An answer, or a refusal in words. */
type Said = Pick<InvertedImage, "explanation" | "box"> & {
  readonly verdict: InvertedImage["verdict"] | "refused";
  readonly estimates: InvertedImage["estimates"] | null;
};

async function answersOf(
  { inversion, finder }: Asked,
  { name, image, mask }: MarkedImage,
  { material, pixelSizeNm }: { readonly material: string; readonly pixelSizeNm: number },
): Promise<Said[]> {
  try {
    const file = { path: name, image: { ...image, pixelSizeNm }, mask };
    const answers = await invertImages(inversion, [file], {
      materials: [findMaterial(material)],
      finder,
    });
    return answers.map((answer) => ({
      ...answer,
      estimates: answer.verdict === "out of distribution" ? null : answer.estimates,
    }));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return [{ verdict: "refused", estimates: null, explanation: error.message }];
  }
}

function largest(answers: readonly Said[]): Said {
  const area = ({ box }: Said) => (box === undefined ? 0 : box.width * box.height);
  return answers.reduce((most, answer) => (area(answer) > area(most) ? answer : most));
}
