import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodeRoiSet, readRoiSet } from "../../src/labels/index.ts";
import { readOutlined } from "../../src/cli/commands/particles/read-outlined.ts";
import { mean, openRandomStream } from "../../src/core/index.ts";
import { discOutlines, discsOfOutlines, explainParticle, openDetector } from "../../src/particles/index.ts";
import { DETECTOR_KIND } from "../../src/particles/detect/detector-model.ts";
import { detectorNetwork } from "../../src/particles/detect/detector-network.ts";
import { exportModel, initialWeights } from "../../src/train/index.ts";
import { DISCS, discDetector, listed, picture, SIDE, writePicture } from "../helpers/bright-discs.ts";
import { heterostem } from "../helpers/heterostem.ts";

const folder = mkdtempSync(join(tmpdir(), "particles-"));
const path = (name: string) => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(async () => {
  writeFileSync(path("model.onnx"), await discDetector());
  writePicture(path("discs.png"), picture(DISCS, 7));
}, 240_000);

const grey = (data: Float32Array) =>
  ({ width: SIDE, height: SIDE, data, intensityUnit: "arbitrary", pixelSizeNm: 0.5 }) as const;

const find = (...words: string[]) => heterostem("particles", ...words, "--model", path("model.onnx"));

describe("heterostem particles", () => {
  test("finds discs, measures them in nm, writes table, overlay, regions and a page", async () => {
    const out = path("found");
    const { code, stdout, stderr } = await find(path("discs.png"), "--materials", "Pt", "--out", out);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/note: .*taken as haadf by what it shows.*\nnote: /);
    const [head, ...rows] = readFileSync(join(out, "particles.csv"), "utf8").trim().split("\n");
    expect(head).toBe(
      "image,particle,x [px],y [px],radius [px],radius [nm],material,probability,source,cut by edge,axis ratio,direction of the long axis [deg]",
    );
    const found = rows.map((row) => row.split(","));
    for (const { x, y, radiusPx } of DISCS) {
      const near = found.find(([, , u, v]) => Math.hypot(Number(u) - x, Number(v) - y) < 3) ?? [];
      // a network of a few seconds: a fifth of the radius
      expect(Math.abs(Number(near[4]) / radiusPx - 1)).toBeLessThan(0.2);
      expect(Number(near[5])).toBeCloseTo(0.5 * Number(near[4]), 10);
      expect(near[6]).toBe("Pt");
      expect(near.slice(8, 10)).toEqual(["detected", x + radiusPx > SIDE ? "1" : "0"]);
    }
    for (const name of [
      "images.csv",
      "particles.json",
      "report.html",
      "overlays/0000-discs.png",
      "rois/0000-discs.zip",
    ]) {
      expect(existsSync(join(out, name))).toBe(true);
    }
  });

  test("--fit refines the discs, writes the residual and says how much they explain", async () => {
    const out = path("fitted");
    const { code, stdout } = await find(path("discs.png"), "--fit", "--out", out);
    expect(code).toBe(0);
    expect(stdout).toContain("variance explained");
    expect(existsSync(join(out, "residuals/0000-discs.png"))).toBe(true);
    const { fits } = JSON.parse(readFileSync(join(out, "particles.json"), "utf8"));
    // flat discs are no spheres: most is explained, not all
    expect(fits[0].explained).toBeGreaterThan(0.8);
    expect(fits[0].explained).toBeLessThan(0.99);
  });

  test("where a fit does not describe the image, as on a support, the particles stay as they were", async () => {
    const onSupport = picture(DISCS.slice(0, 2), 9).map(
      (value, i) => value + 1.5 * Math.sin((i % SIDE) / 9) * Math.cos(i / SIDE / 11),
    );
    writePicture(path("support.png"), onSupport);
    const regions = encodeRoiSet(discOutlines({ particles: DISCS.slice(0, 2).map(listed) }));
    writeFileSync(path("corrected.zip"), regions);
    const words = [
      path("support.png"),
      "--corrections",
      path("corrected.zip"),
      "--fit",
      "--modality",
      "haadf",
    ];
    const { code, stdout } = await find(...words, "--out", path("on-support"));
    expect(code).toBe(0);
    expect(stdout).toContain("support.png: spheres on an even ground do not explain the image");
    const rows = readFileSync(path("on-support/particles.csv"), "utf8").trim().split("\n").slice(1);
    expect(rows.map((row) => Number(Number(row.split(",")[4]).toFixed(3)))).toEqual([9, 11]);
  });

  test("discs become regions and come back with centre and area", () => {
    const particle = { ...listed(DISCS[1]), material: "WO3" };
    const [back] = discsOfOutlines(readRoiSet(encodeRoiSet(discOutlines({ particles: [particle] }))), [
      "TiO2",
      "WO3",
    ]);
    for (const key of ["x", "y", "radiusPx"] as const) expect(back[key]).toBeCloseTo(DISCS[1][key], 4);
    expect(back.material).toBe("WO3");
    // a hole is smaller than what it lies in; a box of 8 x 6 holds an ellipse of the area pi 4 3
    const box = [0, 0, 8, 0, 8, 6, 0, 6];
    const [holed] = discsOfOutlines([{ className: "pore", rings: [[2, 2, 3, 2, 3, 3, 2, 3], box] }], []);
    expect([holed.x, holed.y, holed.radiusPx]).toEqual([4, 3, Math.sqrt(48 / Math.PI)]);
    const [boxed] = discsOfOutlines([{ className: "pore", rings: [box], kind: "box" }], []);
    expect([boxed.x, boxed.y, boxed.radiusPx]).toEqual([4, 3, Math.sqrt(12)]);
  });

  test("particles train tunes a detector on images with regions, and says what is missing", async () => {
    for (const name of ["tune/images", "tune/particles"]) mkdirSync(path(name), { recursive: true });
    for (const i of [0, 1, 2]) {
      writePicture(path(`tune/images/${i}.png`), picture(DISCS, 20 + i));
      const regions = encodeRoiSet(discOutlines({ particles: DISCS.map(listed) }));
      writeFileSync(path(`tune/particles/${i}.zip`), regions);
    }
    const train = (...words: string[]) =>
      heterostem("particles", "train", path("tune"), "--epochs", "2", ...words);
    const { code, stdout } = await train("--from", path("model.onnx"), "--out", path("tuned"));
    expect(code).toBe(0);
    expect(stdout).toContain("tuned on the images of");
    const refused = await train("--out", path("never"));
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringContaining("wanted one to start from, got none"),
    ]);
    rmSync(path("tune/particles/2.zip"));
    const incomplete = await train("--from", path("model.onnx"), "--out", path("never"));
    expect(incomplete.stderr).toContain(
      "Cannot tune detector: wanted masks or regions of each image, got neither ",
    );
    expect(existsSync(path("never"))).toBe(false);
    const found = await heterostem(
      "particles",
      path("discs.png"),
      "--model",
      path("tuned/model.onnx"),
      "--out",
      path("with-tuned"),
    );
    expect(found.code).toBe(0);
  });

  test("particles suggest: tiles with circles, as particles train reads them back, one without a particle too", async () => {
    const side = 2 * SIDE;
    const inside = DISCS.slice(0, 2).map((disc) => ({ ...disc, x: disc.x + SIDE }));
    const wide = picture(inside, 11, side);
    // hardly any noise where nothing is, so that the small network sees nothing there
    const isOther = (i: number) => i % side < SIDE - 16 || i >= (SIDE + 16) * side;
    writePicture(
      path("wide.png"),
      wide.map((value, i) => (isOther(i) ? 0.3 + 0.004 * (((i * 7919) % 101) / 101) : value)),
      side,
    );
    const suggest = (...words: string[]) =>
      heterostem(
        "particles",
        "suggest",
        path("model.onnx"),
        path("wide.png"),
        "--tile",
        String(SIDE),
        ...words,
      );
    const out = path("to-outline");
    const { code, stdout } = await suggest("--by", "diversity", "--budget", "4", "--out", out);
    expect(code).toBe(0);
    expect(stdout).toContain("note: without --labelled the choice does not know what is outlined already");
    const { tasks } = JSON.parse(readFileSync(join(out, "tasks.json"), "utf8"));
    expect(tasks.map(({ tile }: { tile: string }) => tile).sort()).toEqual(
      ["x0_y0", "x0_y128", "x128_y0", "x128_y128"].map((place) => `wide_${place}`),
    );
    const images = await readOutlined(out);
    const counts = Object.fromEntries(images.map(({ name, discs }) => [name, discs.length]));
    for (const { tile, drawnCount } of tasks) expect(counts[tile]).toBe(drawnCount);
    expect(Object.values(counts)).toContain(0);
    const drawn = images.find(({ name }) => name === "wide_x128_y0")?.discs ?? [];
    for (const { x, y } of DISCS.slice(0, 2)) {
      expect(Math.min(...drawn.map((disc) => Math.hypot(disc.x - x, disc.y - y)))).toBeLessThan(3);
    }
    const coco = JSON.parse(readFileSync(join(out, "coco.json"), "utf8"));
    const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
    expect([coco.images.length, coco.annotations.length]).toEqual([4, total]);
    // what is outlined is neither suggested again nor lost
    rmSync(join(out, "images/wide_x0_y0.png"));
    const again = path("to-outline-2");
    const next = await suggest("--labelled", out, "--budget", "4", "--out", again);
    expect(next.stdout).toContain("there are 1 tiles only, of 4 that were asked for");
    expect((await readOutlined(again)).map(({ name }) => name)).toEqual(images.map(({ name }) => name));
  });

  test("--explain: what lies in a disc made it a particle, a detector of random weights does not find it", async () => {
    const out = path("explained");
    const { code } = await find(path("discs.png"), "--modality", "haadf", "--explain", "1", "--out", out);
    expect(code).toBe(0);
    expect(readdirSync(join(out, "explained"))).toEqual(["0000-discs-1.png"]);
    expect(readFileSync(join(out, "report.html"), "utf8")).toContain("Which pixels made particle 1");
    const bytes = readFileSync(path("model.onnx"));
    const image = grey(picture(DISCS, 7));
    const learned = openDetector(bytes, { threads: 1 });
    const { box, contributions } = await explainParticle(learned, image, DISCS[0]);
    const radiiOff = (i: number) => {
      const [x, y] = [box.x + (i % box.width) + 0.5, box.y + Math.floor(i / box.width) + 0.5];
      return Math.hypot(x - DISCS[0].x, y - DISCS[0].y) / DISCS[0].radiusPx;
    };
    const meanOf = (isWanted: (radii: number) => boolean) =>
      mean(contributions.filter((_, i) => isWanted(radiiOff(i))).map(Math.abs));
    // disc and rim against what lies farther off
    expect(meanOf((radii) => radii < 1.3)).toBeGreaterThan(2 * meanOf((radii) => radii > 1.7));
    expect(radiiOff(contributions.indexOf(Math.max(...contributions)))).toBeLessThan(1.6);
    // the sanity check of [adebayo2018]: the map must hang on what was learned
    const { network } = learned.metadata;
    const sized = detectorNetwork(network, { width: 64, height: 64 });
    const facts = { kind: DETECTOR_KIND, network, modality: "haadf", threshold: 0.3 };
    const weights = initialWeights(openRandomStream(1, "random weights"), sized);
    const random = openDetector(exportModel(sized, weights, facts), { threads: 1 });
    await expect(explainParticle(random, image, DISCS[0])).rejects.toThrow(
      "Cannot explain particle: the detector must find it, got none at 40.0, 40.0",
    );
    await random.dispose();
    const missing = await find(
      path("discs.png"),
      "--modality",
      "haadf",
      "--explain",
      "99",
      "--out",
      path("never"),
    );
    expect([missing.code, missing.stderr]).toEqual([
      2,
      expect.stringMatching(/--explain must be one of the particles of discs.png, 1 to \d, got 99/),
    ]);
    expect(existsSync(path("never"))).toBe(false);
    await learned.dispose();
  });

  test("images without particles, without contrast, saturated or too small are told so, and nothing is written", async () => {
    writePicture(path("flat.png"), new Float32Array(SIDE * SIDE).fill(0.5));
    writePicture(path("film.png"), picture([], 3));
    writePicture(
      path("burnt.png"),
      picture(DISCS, 4).map((value, i) => (i % SIDE < 60 ? 1 : value)),
    );
    writePicture(path("small.png"), picture(DISCS, 5, 32), 32);
    const refusal = async (name: string, ...words: string[]) => {
      const { code, stderr } = await find(path(name), ...words, "--out", path("never"));
      return [code, stderr.split(path(name))[0]];
    };
    expect((await refusal("flat.png"))[1]).toContain("Cannot find particles: image must have contrast, got ");
    const burnt = await refusal("burnt.png", "--modality", "haadf", "--keep-bar");
    expect(burnt[1]).toContain(
      "image must not be saturated, got 47 % of its pixels at the brightest level, taken as haadf",
    );
    expect((await refusal("small.png"))[1]).toContain(
      "image must be at least 64 px wide and high, got 32 x 32 px",
    );
    const film = await refusal("film.png", "--modality", "haadf", "--least-probability", "0.9");
    expect(film).toEqual([1, expect.stringContaining("image must show particles, got none, taken as haadf")]);
    expect(existsSync(path("never"))).toBe(false);
  });

  test("wrong usage is told in words", async () => {
    const say = async (...words: string[]) =>
      (await find(path("discs.png"), ...words, "--out", path("never"))).stderr;
    expect(await say("--materials", "A,B,C")).toContain("--materials must be one or two names, got A,B,C");
    expect(await say("--least-probability", "2")).toContain("wanted a number from 0.01 to 0.99, got 2");
    const { code, stderr } = await heterostem(
      "particles",
      path("discs.png"),
      "--model",
      path("none.onnx"),
      "--out",
      path("never"),
    );
    const unread = "wanted a detector that heterostem particles train wrote, got no such file";
    expect([code, stderr]).toEqual([2, expect.stringContaining(unread)]);
  });
});
