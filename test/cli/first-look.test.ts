import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { openPage } from "../helpers/page.ts";

const PROGRAM = resolve(import.meta.dirname, "../../dist/src/cli/main.js");

test(
  "demo --open writes the first look, opens the studio and trains nothing",
  { timeout: 180_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "heterostem-first-look-"));
    try {
      // no browser is found on an empty path: the address is printed all the same
      const program = spawn(process.execPath, [PROGRAM, "demo", "--open", "--port", "0", "--out", "demo"], {
        cwd: folder,
        env: { ...process.env, PATH: "" },
      });
      const ended = once(program, "exit");
      let printed = "";
      program.stderr.setEncoding("utf8").on("data", (text: string) => (printed += text));
      const address = await new Promise<string>((found, failed) => {
        program.stderr.on("data", () => {
          const at = /The studio is at (\S+)/.exec(printed);
          if (at !== null) found(at[1]);
        });
        program.on("exit", () => failed(new Error(printed)));
      });
      expect((await fetch(address)).status).toBe(200);
      const path = /First look, to be opened in a browser: (.*)/.exec(printed)?.[1] ?? "";
      const page = openPage(readFileSync(path, "utf8"));
      expect(page.title).toBe("heterostem: a first look");
      expect(page.words).not.toContain("report.html");
      expect(page.headings).toContain("The aggregates in 3D");
      expect(existsSync(join(folder, "demo"))).toBe(false);
      program.kill("SIGINT");
      expect(await ended).toEqual([0, null]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
