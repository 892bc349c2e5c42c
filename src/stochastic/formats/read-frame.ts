import { sphereAggregate, type Aggregate, type Sphere } from "../aggregate.ts";
import { CONTACT_TOLERANCE } from "../describe-aggregate.ts";
import { doubtfulSpheres } from "../doubtful-spheres.ts";
import { columnDoubts, findColumns, type LengthColumn, type ParticleColumns } from "./particle-columns.ts";
import { numberOf, type ParticleFrame, type ParticleLine } from "./particle-frames.ts";
import { boxOfComments, joinThroughBox } from "./periodic-box.ts";
import { readError } from "./read-error.ts";
import { materialsOfSpecies, type KnownMaterials } from "./species-materials.ts";
import { bareUnit, KNOWN_UNITS, nmPerUnit, unitOfComments } from "./stated-units.ts";

/** What a reader may be told beside the text. */
export interface ReadFrameOptions extends KnownMaterials {
  /** Name of the file, for error texts; .xyz and .extxyz have the species before the position. */
  readonly where: string;
  /** Unit of all lengths, over what the file states; by default that, else nm. */
  readonly unit?: string | undefined;
  /** Gap that still counts as contact, as a share of the sum of radii; 0.001 by default. */
  readonly contactTolerance?: number | undefined;
}

/** An aggregate from a file, with what its reader had to assume and what is doubtful about it, a sentence each. */
export interface ReadFrame {
  readonly aggregate: Aggregate;
  readonly notes: readonly string[];
  readonly warnings: readonly string[];
}

/** Turns a frame into an aggregate about its centre of volume; errors name file, line, what was wanted and what came. */
export function readFrame(frame: ParticleFrame, options: ReadFrameOptions): ReadFrame {
  const { where, contactTolerance = CONTACT_TOLERANCE } = options;
  const { rows, comments } = frame;
  const columns = findColumns(frame, where, /\.(ext)?xyz$/i.test(where));
  if (rows.length === 0) throw readError(where, null, "file must hold at least one particle", "none");
  for (const row of rows) checkWidth(row, columns, where);
  const lengths = lengthUnits(frame, columns, options);
  const speciesOf = ({ cells }: ParticleLine) =>
    columns.materialIndex === null ? "" : cells[columns.materialIndex];
  const species = materialsOfSpecies(distinctSpecies(rows, speciesOf, where), options, where);
  const stated = rows.map((row) => ({
    ...sphereOf(row, columns, lengths, where),
    materialIndex: species.indexOf.get(speciesOf(row)) ?? 0,
  }));
  const box = boxOfComments(comments, lengths.nm.x, where);
  const spheres = box === null ? stated : joinThroughBox(stated, box, contactTolerance, where);
  const aggregate = sphereAggregate(spheres, species.materials);
  const isMoved = spheres.some((sphere, i) => sphere !== stated[i]);
  return {
    aggregate,
    notes: [
      ...lengths.notes,
      ...species.notes,
      ...(isMoved ? ["spheres that touch through the walls of the periodic box were joined"] : []),
    ],
    warnings: [...columnDoubts(frame, columns), ...sphereDoubts(aggregate, contactTolerance, where)],
  };
}

/** What is doubtful about the spheres; where they lie in one another in such numbers that nothing can be said, the file is told. */
function sphereDoubts(aggregate: Aggregate, contactTolerance: number, where: string): readonly string[] {
  try {
    return doubtfulSpheres(aggregate, contactTolerance);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new RangeError(`${cause.message} (${where})`, { cause });
  }
}

function checkWidth(
  { cells, lineNumber, text }: ParticleLine,
  { width }: ParticleColumns,
  where: string,
): void {
  // a separator behind the last cell makes no column
  const count = cells.length - (cells.at(-1) === "" ? 1 : 0);
  if (cells.length === width || count === width) return;
  throw readError(where, lineNumber, `particle must have ${width} columns`, `${count}: "${text}"`);
}

