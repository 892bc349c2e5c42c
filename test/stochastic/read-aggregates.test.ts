import { describe, expect, test } from "vitest";
import { findMaterial } from "../../src/core/index.ts";
import { describeAggregate, readAggregates } from "../../src/stochastic/index.ts";
import { MATERIAL_PAIR } from "./aggregates.ts";

type Options = Omit<Parameters<typeof readAggregates>[1], "where">;

/** The one aggregate of a text; the ending of `where` is what its program would give it. */
function read(text: string, where = "a.dat", options: Options = {}) {
  const [frame] = readAggregates(text, { where, ...options });
  return { ...frame, radiiNm: [...frame.aggregate.radiiNm], names: namesOf(frame) };
}

function namesOf({ aggregate }: ReturnType<typeof readAggregates>[number]): string[] {
  return Array.from(aggregate.materialIndices, (index) => aggregate.materials[index].name);
}

/** Distances of neighbouring centres, which do not depend on the origin. */
function stepsNm({ aggregate: { centersNm: c, particleCount } }: ReturnType<typeof read>): number[] {
  return Array.from({ length: particleCount - 1 }, (_, i) =>
    Math.hypot(c[3 * i + 3] - c[3 * i], c[3 * i + 4] - c[3 * i + 1], c[3 * i + 5] - c[3 * i + 2]),
  );
}

const SPECIES = "Properties=species:S:1:pos:R:3:radius:R:1";

