import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, test } from "vitest";

const MAIN = resolve(import.meta.dirname, "../../dist/src/cli/main.js");
const folder = mkdtempSync(join(tmpdir(), "heterostem-sweep-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const STUDY = `
name: drawn-steel
data:
  sets: [{ images: PNG, labels: nature_scidata_heerlen_aachen_steel_annotations_polygon.csv }]
  labelKind: polygonCsv
  classNames: [steel, island]
  groups: { table: nature_scidata_steel_metadata.csv, nameColumn: image, groupColumns: [type, temperature] }
  split: { by: folds, count: 2 }
model: { widths: [4], bottomWidth: 4 }
training: { cropPx: 32, epochs: 1 }
sweep: { folds: true }
`;

function segment(...words: readonly string[]) {
  return spawnSync(process.execPath, [MAIN, "segment", ...words], { cwd: folder, encoding: "utf8" });
}

describe.skipIf(!existsSync(MAIN))("segment sweep --resume", () => {
  test("takes the folds that a killed sweep has finished, and ends with the scores of one that was not", () => {
    writeFileSync(join(folder, "study.yaml"), STUDY);
    segment("generate", "steel", "--count", "12", "--out", "steel");
    segment("prepare", "study.yaml", "--data", "steel", "--out", "set");
    const whole = segment("sweep", "set", "--out", "whole");
    expect(whole.status, whole.stderr).toBe(0);
    // what a kill leaves after the first fold
    mkdirSync(join(folder, "killed.partial"));
    const model = "all-images-1-epochs-fold-0.onnx";
    copyFileSync(join(folder, "whole", model), join(folder, "killed.partial", model));
    expect(segment("sweep", "set", "--out", "killed").stderr).toContain("go on with it by --resume");
    const resumed = segment("sweep", "set", "--out", "killed", "--resume");
    expect(resumed.status, resumed.stderr).toBe(0);
    expect(resumed.stderr).not.toContain("Training all-images-1-epochs-fold-0");
    expect(resumed.stderr).toContain("Training all-images-1-epochs-fold-1");
    const scores = (name: string) => readFileSync(join(folder, name, "scores.csv"), "utf8");
    expect(scores("killed")).toBe(scores("whole"));
    const page = readFileSync(join(folder, "whole", "sweep.html"), "utf8");
    for (const words of ["Groups, island", "Share of island", "Best and worst images"])
      expect(page).toContain(words);
    // one size of the training set, one number of epochs: no curve
    expect(page).not.toContain("<h2>Curves");
  });

  test("joins the parts that two tasks made to the bytes of one run, and names trainings that no part has", () => {
    const part = (index: string, of: string) =>
      segment("sweep", "set", "--shard", `${index}/${of}`, "--out", `parts/${index}`);
    expect(part("1", "2").stdout).toContain("1 of 2 trainings in parts/1: all-images-1-epochs-fold-0;");
    const joined = () => segment("sweep", "set", "--join", "parts", "--out", "joined");
    const early = joined();
    expect(early.status).toBe(2);
    expect(early.stderr).toContain(
      "Cannot join sweep: wanted the models of all 2 trainings, got none of all-images-1-epochs-fold-1; make their parts",
    );
    expect(existsSync(join(folder, "joined.partial"))).toBe(false);
    expect(part("2", "2").status).toBe(0);
    const { status, stderr } = joined();
    expect(status, stderr).toBe(0);
    expect(stderr).not.toContain("Training all-images");
    const files = readdirSync(join(folder, "whole")).sort();
    expect(readdirSync(join(folder, "joined")).sort()).toEqual(files);
    for (const name of files) {
      const [one, other] = ["whole", "joined"].map((run) => readFileSync(join(folder, run, name)));
      expect([name, one.equals(other)]).toEqual([name, true]);
    }
  });

  test("refuses models of another study", () => {
    mkdirSync(join(folder, "other.partial"));
    const model = "all-images-1-epochs-fold-0.onnx";
    copyFileSync(join(folder, "whole", model), join(folder, "other.partial", model));
    const { status, stderr } = segment("sweep", "set", "--seed", "2", "--out", "other", "--resume");
    expect(status).not.toBe(0);
    expect(stderr).toContain("models of the unfinished run must be of this study and set");
  });
});