/** The names of materials in the order of the rows; two at most. */
function distinctSpecies(
  rows: readonly ParticleLine[],
  speciesOf: (row: ParticleLine) => string,
  where: string,
): string[] {
  const names: string[] = [];
  for (const row of rows) {
    const name = speciesOf(row);
    if (names.includes(name)) continue;
    names.push(name);
    if (names.length < 3) continue;
    throw readError(
      where,
      row.lineNumber,
      `materials must be two at most, "${names[0]}" and "${names[1]}"`,
      name,
    );
  }
  return names;
}

/** Beyond a kilometre, and far below metres that were taken for nanometres, powers of sizes are no numbers any more [nm]. */
const LARGEST_NM = 1e12;
const SMALLEST_NM = 1e-15;

function sphereOf(
  { cells, lineNumber }: ParticleLine,
  columns: ParticleColumns,
  { nm }: LengthUnits,
  where: string,
): Omit<Sphere, "materialIndex"> {
  const length = (name: string, key: LengthKey) => {
    const cell = cells[columns[key].index];
    const value = numberOf(cell) * nm[key];
    if (Number.isFinite(value)) {
      if (Math.abs(value) <= LARGEST_NM) return value;
      throw readError(where, lineNumber, `${name} must be at most ${LARGEST_NM} nm`, `${value} nm`);
    }
    throw readError(where, lineNumber, `${name} must be a number`, `"${cell}"`);
  };
  const name = columns.isDiameter ? "diameter" : "radius";
  const size = length(name, "size");
  if (size <= 0) throw readError(where, lineNumber, `${name} must be above 0`, cells[columns.size.index]);
  if (size < SMALLEST_NM) {
    throw readError(where, lineNumber, `${name} must be at least ${SMALLEST_NM} nm`, `${size} nm`);
  }
  const radiusNm = columns.isDiameter ? size / 2 : size;
  return { x: length("x", "x"), y: length("y", "y"), z: length("z", "z"), radiusNm };
}

const LENGTH_KEYS = ["x", "y", "z", "size"] as const;
type LengthKey = (typeof LENGTH_KEYS)[number];

interface LengthUnits {
  /** Nanometres in a unit of each column. */
  readonly nm: Readonly<Record<LengthKey, number>>;
  readonly notes: readonly string[];
}

/** The unit of each column: the caller's, else its heading's, the unit row's, the comments', another column's, nm. */
function lengthUnits(frame: ParticleFrame, columns: ParticleColumns, options: ReadFrameOptions): LengthUnits {
  const { where } = options;
  const comment = unitOfComments(frame.comments);
  const own = LENGTH_KEYS.map((key) => columns[key].unit ?? unitInRow(frame, columns[key]));
  const stated = [...new Set(own.filter((unit) => unit !== null))];
  if (options.unit !== undefined) {
    const other = [...stated, ...(comment === null ? [] : [comment.unit])].find(
      (unit) => nmPerUnit(unit) !== nmOf(options.unit as string, null, where),
    );
    const nm = nmOf(options.unit, null, where);
    const note = `lengths are in ${options.unit} as asked, the file states ${other}`;
    return { nm: { x: nm, y: nm, z: nm, size: nm }, notes: other === undefined ? [] : [note] };
  }
  const line = columns.named?.lineNumber ?? null;
  const shared = stated.length === 1 ? stated[0] : null;
  const commented = comment === null ? null : nmOf(comment.unit, comment.lineNumber, where);
  const [x, y, z, size] = own.map((unit) => {
    if (unit !== null) return nmOf(unit, line, where);
    return commented ?? (shared === null ? 1 : nmOf(shared, line, where));
  });
  const isShared = shared !== null && commented === null && own.includes(null);
  return {
    nm: { x, y, z, size },
    notes: isShared ? [`all lengths are taken in ${shared}, as one column states`] : [],
  };
}

function unitInRow({ unitRow }: ParticleFrame, { index }: LengthColumn): string | null {
  const unit = bareUnit(unitRow?.cells[index] ?? "");
  return unit === "" || unit === "-" ? null : unit;
}

function nmOf(unit: string, lineNumber: number | null, where: string): number {
  const nm = nmPerUnit(unit);
  if (nm !== null) return nm;
  throw readError(
    where,
    lineNumber,
    `unit of length must be one of ${KNOWN_UNITS}`,
    `${unit}; state it with --unit`,
  );
}
