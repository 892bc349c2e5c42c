import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import {
  growAggregate,
  readAggregates,
  writeCsv,
  writeGlb,
  writeVtk,
  writeXyz,
} from "../../src/stochastic/index.ts";
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

test("writeXyz() and writeCsv() give files that read as the same spheres, without a word", () => {
  const aggregate = someAggregate();
  for (const [where, text] of [
    ["a.xyz", writeXyz(aggregate)],
    ["a.csv", writeCsv(aggregate)],
  ]) {
    const [read] = readAggregates(text, { where, materials: aggregate.materials });
    expectSameSpheres(read.aggregate, aggregate);
    expect([...read.notes, ...read.warnings]).toEqual([]);
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
