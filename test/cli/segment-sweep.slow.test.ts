import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
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

  test("refuses models of another study", () => {
    mkdirSync(join(folder, "other.partial"));
    const model = "all-images-1-epochs-fold-0.onnx";
    copyFileSync(join(folder, "whole", model), join(folder, "other.partial", model));
    const { status, stderr } = segment("sweep", "set", "--seed", "2", "--out", "other", "--resume");
    expect(status).not.toBe(0);
    expect(stderr).toContain("models of the unfinished run must be of this study and set");
  });
});
