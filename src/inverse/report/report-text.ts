/** A quantity's name with its unit in brackets. */
export function nameWithUnit(name: string, unit: string): string {
  return unit === "" ? name : `${name} [${unit}]`;
}

/** A quantity's name as it fits over a small figure. */
export function figureTitle(name: string): string {
  return name.replace(/, this aggregate$/, " (this)");
}

/** A unit as it follows a number. */
export function unitText(unit: string): string {
  return unit === "" ? "" : ` ${unit}`;
}

/** A share in percent. */
export function percent(share: number): string {
  return Number.isFinite(share) ? `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %` : "–";
}

/** A number with three digits. */
export function short(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(3))) : "–";
}
