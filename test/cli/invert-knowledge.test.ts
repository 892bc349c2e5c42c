import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { heterostem } from "../helpers/heterostem.ts";

const folder = mkdtempSync(join(tmpdir(), "heterostem-knowledge-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Answered {
  readonly images: readonly {
    readonly notes: readonly string[];
    readonly estimates: readonly {
      readonly key: string;
      readonly value: number;
      readonly intervals: Readonly<Record<string, readonly [number, number]>>;
    }[];
  }[];
}

let image = "";
beforeAll(async () => {
  const recipe = resolve(import.meta.dirname, "../../configs/tio2-wo3.yaml");
  const corpus = join(folder, "corpus");
  await heterostem("generate", recipe, "--count", "1", "--seed", "5", "--workers", "1", "--out", corpus);
  await heterostem("corpus", "export", corpus, "--to", "tiff", "--out", join(folder, "files"));
  image = join(folder, "files", "images", readdirSync(join(folder, "files", "images"))[0]);
}, 120_000);

describe("heterostem invert --given", () => {
  test("a range holds, and what hangs together with it moves", async () => {
    const answer = async (...words: string[]) =>
      (JSON.parse((await heterostem("invert", image, "--json", ...words)).stdout) as Answered).images[0];
    const plain = await answer();
    const given = await answer("--given", "numberFraction=0.35..0.5");
    const fraction = given.estimates.find(({ key }) => key === "numberFraction");
    expect(fraction?.intervals["0.95"][0]).toBeGreaterThanOrEqual(0.35);
    expect(given.notes).toContainEqual("given: number fraction 0.350 to 0.500");
    expect(given.notes.some((note) => /rests on \d+ of \d+ draws/.test(note))).toBe(true);
    expect(plain.notes.some((note) => note.startsWith("given"))).toBe(false);
    // more of the heavier material at the same brightness: the posterior of its radius moves
    const radius = ({ estimates }: Answered["images"][number]) =>
      estimates.find(({ key }) => key === "radiusSecondNm")?.value;
    expect(radius(given)).not.toBe(radius(plain));
  });

  test("knowledge that contradicts the image is told, and nothing is answered", async () => {
    const { code, stdout, stderr } = await heterostem("invert", image, "--given", "radiusWO3=3+-0.05 nm");
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("image and knowledge contradict each other");
  });

  test("a network for one pair is not asked about another", async () => {
    const model = resolve(import.meta.dirname, "../../models/tio2-wo3-absolute.onnx");
    const { code, stderr } = await heterostem("invert", image, "--model", model, "--materials", "Au,CeO2");
    expect([code, stderr.includes("trained on TiO2-anatase and WO3, got Au and CeO2")]).toEqual([1, true]);
  });
});
