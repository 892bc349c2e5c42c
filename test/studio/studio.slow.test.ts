import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { inversionRecipeSchema } from "../../src/inverse/index.ts";
import type { InversionRecipe, InvertedImage } from "../../src/inverse/index.ts";
import { pngFile } from "../../src/image/index.ts";
import { encodeTiff, frameImage, readMicrograph } from "../../src/micrograph/index.ts";
import { drawMicroscopeSettings, prepareMicroscope, simulateHaadf } from "../../src/stem-sim/index.ts";
import { drawAggregate } from "../../src/stochastic/index.ts";
import { parse } from "yaml";
import { CHROMIUM_PATH } from "../helpers/chromium.ts";
import { heterostem } from "../helpers/heterostem.ts";
import { smallImage } from "../helpers/studio-sample.ts";
import { downloaded, PATIENCE_MS, useStudioPage } from "../helpers/studio-page.ts";

/** The image whose numbers are compared. */
const IMAGE = "small.tif";
const FIXTURES = join(import.meta.dirname, "../fixtures/micrograph");

interface Told {
  readonly answers: {
    readonly verdict: string;
    readonly distance: number;
    readonly estimates:
      | {
          readonly key: string;
          readonly value: number;
          readonly intervals: Record<string, [number, number]>;
        }[]
      | null;
  }[];
}

/** A page's answer and the command's are the same: single precision, sums in another order. */
function expectSameAnswer(told: Told["answers"][number], answer: InvertedImage): void {
  expect(told.verdict).toBe(answer.verdict);
  const near = (own: number, other: number) =>
    expect(Math.abs(own - other)).toBeLessThan(1e-4 * Math.max(1, Math.abs(other)));
  near(told.distance, answer.distance);
  expect(told.estimates?.length).toBe(answer.estimates.length);
  answer.estimates.forEach(({ key, value, intervals }, i) => {
    const own = told.estimates?.[i];
    expect(own?.key).toBe(key);
    near(own?.value ?? NaN, value);
    for (const level of ["0.68", "0.95"]) {
      for (const side of [0, 1]) near(own?.intervals[level][side] ?? NaN, intervals[level][side]);
    }
  });
}

/** Chooses a material, by keyboard, and waits for the answer of its network. */
async function chooseMaterial(page: Page, name: string): Promise<void> {
  await page.getByRole("combobox", { name: "Material" }).focus();
  await page.keyboard.type(name);
  await page.locator(".answer .hint", { hasText: `for ${name}.` }).waitFor();
}

/** Where two records differ: numbers by more than a share, anything else at all. */
function differences(own: unknown, other: unknown, share: number, where = ""): string[] {
  if (typeof other === "object" && other !== null) {
    const held = (own ?? {}) as Record<string, unknown>;
    return Object.entries(other).flatMap(([key, value]) =>
      differences(held[key], value, share, `${where}.${key}`),
    );
  }
  const isNear =
    typeof own === "number" && typeof other === "number"
      ? Math.abs(own - other) <= share * Math.max(1, Math.abs(other))
      : own === other;
  return isNear ? [] : [`${where}: ${String(own)} and ${String(other)}`];
}

/** What `heterostem simulate RECIPE --microscope RECIPE --seed SEED --count 1` images. */
function simulated({ seed, aggregate: prior, microscope }: InversionRecipe) {
  const { aggregate } = drawAggregate(openRandomStream(seed, "sample", 0).fork("aggregate"), prior);
  const prepared = prepareMicroscope(microscope, aggregate.materials);
  const rng = openRandomStream(seed, "sample-0");
  const settings = drawMicroscopeSettings(rng.fork("microscope"), microscope);
  return simulateHaadf(rng.fork("image"), aggregate, { prepared, settings });
}

