import type { Aggregate } from "../aggregate.ts";
import { MATERIAL_COLOURS } from "../aggregate-picture.ts";

/** Rings and segments of the sphere that all particles share. */
const RINGS = 12;
const SEGMENTS = 24;

/** glTF constants: 5126 float, 5123 unsigned short, 34962 vertex buffer, 34963 index buffer. */
const FLOAT = 5126;
const UNSIGNED_SHORT = 5123;

/**
 * Writes an aggregate as binary glTF 2.0: one sphere mesh a material, one node a particle; 1 unit is 1 nm.
 *
 * @param aggregate spheres of two materials
 * @returns the bytes of a .glb file
 */
export function writeGlb(aggregate: Aggregate): Uint8Array<ArrayBuffer> {
  const { positions, indices } = unitSphere();
  const byteLength = positions.byteLength + indices.byteLength;
  const binary = new Uint8Array(Math.ceil(byteLength / 4) * 4);
  binary.set(new Uint8Array(positions.buffer), 0);
  binary.set(new Uint8Array(indices.buffer), positions.byteLength);
  return glbBytes(gltfDocument(aggregate, positions, indices, byteLength), binary);
}

/** Normals of a unit sphere are its positions, so one accessor serves both. */
function unitSphere(): {
  readonly positions: Float32Array<ArrayBuffer>;
  readonly indices: Uint16Array<ArrayBuffer>;
} {
  const positions: number[] = [];
  const indices: number[] = [];
  for (let ring = 0; ring <= RINGS; ring++) {
    const polar = (Math.PI * ring) / RINGS;
    for (let segment = 0; segment <= SEGMENTS; segment++) {
      const azimuth = (2 * Math.PI * segment) / SEGMENTS;
      positions.push(
        Math.sin(polar) * Math.cos(azimuth),
        Math.sin(polar) * Math.sin(azimuth),
        Math.cos(polar),
      );
      if (ring === RINGS || segment === SEGMENTS) continue;
      const corner = ring * (SEGMENTS + 1) + segment;
      const below = corner + SEGMENTS + 1;
      indices.push(corner, below, corner + 1, corner + 1, below, below + 1);
    }
  }
  return { positions: Float32Array.from(positions), indices: Uint16Array.from(indices) };
}

function gltfDocument(
  aggregate: Aggregate,
  positions: Float32Array,
  indices: Uint16Array,
  byteLength: number,
): object {
  const { centersNm: c, radiiNm: r, materialIndices, materials, particleCount } = aggregate;
  const nodes = Array.from({ length: particleCount }, (_, i) => ({
    mesh: materialIndices[i],
    name: `particle ${i}: ${materials[materialIndices[i]].name}, radius ${r[i].toFixed(2)} nm`,
    translation: [c[3 * i], c[3 * i + 1], c[3 * i + 2]],
    scale: [r[i], r[i], r[i]],
  }));
  return {
    asset: { version: "2.0", generator: "heterostem", extras: { lengthUnit: "nm" } },
    scene: 0,
    scenes: [{ nodes: nodes.map((_, i) => i) }],
    nodes,
    meshes: materials.map(({ name }, material) => ({
      name,
      primitives: [{ attributes: { POSITION: 0, NORMAL: 0 }, indices: 1, material }],
    })),
    materials: materials.map(({ name }, k) => ({
      name,
      pbrMetallicRoughness: {
        // glTF colours are linear; 2.2 is the customary gamma
        baseColorFactor: [...MATERIAL_COLOURS[k].map((channel) => (channel / 255) ** 2.2), 1],
        metallicFactor: 0,
        roughnessFactor: 0.6,
      },
    })),
    accessors: [
      {
        bufferView: 0,
        componentType: FLOAT,
        count: positions.length / 3,
        type: "VEC3",
        min: [-1, -1, -1],
        max: [1, 1, 1],
      },
      { bufferView: 1, componentType: UNSIGNED_SHORT, count: indices.length, type: "SCALAR" },
    ],
    bufferViews: [
      { buffer: 0, byteOffset: 0, byteLength: positions.byteLength, target: 34962 },
      { buffer: 0, byteOffset: positions.byteLength, byteLength: indices.byteLength, target: 34963 },
    ],
    buffers: [{ byteLength }],
  };
}

/** Header (magic, version, length) and two chunks padded to four bytes: JSON with blanks, BIN with zeros. */
function glbBytes(document: object, binary: Uint8Array): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(JSON.stringify(document));
  const jsonLength = Math.ceil(text.length / 4) * 4;
  const bytes = new Uint8Array(12 + 8 + jsonLength + 8 + binary.length);
  const view = new DataView(bytes.buffer);
  const words = [0x46546c67, 2, bytes.length, jsonLength, 0x4e4f534a];
  words.forEach((word, k) => view.setUint32(4 * k, word, true));
  bytes.fill(0x20, 20, 20 + jsonLength);
  bytes.set(text, 20);
  view.setUint32(20 + jsonLength, binary.length, true);
  view.setUint32(24 + jsonLength, 0x004e4942, true);
  bytes.set(binary, 28 + jsonLength);
  return bytes;
}
