/**
 * The text of a run file: what was asked for, with which version. No clock and no machine, so that the same call
 * gives the same bytes.
 */
export function runRecord(
  command: string,
  version: string,
  settings: Readonly<Record<string, unknown>>,
): string {
  return `${JSON.stringify({ command, heterostemVersion: version, node: process.version, ...settings }, null, 2)}\n`;
}
