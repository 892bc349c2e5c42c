/** A quantity's name as it fits over a small figure. */
export function figureTitle(name: string): string {
  return name.replace(/\(this aggregate\)$/, "(this)");
}
