import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import {
  growAggregate,
  readAggregate,
  writeCsv,
  writeGlb,
  writeVtk,
  writeXyz,
} from "../../src/stochastic/index.ts";
import { readCsv } from "../../src/stochastic/formats/csv.ts";
import { readXyz } from "../../src/stochastic/formats/xyz.ts";
import { sphereAggregate } from "../../src/stochastic/aggregate.ts";
import type { Aggregate } from "../../src/stochastic/index.ts";
import { MATERIAL_PAIR, parametersWith } from "./aggregates.ts";

function someAggregate(): Aggregate {
  const growth = growAggregate(openRandomStream(1), parametersWith({ particleCount: 20 }), MATERIAL_PAIR);
  if (growth.kind === "rejected") throw new Error(growth.reason);
  return growth.aggregate;
}

/** Readers put the centre of volume at the origin again: coordinates agree to its round-off. */
function expectSameSpheres(read: Aggregate, written: Aggregate): void {
  expect([...read.radiiNm]).toEqual([...written.radiiNm]);
  expect([...read.materialIndices]).toEqual([...written.materialIndices]);
  expect(read.materials.map(({ name }) => name)).toEqual(written.materials.map(({ name }) => name));
  read.centersNm.forEach((x, k) => expect(Math.abs(x - written.centersNm[k])).toBeLessThan(1e-10));
}

describe("writeXyz() and readXyz()", () => {
  test("give back the same spheres", () => {
    const aggregate = someAggregate();
    expectSameSpheres(
      readXyz(writeXyz(aggregate), { where: "a.xyz", materials: aggregate.materials }),
      aggregate,
    );
  });

  test("find the columns that Properties names, in any order", () => {
    const text = "1\nProperties=id:I:1:radius:R:1:species:S:1:pos:R:3\n7 5 WO3 1 2 3\n";
    const read = readXyz(text, { where: "a.xyz" });
    expect([read.radiiNm[0], read.materials[0].name]).toEqual([5, "WO3"]);
  });

  for (const [text, error] of [
    ["many\n\n", 'first line must be the number of particles, got "many" (a.xyz, line 1)'],
    ["2\n\nWO3 0 0 0 5\n", "2 particles must follow, got 1 (a.xyz, line 4)"],
    [
      "1\n\nWO3 0 0 0\n",
      "particle must have 5 columns with species, x, y, z and radius, got 4 (a.xyz, line 3)",
    ],
    ["1\n\nWO3 0 0 0 -5\n", "radius must be above 0 nm, got -5 (a.xyz, line 3)"],
    [
      "1\nProperties=species:S:1:pos:R:3\nWO3 0 0 0\n",
      "Properties must name species, pos and radius, got species:S:1:pos:R:3 (a.xyz, line 2)",
    ],
    ["1\n\nXx 0 0 0 5\n", "materials must be known to the suite or given by the caller, got Xx (a.xyz)"],
  ]) {
    test(`refuse with file, line, wanted and got: ${JSON.stringify(text)}`, () => {
      expect(() => readXyz(text, { where: "a.xyz" })).toThrow(`Cannot read aggregate: ${error}`);
    });
  }
});

describe("writeCsv() and readCsv()", () => {
  test("give back the same spheres", () => {
    const aggregate = someAggregate();
    expectSameSpheres(
      readCsv(writeCsv(aggregate), { where: "a.csv", materials: aggregate.materials }),
      aggregate,
    );
  });

  test("read a header in any order and units in brackets", () => {
    const read = readCsv('material;"radius [nm]";x [nm];y [nm];z [nm]\nAu;3;1;1;1\nPt;4;9;1;1\n', {
      where: "a.csv",
    });
    expect(read.materials.map(({ name }) => name)).toEqual(["Au", "Pt"]);
    expect([...read.radiiNm]).toEqual([3, 4]);
  });

  test("take any two names where the caller says what they are", () => {
    const options = { where: "tomography.csv", materials: MATERIAL_PAIR } as const;
    const read = readCsv("x,y,z,r,material\n0,0,0,5,matrix\n9,0,0,4,bright\n", options);
    expect([...read.materialIndices]).toEqual([0, 1]);
  });

  for (const [text, error] of [
    ["x,y,z\n0,0,0\n", 'header must name radius, got "x,y,z" (a.csv, line 1)'],
    ["# comment\nx,y,z,r\n0,zero,0,1\n", 'y must be a number, got "zero" (a.csv, line 3)'],
    ["0 0 0\n", 'particle must have x, y, z and radius, got "0 0 0" (a.csv, line 1)'],
    ["", "file must hold at least one particle, got none (a.csv)"],
    [
      "0 0 0 1 Au\n3 0 0 1 Pt\n6 0 0 1 C\n",
      "materials must be two at most, Au and Pt, got C (a.csv, line 3)",
    ],
  ]) {
    test(`refuse with file, line, wanted and got: ${JSON.stringify(text)}`, () => {
      expect(() => readAggregate(text, { where: "a.csv" })).toThrow(`Cannot read aggregate: ${error}`);
    });
  }
});

describe("writeVtk()", () => {
  test("declares as many points, vertices and scalars as there are particles", () => {
    const lines = writeVtk(someAggregate()).split("\n");
    expect(lines[0]).toBe("# vtk DataFile Version 3.0");
    expect(lines[4]).toBe("POINTS 20 double");
    expect(lines[25]).toBe("VERTICES 20 40");
    expect(lines[46]).toBe("POINT_DATA 20");
    expect(lines.indexOf("SCALARS material int 1") - lines.indexOf("SCALARS radius double 1")).toBe(22);
  });
});

describe("writeGlb()", () => {
  const bytes = writeGlb(sphereAggregate([{ x: 0, y: 0, z: 0, radiusNm: 5, materialIndex: 1 }]));
  const view = new DataView(bytes.buffer);
  const jsonLength = view.getUint32(12, true);
  const document = JSON.parse(new TextDecoder().decode(bytes.subarray(20, 20 + jsonLength)));

  test("is a glTF 2.0 container whose lengths add up", () => {
    expect(new TextDecoder().decode(bytes.subarray(0, 4))).toBe("glTF");
    expect(view.getUint32(8, true)).toBe(bytes.length);
    expect(28 + jsonLength + view.getUint32(20 + jsonLength, true)).toBe(bytes.length);
  });

  test("holds a closed sphere: indices in range, all points at distance 1, triangles facing outwards", () => {
    const bin = 28 + jsonLength;
    const [points, index] = document.accessors;
    const [first, second] = document.bufferViews;
    const at = (k: number) =>
      [0, 1, 2].map((axis) => view.getFloat32(bin + first.byteOffset + 12 * k + 4 * axis, true));
    let volume = 0;
    for (let k = 0; k < index.count; k += 3) {
      const corners = [0, 1, 2].map((c) => view.getUint16(bin + second.byteOffset + 2 * (k + c), true));
      expect(Math.max(...corners)).toBeLessThan(points.count);
      const [a, b, c] = corners.map(at);
      volume +=
        (a[0] * (b[1] * c[2] - b[2] * c[1]) +
          a[1] * (b[2] * c[0] - b[0] * c[2]) +
          a[2] * (b[0] * c[1] - b[1] * c[0])) /
        6;
    }
    // a 12 x 24 lattice sphere lacks 2 to 4 % of the ball's volume
    expect(volume).toBeGreaterThan(0.95 * (4 / 3) * Math.PI);
    expect(volume).toBeLessThan((4 / 3) * Math.PI);
    expect(document.nodes[0].scale).toEqual([5, 5, 5]);
  });
});
