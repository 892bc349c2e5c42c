import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { mean } from "../../src/core/index.ts";
import { loadSet } from "../../src/segment/index.ts";
import { heterostem } from "../helpers/heterostem.ts";

const CASES = resolve(import.meta.dirname, "../../../shared/cases/segment");

async function prepare(data: string, study = "study.yaml") {
  const out = join(mkdtempSync(join(tmpdir(), "heterostem-cases-")), "set");
  const words = ["segment", "prepare", join(CASES, study), "--data", join(CASES, data), "--out", out];
  return { out, ...(await heterostem(...words)) };
}

describe.skipIf(!existsSync(CASES))("label files that people report (../shared/cases/segment)", () => {
  test.each(["green", "alpha", "inst"])("masks of %s show what the plain ones show", async (kind) => {
    const [plain, other] = [await prepare("plain"), await prepare(kind)];
    expect([plain.code, other.code]).toEqual([0, 0]);
    const [wanted, found] = [await loadSet(plain.out), await loadSet(other.out)];
    expect(found.items.map(({ classIds }) => classIds)).toEqual(wanted.items.map(({ classIds }) => classIds));
    expect(wanted.items.map(({ instanceIds }) => instanceIds)).toEqual([null, null, null, null]);
    const counts = found.items.map(({ instanceIds }) => Math.max(...(instanceIds ?? [0])));
    expect(counts).toEqual(kind === "inst" ? [8, 8, 8, 8] : [0, 0, 0, 0]);
  });

  test("polygons drawn on photographs as a browser shows them lie on the objects", async () => {
    const { code, out } = await prepare("exif", "study-via.yaml");
    expect(code).toBe(0);
    const { items } = await loadSet(out);
    for (const { image, classIds, name } of items) {
      const meanOf = (classId: number) => mean([...image.data].filter((_, i) => classIds[i] === classId));
      const object = image.data.filter((_, i) => classIds[i] === 1);
      // the object is 170 on a ground of 90; labels beside it have the mean of the rest
      expect([name, meanOf(1) - meanOf(0) > 70, object.length]).toEqual([name, true, 29 * 29]);
    }
  });

  test("the same picture in four groups is refused with two names", async () => {
    const { code, stderr } = await prepare("leak");
    expect(code).not.toBe(0);
    expect(stderr).toContain("got the same as s0_0 (fold 0) and s1_0 (fold 1)");
  });

  test("class ids for three classes are refused where masks have other values, with the rule that fits", async () => {
    const remedies = {
      plain: "got 0 (88 %), 255 (12 %) in 4 masks",
      inst: "numbered objects are mask: { kind: instances }",
      green: 'mask: { kind: colors, colors: ["#00ff00"] }',
    };
    for (const [data, remedy] of Object.entries(remedies)) {
      const { code, stderr } = await prepare(data, "study-three-ids.yaml");
      expect([data, code === 0, stderr.includes(remedy)]).toEqual([data, false, true]);
    }
  });
});
