import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** `npm run bench -- NAME [flags]` runs bench/NAME.ts, which prints JSON lines. */
interface Benchmark {
  run(args: readonly string[]): Promise<void>;
}

const [name, ...args] = process.argv.slice(2);
const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(".js") && file !== "main.js")
  .map((file) => file.slice(0, -3));

if (name === undefined || !existsSync(join(import.meta.dirname, `${name}.js`))) {
  process.stderr.write(`bench: wanted one of ${names.join(", ")}, got ${name ?? "nothing"}\n`);
  process.exitCode = 2;
} else {
  const benchmark = (await import(`./${name}.js`)) as Benchmark;
  await benchmark.run(args);
}
