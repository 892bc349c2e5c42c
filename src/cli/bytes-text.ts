/** A number of bytes as people say it. */
export function bytesText(bytes: number): string {
  const [scale, unit] = bytes < 1e6 ? [1e3, "kB"] : bytes < 1e9 ? [1e6, "MB"] : [1e9, "GB"];
  const value = bytes / scale;
  return `${value.toFixed(value < 10 ? 1 : 0)} ${unit}`;
}