describe("readAggregates() of tables", () => {
  for (const [what, text] of [
    ["blanks", "0 0 0 5\n10 0 0 5\n"],
    ["commas and blanks, lines of Windows, a mark of UTF-8", "\uFEFF0, 0, 0, 5\r\n10, 0, 0, 5\r\n"],
    ["semicolons and decimal commas", "x;y;z;r\n0,0;0,0;0,0;5,0\n10,0;0;0;5\n"],
    ["blanks and decimal commas", "0,0 0,0 0,0 5,0\n10,0 0,0 0,0 5,0\n"],
    ["tabs and blanks mixed", "0\t0\t0  5\n10\t0  0\t5\n"],
    ["exponents of Fortran", "0.0D+00 0 0 0.5D+01\n1.0D+01 0 0 5.0d0\n"],
    ["FracVAL's count line and blank line", "         2\n\n 0.0 0.0 0.0 5.0\n 10.0 0.0 0.0 5.0\n"],
    ["a count line alone", "2\n0 0 0 5\n10 0 0 5\n"],
    ["a comment as NumPy writes it", "# x y z r\n0 0 0 5\n10 0 0 5\n"],
    ["a comment over other columns", "% id x y z vx r\n1 0 0 0 9 5\n2 10 0 0 9 5\n"],
    ["names under the count line", "2\nid x y z radius\n1 0 0 0 5\n2 10 0 0 5\n"],
    [
      "separators that spreadsheets are told, and behind the last cell",
      "sep=;\nx;y;z;r;\n0;0;0;5;\n10;0;0;5;\n",
    ],
    ["names of ParaView", '"radius","Points:0","Points:1","Points:2"\n5,0,0,0\n5,10,0,0\n'],
    ["an index without a name, as pandas writes it", ",x,y,z,radius\n0,0,0,0,5\n1,10,0,0,5\n"],
    [
      "names with the unit glued to them",
      "sphereXNm,sphereYNm,sphereZNm,sphereRadiusNm\n0,0,0,5\n10,0,0,5\n",
    ],
    ["words about the centre", "Position X;Position Y;Position Z;Particle diameter\n0;0;0;10\n10;0;0;10\n"],
    ["XYZ's columns under a name without a count", "WO3 0 0 0 5\nWO3 10 0 0 5\n"],
  ]) {
    test(`with ${what} gives radii of 5 nm, 10 nm apart`, () => {
      const pair = read(text);
      expect([pair.radiiNm, stepsNm(pair), pair.warnings]).toEqual([[5, 5], [10], []]);
    });
  }

  for (const [unit, text] of [
    ["in square brackets", "x [um],y [um],z [um],radius [um]\n0,0,0,0.005\n0.01,0,0,0.005\n"],
    ["in round brackets", "x (A) y (A) z (A) r (A)\n0 0 0 50\n100 0 0 50\n"],
    ["behind a slash", "x/\u00b5m\ty/\u00b5m\tz/\u00b5m\tr/nm\n0\t0\t0\t5\n0.01\t0\t0\t5\n"],
    ["behind an underscore", "x_um,y_um,z_um,radius_nm\n0,0,0,5\n0.01,0,0,5\n"],
    ["in words", "x in microns,y in microns,z in microns,radius in nm\n0,0,0,5\n0.01,0,0,5\n"],
    ["of one column for all", "x,y,z,radius [A]\n0,0,0,50\n100,0,0,50\n"],
    ["in a row of their own", "x\ty\tz\tr\num\tum\tum\tnm\n0\t0\t0\t5\n0.01\t0\t0\t5\n"],
    ["in a comment", "# all lengths in micrometers\n0 0 0 0.005\n0.01 0 0 0.005\n"],
    ["as a key in a comment", "# units: \u00c5\n# x y z r\n0 0 0 50\n100 0 0 50\n"],
    ["behind the names in a comment", "# x, y, z, r [um]\n0 0 0 0.005\n0.01 0 0 0.005\n"],
    ["in capitals", "X [NM],Y [NM],Z [NM],R [NM]\n0,0,0,5\n10,0,0,5\n"],
    ["over a count line", "# unit = m\n2\n\n0 0 0 5e-9\n1e-8 0 0 5e-9\n"],
  ]) {
    test(`takes the unit ${unit}`, () => {
      const pair = read(text);
      expect(pair.radiiNm[1]).toBeCloseTo(5, 9);
      expect(stepsNm(pair)[0]).toBeCloseTo(10, 9);
      expect(pair.warnings).toEqual([]);
    });
  }

  test("takes the caller's unit over the file's, and says so", () => {
    const pair = read("x [um],y [um],z [um],r [um]\n0,0,0,5\n10,0,0,5\n", "a.csv", { unit: "nm" });
    expect(pair.radiiNm).toEqual([5, 5]);
    expect(pair.notes).toContain("lengths are in nm as asked, the file states um");
  });

  test("is not misled by words that are no unit of length", () => {
    const comments = "# TiO2 and WO3 in contact, unit cell of 3 spheres (relaxed), grown in steps\n";
    expect(read(`${comments}0 0 0 5\n10 0 0 5\n`).radiiNm).toEqual([5, 5]);
  });

  test("reads diameters where a heading or a comment names them", () => {
    for (const head of ["# x y z diameter", "x y z d", "# x y z diameter [nm]", "#x\ty\tz\tDiameter(nm)"]) {
      const chain = read(`${head}\n0 0 0 10\n10 0 0 10\n20 0 0 10\n`);
      expect([chain.radiiNm, chain.warnings]).toEqual([[5, 5, 5], []]);
    }
    const withMaterial = read("# x y z diameter\n0 0 0 10 WO3\n10 0 0 10 Au\n");
    expect([withMaterial.radiiNm, withMaterial.names]).toEqual([
      [5, 5],
      ["WO3", "Au"],
    ]);
  });

  test("tells of diameters, and of sizes, that a comment speaks of and no column names", () => {
    for (const comment of ["columns: centre and diameter in nm", "x y z size"]) {
      const { warnings } = read(`# ${comment}\n0 0 0 5\n10 0 0 5\n`);
      expect(warnings).toEqual([
        `column 4 was read as radii, line 1 has "${comment}": name the column "radius" or "diameter"`,
      ]);
    }
  });

  for (const [text, error] of [
    [
      "x,y,z\n0,0,0\n",
      'columns must be named x, y, z and radius or diameter; radius missing, got "x,y,z" (a.csv, line 1)',
    ],
    ["# comment\nx,y,z,r\n0,zero,0,1\n", 'y must be a number, got "zero" (a.csv, line 3)'],
    ["x,y,z,r\n0,0,0,nan\n", 'radius must be a number, got "nan" (a.csv, line 2)'],
    ["0 0 0 0\n", "radius must be above 0, got 0 (a.csv, line 1)"],
    ["0 0 0 1e308\n", "radius must be at most 1000000000000 nm, got 1e+308 nm (a.csv, line 1)"],
    ["1e200 0 0 1\n", "x must be at most 1000000000000 nm, got 1e+200 nm (a.csv, line 1)"],
    ["0 0 0 5e-324\n", "radius must be at least 1e-15 nm, got 5e-324 nm (a.csv, line 1)"],
    ["0 0 0\n", 'particle must have x, y, z and radius, got "0 0 0" (a.csv, line 1)'],
    ["0 0 0 5\n10 0 0\n", 'particle must have 4 columns, got 3: "10 0 0" (a.csv, line 2)'],
    ["x,y,z,r\n0,0,0,0,0,0,5,0\n", 'particle must have 4 columns, got 8: "0,0,0,0,0,0,5,0" (a.csv, line 2)'],
    [
      "1 0 0 0 5\n2 10 0 0 5\n3 20 0 0 5\n",
      'columns must be named where there are more than x, y, z and radius, in a line such as "# x y z radius type", got "1 0 0 0 5" (a.csv, line 1)',
    ],
    ["", "file must hold at least one particle, got none (a.csv)"],
    ["sep=;\n", "file must hold at least one particle, got none (a.csv)"],
    ["# x y z r\n", "file must hold at least one particle, got none (a.csv)"],
    ["x,y,z,r\n", "file must hold at least one particle, got none (a.csv)"],
    [
      "x [px],y [px],z [px],r [px]\n0,0,0,5\n",
      "unit of length must be one of nm, um, A, pm, mm, m, got px; state it with --unit (a.csv, line 1)",
    ],
    ["ITEM: TIMESTEP\n0\n", "file must be XYZ or a table, got a LAMMPS dump (a.csv)"],
    ["glTF\0\0", "file must be XYZ or a table, got bytes that are no text (a.csv)"],
    [
      "# units = lj\n0 0 0 1\n",
      "unit of length must be one of nm, um, A, pm, mm, m, got lj; state it with --unit (a.csv, line 1)",
    ],
    [
      "0 0 0 1 Au\n3 0 0 1 Pt\n6 0 0 1 C\n",
      'materials must be two at most, "Au" and "Pt", got C (a.csv, line 3)',
    ],
  ]) {
    test(`refuses with file, line, wanted and got: ${JSON.stringify(text)}`, () => {
      expect(() => read(text, "a.csv")).toThrow(`Cannot read aggregate: ${error}`);
    });
  }
});