describe.skipIf(CHROMIUM_PATH === null)("the studio in Chromium, from a disk", () => {
  const opened = useStudioPage();

  test("weighs at most 25 MB, networks and runtime included", () => {
    const byteCount = [...opened.built.site.values()].reduce((sum, file) => sum + file.bytes().length, 0);
    expect(byteCount).toBeLessThan(25e6);
  });

  /** What the command line that stands in the page says, run beside the file as it stands there. */
  const asCopied = async (place: string, ...further: string[]) => {
    const text = (await opened.page.locator(place).first().textContent()) ?? "";
    const words = text.split(" ").slice(1);
    const out = words.indexOf("--out");
    const own = words.map((word, k) =>
      word === IMAGE
        ? join(opened.built.scratch, word)
        : k === out + 1 && out > 0
          ? join(opened.built.scratch, word)
          : word,
    );
    const { code, stdout, stderr } = await heterostem(...own, ...further, "--json");
    expect([code, stderr]).toEqual([0, ""]);
    return { text, printed: JSON.parse(stdout) as unknown };
  };

  test(
    "gives the numbers of the command line that it shows",
    async () => {
      const { page, built } = opened;
      const path = join(built.scratch, IMAGE);
      writeFileSync(path, smallImage(1));
      await page.locator("input[type=file]").setInputFiles(path);
      await page.locator(".verdict").waitFor();
      const { bytes, name } = await downloaded(page, "All, JSON");
      expect(name).toBe("small.json");
      const [told] = (JSON.parse(bytes.toString()) as Told).answers;
      const { text, printed } = await asCopied(".results code");
      expect(text).toBe("heterostem invert small.tif");
      const [answer] = (printed as { readonly images: readonly InvertedImage[] }).images;
      expect(told.verdict).toBe("in distribution");
      expectSameAnswer(told, answer);
    },
    PATIENCE_MS,
  );

  test(
    "asks the network for one material where one is named, and gives its numbers",
    async () => {
      const { page } = opened;
      await chooseMaterial(page, "WO3");
      const { bytes } = await downloaded(page, "All, JSON");
      const { answers } = JSON.parse(bytes.toString()) as Told;
      const { text, printed } = await asCopied(".results code");
      expect(text).toBe("heterostem invert small.tif --materials WO3");
      const own = (printed as { readonly images: readonly InvertedImage[] }).images;
      expect(answers.length).toBe(own.length);
      answers.forEach((told, k) => expectSameAnswer(told, own[k]));
      await page.getByRole("combobox", { name: "Material" }).selectOption("");
      await page.locator(".answer .hint", { hasText: "for TiO2-anatase and WO3." }).waitFor();
    },
    PATIENCE_MS,
  );

  test(
    "finds the command's particles for the same file",
    async () => {
      const { page } = opened;
      await page.locator(".particles tbody tr").first().waitFor();
      const { bytes } = await downloaded(page, "All, JSON");
      const told = (JSON.parse(bytes.toString()) as { readonly particles: { readonly found: unknown } })
        .particles.found;
      const { printed } = await asCopied(".results .copy:nth-of-type(2) code");
      const [found] = (printed as { readonly images: readonly unknown[] }).images;
      // single precision, sums in another order
      expect(differences(told, found, 1e-4)).toEqual([]);
    },
    PATIENCE_MS,
  );

  test(
    "draws the structures that the command draws, after a Stop as before it, and leafs through them by keyboard",
    async () => {
      const { page } = opened;
      const draw = page.getByRole("button", { name: "Draw structures" });
      await draw.press("Enter");
      await page.locator(".structures progress").waitFor();
      await page.getByRole("button", { name: "Stop", exact: true }).click();
      await page.locator(".structures .failure", { hasText: "Stopped" }).waitFor();
      await draw.press("Enter");
      await page.locator(".structures progress").waitFor();
      await page.locator(".structures .verdict, .structures .failure").waitFor();
      const told = JSON.parse((await downloaded(page, "Figures of all, JSON")).bytes.toString()) as unknown;
      const { text, printed } = await asCopied(".structures code");
      expect(text).toBe("heterostem reconstruct small.tif --out runs/reconstruct");
      const { out, ...command } = printed as { readonly out: string };
      // particles are rounded before the fit, so that chains take the same turns; browser and Node differ by 4e-10 in what they sum up
      expect(differences(told, command, 1e-7)).toEqual([]);
      const slider = page.getByRole("slider", { name: /^structure/ });
      await slider.focus();
      for (let i = 0; i < 7; i++) await slider.press("ArrowRight");
      await page.getByText("structure 8 of 24").waitFor();
      const xyz = (await downloaded(page, "All structures, XYZ")).bytes.toString();
      const words = (lines: string) =>
        lines.split(/\s+/).map((word) => (Number.isNaN(Number(word)) ? word : Number(word)));
      expect(differences(words(xyz), words(readFileSync(join(out, "structures.xyz"), "utf8")), 1e-4)).toEqual(
        [],
      );
      const { name, bytes } = await downloaded(page, "This structure, GLB");
      expect(name).toBe("small-structure-8.glb");
      // the same but for the last bit of a number here and there, which its JSON writes with a digit more or less
      expect(Math.abs(bytes.length - readFileSync(join(out, "glb/007.glb")).length)).toBeLessThan(100);
      expect(bytes.toString("latin1", 0, 4)).toBe("glTF");
    },
    PATIENCE_MS,
  );

  test(
    "refuses an image unlike the training images, and shows no numbers of it",
    async () => {
      const { page } = opened;
      await page.getByRole("button", { name: "One that it refuses" }).click();
      await page.locator(".verdict.refused, .answer .failure").waitFor();
      expect(await page.locator(".estimates").count()).toBe(0);
    },
    PATIENCE_MS,
  );

  test(
    "has a word for a text named .tif, an archive, an empty file and half a TIFF",
    async () => {
      const { page } = opened;
      const half = Buffer.from(
        encodeTiff([
          {
            width: 64,
            height: 64,
            data: new Float32Array(4096).map((_, i) => i),
            intensityUnit: "arbitrary",
            pixelSizeNm: 1,
          },
        ]),
      );
      const files = [
        ["<b>notes</b>.tif", Buffer.from("these are notes"), "file must be"],
        ["archive.zip", Buffer.from("504b0304140000000800", "hex"), "file must be"],
        ["empty.png", Buffer.alloc(0), "empty file"],
        ["half.tif", half.subarray(0, half.length / 2), "Cannot read micrograph"],
        ["packed.gz", gzipSync(Buffer.from("x")), "file must be"],
      ] as const;
      for (const [name, buffer, words] of files) {
        await page.locator("input[type=file]").setInputFiles({ name, mimeType: "image/tiff", buffer });
        await page.locator(".unread h2", { hasText: name }).waitFor();
        const failure = await page.locator(".unread .failure").textContent();
        expect(failure).toContain(words);
      }
      // names are text
      expect(await page.locator("b").count()).toBe(0);
    },
    PATIENCE_MS,
  );

  test(
    "has a word for a picture in colour: neither answer nor particles are read off it",
    async () => {
      const { page } = opened;
      const samples = Uint8Array.from({ length: 3 * 64 * 64 }, (_, i) => (i * i * 31 + i * 7) % 251);
      const buffer = Buffer.from(pngFile({ width: 64, height: 64, channels: 3, bitDepth: 8, samples }));
      await page
        .locator("input[type=file]")
        .setInputFiles({ name: "map.png", mimeType: "image/png", buffer });
      await page.locator('.sheet canvas[aria-label^="map.png"]').waitFor();
      await page.getByLabel("nm per pixel").fill("0.5");
      await page.getByLabel("nm per pixel").press("Enter");
      for (const place of [".answer", ".particles"]) {
        const told = await page.locator(`${place} .failure`).textContent();
        expect(told).toMatch(
          /^Cannot (invert|find particles).*: image must be grey, got colour in \d+ % of its pixels/,
        );
      }
    },
    PATIENCE_MS,
  );

  test.each([
    ["jpeg/grey.jpg", "45 x 27 px"],
    ["tiff/zstd-tiled-rgb-u1.tif", "37 x 29 px"],
    ["hdf5/plain.h5", "6 x 5 px"],
  ])(
    "reads %s, whose decoder is WebAssembly that the page may not fetch",
    async (path, size) => {
      const { page } = opened;
      // the image before is answered first: a click on its button comes too late where it just ends
      await page.getByRole("button", { name: "Stop" }).waitFor({ state: "hidden" });
      await page.locator("input[type=file]").setInputFiles(join(FIXTURES, path));
      await page.locator(`.sheet canvas[aria-label*="${size}"]`).waitFor();
    },
    PATIENCE_MS,
  );

  test(
    "moves the model by keyboard, and the picture follows in the command's pixels",
    async () => {
      const { page } = opened;
      await page.getByRole("button", { name: "Play with the model" }).press("Enter");
      await page.locator(".aggregate canvas").waitFor();
      const particles = page.getByRole("slider", { name: "particles" });
      await particles.focus();
      for (let i = 0; i < 10; i++) await particles.press("ArrowLeft");
      const count = Number(await page.getByRole("spinbutton", { name: "particles, typed" }).inputValue());
      expect(count).toBeLessThan(60);
      await expect
        .poll(() => page.locator(".aggregate .view").getAttribute("aria-label"), { timeout: PATIENCE_MS })
        .toContain(`of ${count} particles`);
      expect(page.url()).toContain("#model");
      const recipe = inversionRecipeSchema.parse(
        parse((await downloaded(page, "Recipe, YAML")).bytes.toString()),
      );
      const own = frameImage(await readMicrograph((await downloaded(page, "Image, TIFF")).bytes, "own.tif"));
      const image = simulated(recipe);
      const peak = image.data.reduce((high, value) => Math.max(high, value), 0);
      const worst = image.data.reduce((most, value, i) => Math.max(most, Math.abs(value - own.data[i])), 0);
      expect(own.data.length).toBe(256 * 256);
      expect(worst).toBeLessThan(1e-4 * peak);
    },
    PATIENCE_MS,
  );

  test(
    "has no serious fault for who reads by ear or keyboard, in light and dark",
    async () => {
      const { page } = opened;
      const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
      for (const view of ["Read an image", "Play with the model"]) {
        await page.getByRole("button", { name: view }).click();
        if (view === "Read an image") {
          // with all that can be on it: answer, particles, structures, and what these leave of the image
          await page.getByRole("button", { name: /^small.tif/ }).click();
          await page.getByRole("button", { name: "Fit them to the image" }).click();
          await page.locator(".explained canvas").first().waitFor();
          await page.locator(".structures .pictures canvas").first().waitFor();
        } else {
          await page.getByRole("checkbox", { name: "bright field beside it" }).check();
          await page.getByRole("region", { name: "Its bright-field image" }).waitFor();
        }
        for (const colorScheme of ["light", "dark"] as const) {
          await page.emulateMedia({ colorScheme });
          // by the debugger, for the page's policy lets nobody add a script
          await page.evaluate(axe);
          const found = await page.evaluate(async (isDark): Promise<string[]> => {
            type Violation = { id: string; impact: string; nodes: { html: string }[] };
            type Axe = { run(options: object): Promise<{ violations: Violation[] }> };
            const { violations } = await (globalThis as unknown as { axe: Axe }).axe.run({
              // it would fetch the style sheets, which the page's policy forbids
              preload: false,
              // all but the colours is the same in the dark
              ...(isDark ? { runOnly: ["color-contrast"] } : {}),
            });
            return violations
              .filter(({ impact }) => impact === "serious" || impact === "critical")
              .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
          }, colorScheme === "dark");
          expect(found).toEqual([]);
        }
      }
    },
    PATIENCE_MS,
  );

  test("asked nobody for anything but its own files, and wrote no error", () => {
    expect(opened.foreign).toEqual([]);
    expect(opened.errors).toEqual([]);
  });
});
