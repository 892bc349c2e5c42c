import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { encodeTiff } from "../../src/micrograph/index.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const PROGRAM = join(ROOT, "dist/src/cli/main.js");

/** A film with one bright disc, as fractions of the beam: enough for the shipped network to run. */
function discImage(): Uint8Array {
  const [width, height] = [160, 160];
  const data = Float32Array.from({ length: width * height }, (_, i) => {
    const level = Math.hypot((i % width) - 80, Math.floor(i / width) - 80) < 20 ? 0.08 : 0.01;
    // its variance grows with the signal, as that of counted electrons
    return level + 0.02 * Math.sqrt(level) * Math.sin(i * i);
  });
  return encodeTiff([
    {
      width,
      height,
      data,
      pixelSizeNm: 1.1,
      intensityUnit: "fraction of the incident beam",
    },
  ]);
}

test("heterostem invert leaves nothing in the caches of the user's home: no telemetry of the runtime", () => {
  const home = mkdtempSync(join(tmpdir(), "heterostem-home-"));
  try {
    const cache = join(home, "cache");
    mkdirSync(cache);
    const image = join(home, "image.tif");
    writeFileSync(image, discImage());
    const { ORT_DISABLE_TELEMETRY: _, ...env } = process.env;
    const { status, stderr } = spawnSync(process.execPath, [PROGRAM, "invert", image], {
      env: { ...env, HOME: home, XDG_CACHE_HOME: cache },
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(readdirSync(cache)).toEqual([]);
    expect(readdirSync(home).sort()).toEqual(["cache", "image.tif"]);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});

test("onnxruntime-node is imported by its adapter alone, behind the switch that keeps it silent", () => {
  const sources = ["src", "bench"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => join(folder, name)),
  );
  const textOf = (name: string) => readFileSync(join(ROOT, name), "utf8");
  const importers = sources.filter((name) =>
    /from "onnxruntime-node|(?:import|require)\("onnxruntime-node"/.test(textOf(name)),
  );
  expect(importers).toEqual(["src/graph/onnxruntime-session.ts"]);
  const adapter = textOf(importers[0]);
  expect(adapter.indexOf("./without-telemetry.ts")).toBeGreaterThan(0);
  expect(adapter.indexOf("./without-telemetry.ts")).toBeLessThan(adapter.indexOf('"onnxruntime-node"'));
});