describe("readAggregates() of XYZ", () => {
  test("finds the columns that Properties names, in any order", () => {
    const one = read(
      "1\nProperties=id:I:1:radius:R:1:species:S:1:velo:R:3:pos:R:3\n7 5 WO3 9 9 9 1 2 3\n",
      "a.xyz",
    );
    expect([one.radiiNm, one.names]).toEqual([[5], ["WO3"]]);
  });

  test("takes its key units, which this program writes itself", () => {
    const text = `2\n${SPECIES} units="A"\nWO3 0 0 0 50\nWO3 100 0 0 50\n`;
    expect(stepsNm(read(text, "a.extxyz"))).toEqual([10]);
  });

  test("gives the first frame with a note, any that is asked for, or all", () => {
    const text = "1\nstep 0\nWO3 0 0 0 5\n1\n1\nWO3 0 0 0 6\n\n1\nstep 2\nWO3 0 0 0 7\n\n";
    expect(read(text, "a.xyz").notes).toEqual(["frame 0 of 3; others with --frame N, all with --frame all"]);
    expect(read(text, "a.xyz", { frame: 2 }).radiiNm).toEqual([7]);
    const all = readAggregates(text, { where: "a.xyz", frame: "all" });
    expect(all.map(({ aggregate }) => aggregate.radiiNm[0])).toEqual([5, 6, 7]);
    expect(all.flatMap(({ notes }) => notes)).toEqual([]);
    expect(() => read(text, "a.xyz", { frame: 3 })).toThrow("--frame must be from 0 to 2, got 3 (a.xyz)");
  });

  for (const [text, error] of [
    [
      "many\n\n",
      'columns must be named x, y, z and radius or diameter; x, y, z, radius missing, got "many" (a.xyz, line 1)',
    ],
    [
      "2\n\nWO3 0 0 0 5\n",
      "count line says 2 particles, and as many rows must follow it and its comment line, got 1 (a.xyz, line 4)",
    ],
    [
      "2\n\nWO3 0 0 0 5\nWO3 9 0 0 5\nWO3 18 0 0 5\n",
      "count line says 2 particles, and as many rows must follow it and its comment line, got 3 (a.xyz, line 5)",
    ],
    [
      "2\nWO3 0 0 0 5\nWO3 9 0 0 5\nWO3 18 0 0 5\n",
      'line after the count line must be a comment or blank, got "WO3 0 0 0 5", a particle by its looks (a.xyz, line 2)',
    ],
    ["0\n\n", "count line must be 1 or more, got 0 (a.xyz, line 1)"],
    ["1\n\nWO3 0 0 0\n", 'particle must have x, y, z and radius, got "WO3 0 0 0" (a.xyz, line 3)'],
    [
      "1\nProperties=species:S:1:pos:R:3\nWO3 0 0 0\n",
      "columns must be named x, y, z and radius or diameter; radius missing",
    ],
    [
      "1\nProperties=species:S:1:pos:R:3:radius:R:1000000000\nWO3 0 0 0 5\n",
      'Properties must name the 5 columns of a row, got "Properties=species:S:1:pos:R:3:radius:R:1000000000" (a.xyz, line 2)',
    ],
    [
      `1\n\nWO3 0 0 ${"1".repeat(300)}x 5\n`,
      `z must be a number, got "${"1".repeat(199)}... (303 characters) (a.xyz, line 3)`,
    ],
  ]) {
    test(`refuses with file, line, wanted and got: ${JSON.stringify(text)}`, () => {
      expect(() => read(text, "a.xyz")).toThrow(`Cannot read aggregate: ${error}`);
    });
  }
});

