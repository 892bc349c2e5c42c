import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");

/** One call of a program; throws with what it printed where it failed. */
function call(program: string, words: readonly string[], env: NodeJS.ProcessEnv = process.env): string {
  const { status, stdout, stderr } = spawnSync(program, words, { cwd: ROOT, env, encoding: "utf8" });
  if (status !== 0)
    throw new Error(`${program} ${words.join(" ")} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}

test("the packed program installs for all users with install scripts on, and inverts an image from there", () => {
  const folder = mkdtempSync(join(tmpdir(), "heterostem-package-"));
  try {
    call("npm", ["pack", "--pack-destination", folder]);
    const [tarball] = readdirSync(folder);
    // the repository's .npmrc would switch the scripts off: the README's call runs from anywhere else
    const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: "skip", npm_config_ignore_scripts: "false" };
    const prefix = join(folder, "prefix");
    const options = ["--global", "--prefix", prefix, "--prefer-offline", "--no-audit", "--no-fund"];
    call("npm", ["install", ...options, join(folder, tarball)], env);
    const heterostem = join(prefix, "bin/heterostem");
    const corpus = join(folder, "corpus");
    const recipe = join(prefix, "lib/node_modules/heterostem/configs/tio2-wo3.yaml");
    call(heterostem, ["generate", recipe, "--count", "1", "--out", corpus]);
    call(heterostem, ["corpus", "export", corpus, "--to", "tiff", "--out", join(folder, "images")]);
    const answer = JSON.parse(
      call(heterostem, ["invert", join(folder, "images/images/000000.tif"), "--json"]),
    ) as { images: { estimates: { key: string }[] }[] };
    expect(answer.images[0].estimates.map(({ key }) => key)).toContain("numberFraction");
    // what only a GPU needs does not come along, and is told where it is asked for
    const installed = readdirSync(join(prefix, "lib/node_modules/heterostem/node_modules"));
    expect(installed.filter((name) => ["gl", "gpu.js", "webgpu"].includes(name))).toEqual([]);
    const onGpu = ["generate", recipe, "--count", "1", "--renderer", "gpu", "--out", join(folder, "gpu")];
    expect(() => call(heterostem, onGpu)).toThrow(/got no webgpu; "npm install .* installs them/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
