import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { findMaterial } from "../../src/core/index.ts";
import { describeAggregate, readAggregates } from "../../src/stochastic/index.ts";

/** Files that other programs wrote, or people: each shows a situation, ../shared/cases/README.md says which. */
const FOLDER = resolve(import.meta.dirname, "../../../shared/cases");
const isThere = existsSync(FOLDER);
const gold = [findMaterial("Au")];

/** Of three spheres in a row, radii 5 nm: each solid sphere 3/5 r², and two of three 10 nm from the middle. */
const ROW_GYRATION_NM = Math.sqrt(0.6 * 25 + (2 * 100) / 3);

function read(name: string, materials?: typeof gold) {
  const [frame] = readAggregates(readFileSync(join(FOLDER, name), "utf8"), { where: name, materials });
  return { ...frame, ...describeAggregate(frame.aggregate) };
}

describe.skipIf(!isThere)("aggregates that others wrote (../shared/cases)", () => {
  test("are all spoken of here", () => {
    const names = readdirSync(FOLDER).filter((name) => /\.(xyz|csv|dat)$/.test(name));
    const text = readFileSync(import.meta.filename, "utf8");
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !text.includes(`"${name}"`))).toEqual([]);
  });

  test("in micrometres, angstroms and diameters have their radius of gyration in nanometres", () => {
    for (const name of ["um_header.csv", "units_A.xyz", "diam_comment.dat"]) {
      expect(read(name).radiusOfGyrationNm).toBeCloseTo(ROW_GYRATION_NM, 9);
    }
  });

  test("with more rows than the count line says are refused", () => {
    expect(() => read("extra_rows.xyz")).toThrow("count line says 2 particles");
  });

  test("of FracVAL are read with the material that was taken", () => {
    const { meanCoordination, notes } = read("fracval_count_line.dat");
    expect(meanCoordination).toBe(1.5);
    expect(notes[0]).toContain("taken for TiO2-anatase");
  });

  test("that go on through a periodic box are refused", () => {
    expect(() => read("pbc.xyz")).toThrow("periodic box without end");
  });

  test("with two spheres at one place, or in metres, are read with a warning", () => {
    expect(read("dup.dat").warnings).toEqual(["spheres 1 and 2 stand at one place: take one of them out"]);
    expect(read("metres.dat").warnings[0]).toContain("read them with --unit m");
  });

  test("without species are read with the material that is stated", () => {
    const { aggregate, notes } = read("nospecies.xyz", gold);
    expect([aggregate.materials[0].name, notes]).toEqual(["Au", []]);
  });
});