describe("readAggregates() and materials", () => {
  test("takes one that the file names, and never one without a word", () => {
    expect(read("0 0 0 5 Au\n10 0 0 5 Pt\n").notes).toEqual([]);
    const { names, notes } = read("0 0 0 5\n10 0 0 5\n");
    expect(names).toEqual(["TiO2-anatase", "TiO2-anatase"]);
    expect(notes[0]).toContain("file names no material: taken for TiO2-anatase");
    expect(read("0 0 0 5\n", "a.dat", { materials: [findMaterial("Au")] }).names).toEqual(["Au"]);
  });

  for (const [species, expected] of [
    [
      ["1", "2"],
      ["TiO2-anatase", "WO3"],
    ],
    [
      ["2", "1"],
      ["WO3", "TiO2-anatase"],
    ],
    [
      ["1", "0"],
      ["WO3", "TiO2-anatase"],
    ],
    [
      ["2", "2"],
      ["WO3", "WO3"],
    ],
    [
      ["matrix", "bright"],
      ["TiO2-anatase", "WO3"],
    ],
    [
      ["W", "Ti"],
      ["WO3", "TiO2-anatase"],
    ],
    [
      ["WO3", "TiO2"],
      ["WO3", "TiO2-anatase"],
    ],
    [
      ["wo3", "something"],
      ["WO3", "TiO2-anatase"],
    ],
  ]) {
    test(`${species.join(" and ")} are ${expected.join(" and ")} by --materials TiO2-anatase,WO3, with a note`, () => {
      const text = `2\n\n${species[0]} 0 0 0 5\n${species[1]} 10 0 0 5\n`;
      const { names, notes } = read(text, "a.xyz", { materials: MATERIAL_PAIR });
      expect(names).toEqual(expected);
      expect(notes[0]).toContain(`${species[0]} is taken as ${expected[0]}`);
    });
  }

  test("finds the user's own in the file", () => {
    const own = { name: "glass", densityGPerCm3: 2.5, composition: { Si: 1, O: 2 } };
    const { names } = read("0 0 0 5 glass\n10 0 0 5 Au\n", "a.dat", { ownMaterials: [own] });
    expect(names).toEqual(["glass", "Au"]);
    // where the file says nothing
    expect(read("0 0 0 5\n", "a.dat", { ownMaterials: [own] }).names).toEqual(["glass"]);
    const twins = { ownMaterials: [own, findMaterial("Au")] };
    expect(read("0 0 0 5 2\n10 0 0 5 1\n", "a.dat", twins).names).toEqual(["Au", "glass"]);
  });

  for (const [species, got] of [
    ["TiO2", "got TiO2; known as TiO2: TiO2-anatase, TiO2-rutile (a.xyz)"],
    ["W", "got W; known as W: WO3 (a.xyz)"],
    ["1", "types must be named, such as --materials TiO2-anatase,WO3, got type 1 (a.xyz)"],
    ["Xx", 'got Xx; "heterostem materials" lists those known (a.xyz)'],
  ]) {
    test(`refuses ${species} alone with what could be meant`, () => {
      expect(() => read(`1\n\n${species} 0 0 0 5\n`, "a.xyz")).toThrow(got);
    });
  }

  test("refuses two species where one material is stated", () => {
    expect(() => read("0 0 0 5 A\n10 0 0 5 B\n", "a.dat", { materials: [findMaterial("Au")] })).toThrow(
      "--materials must name one for each of A and B, got Au (a.dat)",
    );
  });
});

