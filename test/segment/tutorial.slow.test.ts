import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { writeFileSync } from "node:fs";
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
function writeImage(name: string, into = "my-data"): void {
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
  writeFileSync(join(folder, into, "images", `${name}.jpg`), jpeg);
  const png = pngBytes({ width: WIDTH, height: HEIGHT, pixels: mask, channels: 1 });
  writeFileSync(join(folder, into, "labels", `${name}.png`), png);
}

/** The first block of a language below a heading of a page. */
function blockBelow(heading: string, language: string, page = PAGE): string {
  const part = page.slice(page.indexOf(heading));
  return new RegExp(`\\n\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(part)?.[1] ?? "";
}

function runShell(script: string) {
  const calls = script.replaceAll(/^heterostem/gm, `"${process.execPath}" "${MAIN}"`);
  return spawnSync("bash", ["-e", "-c", calls], { cwd: folder, encoding: "utf8" });
}

beforeAll(() => {
  for (const name of ["images", "labels"]) mkdirSync(join(folder, "my-data", name), { recursive: true });
  for (const specimen of ["10C3", "10un", "5C3", "5un"])
    for (const k of [0, 1]) writeImage(`${specimen}_${k}`);
  for (const name of ["images", "labels"]) mkdirSync(join(folder, "more", name), { recursive: true });
  for (const specimen of ["2C3", "2un"]) writeImage(`${specimen}_0`, "more");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!existsSync(MAIN))("the tutorial on segmenting one's own micrographs", () => {
  test("its first look runs as it stands, from a folder of JPEGs and masks to particles in nm", () => {
    writeFileSync(join(folder, "my-study.yaml"), blockBelow("## 2.", "yaml"));
    const script = blockBelow("## 3.", "sh");
    expect(script.match(/ segment /g)?.length).toBe(4);
    const { status, stdout, stderr } = runShell(script);
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

  test("with its model, the tutorial on labelling less names tiles of new images, and their study is prepared", () => {
    const page = readFileSync(join(ROOT, "docs/tutorials/label-less.md"), "utf8");
    symlinkSync("first", join(folder, "runs/model"));
    renameSync(join(folder, "more/images"), join(folder, "my-images"));
    const again = blockBelow("## 3.", "sh", page).split("\n").slice(0, 1);
    const { status, stderr } = runShell([blockBelow("## 1.", "sh", page), ...again].join("\n"));
    expect(status, stderr).toBe(0);
    const [head, ...tiles] = readFileSync(join(folder, "runs/to-label/tasks.csv"), "utf8").trim().split("\n");
    expect(head).toContain("score");
    expect(tiles.length).toBeGreaterThan(0);
    expect(existsSync(join(folder, "runs/set-2/dataset.json"))).toBe(true);
  });
});
