import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BuiltStudio } from "./studio-page.ts";

/** The sample that comes with the page, as a file. */
export async function sampleFile({ site, scratch }: BuiltStudio, name: string): Promise<string> {
  const script = Buffer.from(site.get(`${name}.part.js`)?.bytes() ?? []).toString();
  const packed = Buffer.from(/, "(.*)"\);/.exec(script)?.[1] ?? "", "base64");
  const bytes = await new Response(
    new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip")),
  ).arrayBuffer();
  const path = join(scratch, name);
  writeFileSync(path, Buffer.from(bytes));
  return path;
}
