import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { inversionRecipeSchema } from "../../src/inverse/index.ts";
import { heterostem } from "../helpers/heterostem.ts";

const folder = mkdtempSync(join(tmpdir(), "heterostem-init-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("heterostem init", () => {
  test("writes a recipe of what was said, which generate takes as it stands", async () => {
    const file = join(folder, "ceo2-au.yaml");
    const words = ["--materials", "CeO2,Au", "--pixel-size", "0.4", "--radius", "2,4", "--particles", "8,20"];
    const { code } = await heterostem("init", ...words, "--beam-energy", "200", "--out", file);
    expect(code).toBe(0);
    const recipe = inversionRecipeSchema.parse(parse(readFileSync(file, "utf8")));
    expect(recipe.aggregate.materials).toEqual(["CeO2", "Au"]);
    expect(recipe.aggregate.radiusFirstNm).toEqual({ uniform: [2, 4] });
    expect(recipe.microscope).toMatchObject({ beamEnergyKeV: 200, pixelSizeNm: 0.4 });
    const corpus = join(folder, "corpus");
    const drawn = await heterostem("generate", file, "--count", "2", "--workers", "1", "--out", corpus);
    expect([drawn.code, existsSync(join(corpus, "manifest.json"))]).toEqual([0, true]);
  });

  test("without materials, or with one that nobody knows, says what is wanted and writes nothing", async () => {
    const file = join(folder, "none.yaml");
    const none = await heterostem("init", "--out", file);
    expect([none.code === 0, none.stderr.includes("--materials")]).toEqual([false, true]);
    const unknown = await heterostem("init", "--materials", "Unobtainium,Au", "--out", file);
    expect([unknown.code === 0, unknown.stderr.includes("Unobtainium")]).toEqual([false, true]);
    expect(existsSync(file)).toBe(false);
  });
});
