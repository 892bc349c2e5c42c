import { z } from "zod";
import { failureText, parseJson, type CheckContext } from "../../core/index.ts";
import type { OutlinedDisc } from "./corrected-list.ts";

/** Largest part of an elongation: axes of about 20 to 1. */
const MOST_ELONGATION = 1.5;

const elongationPart = z.number().min(-MOST_ELONGATION).max(MOST_ELONGATION);

/** What particles.json says of a particle besides: it is found anew, so that a person need not keep it right. */
const ignored = z.unknown().optional();

const correctedParticle = z.strictObject(
  {
    x: z.number().describe("centre along x [px]; the centre of the first pixel lies at 0.5"),
    y: z.number().describe("centre along y, downwards [px]"),
    radiusPx: z.number().positive().describe("radius of the circle of the same area [px]"),
    elongation: z
      .tuple([elongationPart, elongationPart])
      .optional()
      .describe("ln(axis ratio)/2 times cosine and sine of twice the long axis' direction; a circle without"),
    material: z.string().nullable().optional().describe("one of --materials; found out where left out"),
    number: ignored,
    source: ignored,
    probability: ignored,
    secondProbability: ignored,
    isCut: ignored,
    depth: ignored,
    errorPx: ignored,
  },
  { error: (issue) => (issue.code === "unrecognized_keys" ? `without ${issue.keys.join(", ")}` : undefined) },
);

/** The particles of images as a person has corrected them; particles.json is one. */
const correctionsFile = z.object({
  images: z
    .array(
      z.object({
        name: z.string().describe("file name of the image, as in particles.json"),
        width: z.int().positive().optional().describe("width of the image [px]; checked where it is there"),
        height: z.int().positive().optional().describe("height of the image [px]; checked where it is there"),
        particles: z.array(correctedParticle).min(1, "a list of one particle at least"),
      }),
    )
    .min(1, "a list of one image at least"),
});

/** The list of one image, as a person has handed it in. */
export interface OutlinedList {
  readonly discs: readonly OutlinedDisc[];
  /** Size of the image that it is for; null where the file does not say [px]. */
  readonly size: { readonly width: number; readonly height: number } | null;
}

/**
 * Reads the particles of images as a person has corrected them: JSON with an entry an image, such as particles.json after a change.
 *
 * @param text the file's text
 * @param where its name, for error texts
 * @returns the lists by the images' names
 * @throws SyntaxError where the text is no JSON; TypeError naming the first key that is wrong; RangeError where an image stands twice
 */
export function readCorrections(text: string, where: string): ReadonlyMap<string, OutlinedList> {
  const context = { action: "take corrections", where };
  const { images } = parseJson(text, correctionsFile, context);
  const lists = new Map<string, OutlinedList>();
  for (const { name, width, height, particles } of images) {
    if (lists.has(name))
      throw new RangeError(failureText(context, "images must stand once each", `${name} twice`));
    const discs = particles.map(({ x, y, radiusPx, elongation, material = null }): OutlinedDisc => ({
      x,
      y,
      radiusPx,
      elongation,
      material,
    }));
    lists.set(name, { discs, size: width === undefined || height === undefined ? null : { width, height } });
  }
  return lists;
}

/**
 * Checks that the particles that a person has outlined can be those of an image.
 *
 * @param list as it was handed in
 * @param image its name and size
 * @param options action and file for error texts, and the materials that may be named
 * @throws RangeError where the sizes differ, a centre lies outside, or a material was not named
 */
export function checkOutlined(
  { discs, size }: OutlinedList,
  { name, width, height }: { readonly name: string; readonly width: number; readonly height: number },
  { materials, ...context }: CheckContext & { readonly materials: readonly string[] },
): void {
  const refuse = (wanted: string, got: string, remedy: string) => {
    throw new RangeError(`${failureText(context, wanted, got)}; ${remedy}`);
  };
  if (size !== null && (size.width !== width || size.height !== height)) {
    const wanted = `particles of ${name} must be those of ${width} x ${height} px`;
    refuse(
      wanted,
      `those of ${size.width} x ${size.height} px`,
      "are they of another image, or of another part of it?",
    );
  }
  for (const [i, { x, y, radiusPx, material }] of discs.entries()) {
    if (x < 0 || y < 0 || x > width || y > height) {
      const wanted = `centre of particle ${i + 1} must lie in ${name}, ${width} x ${height} px`;
      refuse(wanted, `${x.toFixed(1)}, ${y.toFixed(1)}`, "are they of another image?");
    }
    if (radiusPx > Math.hypot(width, height)) {
      const wanted = `radius of particle ${i + 1} must be smaller than ${name}, ${width} x ${height} px`;
      refuse(wanted, `${radiusPx.toFixed(1)} px`, "are they of another image?");
    }
    if (material !== null && !materials.includes(material)) {
      const wanted = `material of particle ${i + 1} of ${name} must be one of --materials`;
      const named = materials.length === 0 ? "which name none" : `which are ${materials.join(", ")}`;
      refuse(`${wanted}, ${named}`, material, "name it there, or leave it out of the list");
    }
  }
}
