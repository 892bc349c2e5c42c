import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { encode } from "jpeg-js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { pngBytes } from "../../src/report/index.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const MAIN = join(ROOT, "dist/src/cli/main.js");
const PAGE = readFileSync(join(ROOT, "docs/tutorials/segment-your-micrographs.md"), "utf8");
const folder = mkdtempSync(join(tmpdir(), "heterostem-tutorial-"));
const [WIDTH, HEIGHT] = [256, 192];

/** Bright agglomerates on a noisy polymer: a JPEG and its mask, black where the object is. */
function writeImage(name: string): void {
  const rng = openRandomStream(1, name);
  const discs = Array.from({ length: 9 }, () => ({
    x: rng.uniform() * WIDTH,
    y: rng.uniform() * HEIGHT,
    radius: 8 + 12 * rng.uniform(),
  }));
  const isInside = (i: number) =>
    discs.some(({ x, y, radius }) => Math.hypot((i % WIDTH) - x, Math.floor(i / WIDTH) - y) < radius);
  const mask = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => (isInside(i) ? 0 : 255));
  const data = Buffer.alloc(4 * mask.length, 255);
  mask.forEach((value, i) => data.fill((value === 0 ? 170 : 80) + 20 * rng.normal(), 4 * i, 4 * i + 3));
  const jpeg = encode({ data, width: WIDTH, height: HEIGHT }, 90).data;
  writeFileSync(join(folder, "my-data/images", `${name}.jpg`), jpeg);
  const png = pngBytes({ width: WIDTH, height: HEIGHT, pixels: mask, channels: 1 });
  writeFileSync(join(folder, "my-data/labels", `${name}.png`), png);
}

/** The first block of a language below a heading of the page. */
function blockBelow(heading: string, language: string): string {
  const part = PAGE.slice(PAGE.indexOf(heading));
  return new RegExp(`\\n\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(part)?.[1] ?? "";
}

beforeAll(() => {
  for (const name of ["images", "labels"]) mkdirSync(join(folder, "my-data", name), { recursive: true });
  for (const specimen of ["10C3", "10un", "5C3", "5un"])
    for (const k of [0, 1]) writeImage(`${specimen}_${k}`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!existsSync(MAIN))("the tutorial on segmenting one's own micrographs", () => {
  test("its first look runs as it stands, from a folder of JPEGs and masks to particles in nm", () => {
    writeFileSync(join(folder, "my-study.yaml"), blockBelow("## 2.", "yaml"));
    const script = blockBelow("## 3.", "sh").replaceAll(/^heterostem/gm, `"${process.execPath}" "${MAIN}"`);
    expect(script.match(/ segment /g)?.length).toBe(4);
    const { status, stdout, stderr } = spawnSync("bash", ["-e", "-c", script], {
      cwd: folder,
      encoding: "utf8",
    });
    expect(status, stderr).toBe(0);
    // two images of two specimens in each fold: nothing leaks
    expect(stdout).not.toContain("too high");
    expect(readFileSync(join(folder, "runs/first-scores/report.html"), "utf8")).toContain("6. Integration");
    const [head, ...rows] = readFileSync(join(folder, "runs/first-particles/particles.csv"), "utf8")
      .trim()
      .split("\n");
    expect(head).toContain("equivalent diameter [nm]");
    expect(rows.length).toBeGreaterThan(8);
  });
});
