import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { TFJS_INSTALL } from "../src/graph/tfjs/load-tfjs.ts";
import { GPU_INSTALL } from "../src/stem-sim/kernel/gpu-package.ts";

const isTfjs = (name: string) => name.startsWith("@tensorflow/");
const ROOT = resolve(import.meta.dirname, "..");
const readText = (name: string) => readFileSync(resolve(ROOT, name), "utf8");

interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly link?: boolean;
}

const locked = (JSON.parse(readText("package-lock.json")) as { packages: Record<string, LockedPackage> })
  .packages;
const own = JSON.parse(readText("package.json")) as {
  readonly dependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
  readonly peerDependencies: Record<string, string>;
  readonly peerDependenciesMeta: Record<string, { readonly optional: boolean }>;
};
const direct = own.dependencies;
const page = readText("docs/dependencies.md");

/** What `npm ci --omit=dev` may install. */
const production = Object.entries(locked)
  .filter(([path, { dev, link }]) => path.includes("node_modules/") && dev !== true && link !== true)
  .map(([path, found]) => ({ name: path.replace(/^.*node_modules\//, ""), ...found }));

interface Row {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly size: string;
  readonly released: string;
  readonly reason: string;
  readonly brought: readonly string[];
}

const rows = [...page.matchAll(/^\| `([^`]+)` \| (.+) \|$/gm)].map(([, name, rest]): Row => {
  const [version, licence, size, released, reason, brings] = rest.split(" | ");
  const brought = [...brings.matchAll(/`([^`]+)`/g)].map(([, one]) => one);
  return { name, version, licence, size, released, reason, brought };
});

test("every package that the program imports has a row with its version, and no other has one", () => {
  const shown = Object.fromEntries(rows.map(({ name, version }) => [name, version]));
  expect(shown).toEqual(direct);
});

test("a row tells size, release and reason", () => {
  for (const { name, size, released, reason } of rows) {
    expect(Number(size), name).toBeGreaterThan(0);
    expect(released, name).toMatch(/^20\d\d-\d\d-\d\d$/);
    expect(reason.length, name).toBeGreaterThan(10);
  }
});

test("every package that comes along stands in a row, and every one that stands there comes", () => {
  const patterns = rows
    .flatMap(({ brought }) => brought)
    .map((name) => (name.endsWith("*") ? name.slice(0, -1) : name));
  const isNamed = (name: string) =>
    name in direct || patterns.some((one) => (one.endsWith("-") ? name.startsWith(one) : name === one));
  expect(production.map(({ name }) => name).filter((name) => !isNamed(name))).toEqual([]);
  const names = production.map(({ name }) => name);
  const isThere = (one: string) =>
    names.some((name) => (one.endsWith("-") ? name.startsWith(one) : name === one));
  expect(patterns.filter((one) => !isThere(one))).toEqual([]);
});

test("every licence is one that the page allows", () => {
  const list = page.slice(page.indexOf("Licences that may come:")).split("\n\n")[0];
  const allowed = new Set([...list.matchAll(/`([\w.-]+)`/g)].map(([, one]) => one));
  const isAllowed = (license: string) =>
    license
      .replaceAll(/[()]/g, "")
      .split(/ AND /)
      .every((all) => all.split(" OR ").some((one) => allowed.has(one)));
  // free use with the notice kept; npm knows no short name for it
  const unnamed = new Set(["h5wasm"]);
  const refused = production.filter(
    ({ name, license = "none" }) => !unnamed.has(name) && !isAllowed(license),
  );
  expect(refused.map(({ name, license }) => `${name}: ${license}`)).toEqual([]);
  const licenceOf = (name: string) =>
    production.find((one) => one.name === name && one.version === direct[name])?.license ?? "none";
  const named = rows.filter(({ name }) => !unnamed.has(name));
  expect(named.map(({ name }) => [name, licenceOf(name).replaceAll(/[()]/g, "")])).toEqual(
    named.map(({ name, licence }) => [name, licence]),
  );
});

test("what a GPU renderer needs is installed by nobody who does not ask: the page counts what the lock file holds", () => {
  const names = production.map(({ name }) => name);
  for (const name of ["gl", "gpu.js", "webgpu"]) expect(names).not.toContain(name);
  expect(page).toContain(`| as it is | ${production.length} |`);
});

test("the call that adds the GPU renderer names the versions that it was tested with", () => {
  const peers = Object.entries(own.peerDependencies).filter(([name]) => !isTfjs(name));
  expect(GPU_INSTALL.split(" ").slice(3)).toEqual(peers.map(([name, version]) => `${name}@${version}`));
  expect(page).toContain(GPU_INSTALL);
  for (const [name, version] of peers) {
    expect(own.devDependencies[name]).toBe(version);
    expect(own.peerDependenciesMeta[name]).toEqual({ optional: true });
  }
});

test("the packages of TensorFlow.js are optional, of one version, and the call that adds two names what the tests run", () => {
  const peers = Object.entries(own.peerDependencies).filter(([name]) => isTfjs(name));
  expect(new Set(peers.map(([, version]) => version)).size).toBe(1);
  for (const [name] of peers) {
    expect(own.peerDependenciesMeta[name]).toEqual({ optional: true });
    expect(page).toContain(`${name} `);
  }
  const tested = Object.entries(own.devDependencies).filter(([name]) => isTfjs(name));
  const call = tested.map(([name, version]) => `${name}@${version}`);
  expect(TFJS_INSTALL.split(" ").slice(2).toSorted()).toEqual(call);
  expect(page).toContain(TFJS_INSTALL);
});

test("nothing that is installed runs a script", () => {
  expect(readText(".npmrc")).toContain("ignore-scripts=true");
});
