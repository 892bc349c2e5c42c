import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, expect, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");
const PAGE = join(ROOT, "docs/tutorials/train-a-network.md");
/** The page's script imports ./dist and reads ../shared, so it must lie in the project's root. */
const SCRIPT = join(ROOT, ".tutorial-under-test.mjs");
const MODEL = join(ROOT, "spheroidite.onnx");
const isReady =
  existsSync(join(ROOT, "../shared/data/ampis_spheroidite")) && existsSync(join(ROOT, "dist/src/train"));

afterAll(() => {
  for (const path of [SCRIPT, MODEL]) rmSync(path, { force: true });
});

test("the tutorial's script, as it stands on the page, segments spheroidite better than Otsu's threshold", (context) => {
  context.skip(!isReady, "wants ../shared/data/ampis_spheroidite and a build");
  const blocks = [...readFileSync(PAGE, "utf8").matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => code);
  writeFileSync(SCRIPT, blocks.join("\n"));
  const { stdout, stderr, status } = spawnSync(process.execPath, [SCRIPT], { cwd: ROOT, encoding: "utf8" });
  expect(status, stderr).toBe(0);
  const iou = Number(/IoU on 2 micrographs .*: ([\d.]+)/.exec(stdout)?.[1]);
  // Otsu reaches 0.554 on these two micrographs
  expect(iou).toBeGreaterThan(0.65);
});