describe("readAggregates() of a periodic box", () => {
  const inBox = (edgesNm: string, rows: readonly string[], keys = "") =>
    read(`${rows.length}\nLattice="${edgesNm}" ${SPECIES} ${keys}\n${rows.join("\n")}\n`, "a.xyz");
  const CUBE = "30 0 0 0 30 0 0 0 30";

  test("joins spheres that touch through a wall: a chain of three, coordination 4 / 3", () => {
    const chain = inBox(CUBE, ["WO3 1 15 15 5", "WO3 21 15 15 5", "WO3 21 25 15 5"]);
    expect(stepsNm(chain)).toEqual([10, 10]);
    expect(describeAggregate(chain.aggregate).meanCoordination).toBe(4 / 3);
    expect(chain.notes).toEqual(["spheres that touch through the walls of the periodic box were joined"]);
  });

  test("joins them through the walls of an oblique box, wherever they were unwrapped to", () => {
    const edges = "30 0 0 10 30 0 0 0 30";
    // along the second edge (10, 30, 0): 3 edges and a contact of 10 nm along its direction
    const [ux, uy] = [10 / Math.hypot(10, 30), 30 / Math.hypot(10, 30)];
    const far = `WO3 ${5 + 30 + 10 * ux} ${1 + 90 + 10 * uy} 15 5`;
    const pair = inBox(edges, ["WO3 5 1 15 5", far]);
    expect(stepsNm(pair)[0]).toBeCloseTo(10, 9);
  });

  test("leaves spheres alone that touch through no wall, and walls that do not repeat", () => {
    const rows = ["WO3 1 15 15 5", "WO3 11 15 15 5"];
    expect(inBox(CUBE, rows).notes).toEqual([]);
    const open = inBox(CUBE, ["WO3 1 15 15 5", "WO3 21 15 15 5"], 'pbc="F T T"');
    expect(stepsNm(open)).toEqual([20]);
  });

  test("takes the box in the unit of the file", () => {
    const text = `2\nLattice="300 0 0 0 300 0 0 0 300" ${SPECIES} units=A\nWO3 10 150 150 50\nWO3 210 150 150 50\n`;
    expect(stepsNm(read(text, "a.xyz"))).toEqual([10]);
  });

  test("refuses a ring that goes on through the box, which has no radius of gyration", () => {
    const ring = ["WO3 5 15 15 5", "WO3 15 15 15 5", "WO3 25 15 15 5"];
    expect(() => inBox(CUBE, ring, 'pbc="T T T"')).toThrow(
      'spheres must form a finite aggregate, got spheres that touch through the periodic box without end; for those inside one box set pbc="F F F" (a.xyz, line 2)',
    );
    expect(() => inBox("9 0 0 0 9 0 0 0 9", ["WO3 5 5 5 5"])).toThrow("periodic box must be wider");
  });
});

describe("readAggregates() and doubtful spheres", () => {
  for (const [what, text, warning] of [
    [
      "metres",
      "0 0 0 1.5E-08\n3.0E-08 0 0 1.5E-08\n",
      "median radius is 1.50e-8 nm, smaller than an atom: if lengths are in m, read them with --unit m",
    ],
    [
      "micrometres",
      "0 0 0 0.015\n0.03 0 0 0.015\n",
      "median radius is 0.0150 nm, smaller than an atom: if lengths are in um, read them with --unit um",
    ],
    [
      "angstroms",
      "0 0 0 1500\n3000 0 0 1500\n",
      "median radius is 1.50e+3 nm, more than a beam passes: if lengths are in A, read them with --unit A",
    ],
    [
      "two at one place",
      "0 0 0 5\n0 0 0 5\n10 0 0 5\n",
      "spheres 1 and 2 stand at one place: take one of them out",
    ],
    [
      "diameters",
      "0 0 0 10\n10 0 0 10\n",
      'as if diameters stood for radii: name the column "diameter" in a heading',
    ],
    [
      "parts",
      "0 0 0 5\n100 0 0 5\n",
      "spheres form 2 parts that do not touch within 0.001 of the sum of radii: descriptors are of all parts together",
    ],
    ["rounded coordinates", "0 0 0 5\n10.15 0 0 5\n", "describe --contact-tolerance 0.02 joins them"],
  ]) {
    test(`tells of ${what}, with the remedy`, () => {
      expect(read(text).warnings.join("\n")).toContain(warning);
    });
  }

  test("has no doubts about an aggregate with necks", () => {
    expect(read("0 0 0 5\n8 0 0 5\n16 0 0 5\n").warnings).toEqual([]);
  });
});
