import * as THREE from "three";
import type { ViewerContact, ViewerData } from "../web/index.ts";

const HETERO_COLOUR = "#c2185b";
const HOMO_COLOUR = "#6b7683";
const MARK_COLOUR = "#2e7d32";
/** Colours of an improbable and of a certain contact, where structures are several. */
const PROBABILITY_COLOURS = ["#9ecae1", "#a50f15"] as const;
/** Radius of a contact's bar as a share of the smaller particle. */
const BAR_SHARE = 0.18;

/** The aggregate as three.js objects, and what can be switched on it. */
export interface AggregateScene {
  readonly scene: THREE.Scene;
  readonly spheres: THREE.InstancedMesh;
  showContacts(isShown: boolean): void;
  showNecks(isShown: boolean): void;
  /** Marks one particle, or none. */
  mark(index: number | null): void;
  /** Gives the graphics memory of its shapes back. */
  dispose(): void;
}

/** Builds the scene: one instanced sphere a particle, one bar and one neck ring a contact. */
export function buildScene(data: ViewerData, ground = "#ffffff"): AggregateScene {
  const scene = new THREE.Scene();
  scene.background = new THREE.Color(ground);
  scene.add(new THREE.HemisphereLight("#ffffff", "#8a93a0", 1.6));
  const lamp = new THREE.DirectionalLight("#ffffff", 1.8);
  lamp.position.set(-0.5, 0.7, 1);
  scene.add(lamp);
  const spheres = sphereMesh(data);
  const bars = new THREE.Group();
  const necks = new THREE.Group();
  for (const contact of data.contacts) {
    bars.add(contactBar(data, contact));
    if (contact.neckRadius > 0) necks.add(neckRing(data, contact));
  }
  scene.add(spheres, bars, necks);
  const colours = data.particles.map(({ material }) => new THREE.Color(data.materials[material].colour));
  return {
    scene,
    spheres,
    showContacts(isShown) {
      bars.visible = isShown;
      const material = spheres.material as THREE.MeshStandardMaterial;
      material.transparent = isShown;
      material.opacity = isShown ? 0.35 : 1;
      // bars inside the spheres must show through
      material.depthWrite = !isShown;
      material.needsUpdate = true;
    },
    showNecks(isShown) {
      necks.visible = isShown;
    },
    mark(index) {
      const marked = new THREE.Color(MARK_COLOUR);
      colours.forEach((colour, i) => spheres.setColorAt(i, i === index ? marked : colour));
      if (spheres.instanceColor) spheres.instanceColor.needsUpdate = true;
    },
    dispose() {
      spheres.dispose();
      scene.traverse((part) => {
        if (!(part instanceof THREE.Mesh)) return;
        part.geometry.dispose();
        part.material.dispose();
      });
    },
  };
}

/** x to the right, y up, z towards the viewer: the frame of simulated images is that of the page. */
function place(data: ViewerData, index: number): THREE.Vector3 {
  const { x, y, z } = data.particles[index];
  return new THREE.Vector3(x, y, z);
}

function sphereMesh(data: ViewerData): THREE.InstancedMesh {
  const geometry = new THREE.IcosahedronGeometry(1, 4);
  const material = new THREE.MeshStandardMaterial({ roughness: 0.65 });
  const mesh = new THREE.InstancedMesh(geometry, material, data.particles.length);
  data.particles.forEach(({ radius, material: index }, i) => {
    const matrix = new THREE.Matrix4().makeScale(radius, radius, radius).setPosition(place(data, i));
    mesh.setMatrixAt(i, matrix);
    mesh.setColorAt(i, new THREE.Color(data.materials[index].colour));
  });
  return mesh;
}

function contactColour({ isHetero, probability }: ViewerContact): THREE.Color {
  if (probability === undefined) return new THREE.Color(isHetero ? HETERO_COLOUR : HOMO_COLOUR);
  const [improbable, certain] = PROBABILITY_COLOURS;
  return new THREE.Color(improbable).lerp(new THREE.Color(certain), probability);
}

function contactBar(data: ViewerData, contact: ViewerContact): THREE.Mesh {
  const { first, second } = contact;
  const [a, b] = [place(data, first), place(data, second)];
  const thickness = BAR_SHARE * Math.min(data.particles[first].radius, data.particles[second].radius);
  const geometry = new THREE.CylinderGeometry(thickness, thickness, a.distanceTo(b), 10);
  const material = new THREE.MeshStandardMaterial({ color: contactColour(contact) });
  const bar = new THREE.Mesh(geometry, material);
  bar.position.copy(a).lerp(b, 0.5);
  // a cylinder stands along y
  bar.quaternion.setFromUnitVectors(new THREE.Vector3(0, 1, 0), b.sub(a).normalize());
  return bar;
}

function neckRing(data: ViewerData, contact: ViewerContact): THREE.Mesh {
  const [a, b] = [place(data, contact.first), place(data, contact.second)];
  const geometry = new THREE.TorusGeometry(contact.neckRadius, 0.05 * contact.neckRadius, 8, 36);
  const ring = new THREE.Mesh(geometry, new THREE.MeshStandardMaterial({ color: contactColour(contact) }));
  const along = b.sub(a).normalize();
  ring.position.copy(a).addScaledVector(along, contact.neckAlong);
  // a torus lies about z
  ring.quaternion.setFromUnitVectors(new THREE.Vector3(0, 0, 1), along);
  return ring;
}
