import type { ViewerData } from "../web/index.ts";

/** The numbers of one particle as a line of text. */
export function particleText(data: ViewerData, index: number): string {
  const { x, y, z, radius, material, contacts, heteroContacts } = data.particles[index];
  const place = [x, y, z].map((value) => value.toFixed(1)).join(", ");
  return (
    `Particle ${index}: ${data.materials[material].name}, radius ${radius.toFixed(2)} nm, ` +
    `${contacts} contacts (${heteroContacts} hetero), centre ${place} nm`
  );
}
