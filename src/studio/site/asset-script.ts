import { gzipSync } from "node:zlib";

/**
 * A part of the page as a script that hands it over: pages that are opened from a disk may load scripts, but no other files.
 *
 * @param name by which the page asks for it
 * @param bytes what it is
 * @returns JavaScript that calls the page's `heterostemAsset` with the bytes, gzipped and as base64
 */
export function assetScript(name: string, bytes: Uint8Array): string {
  const text = Buffer.from(gzipSync(bytes, { level: 9 })).toString("base64");
  return `heterostemAsset(${JSON.stringify(name)}, "${text}");\n`;
}
