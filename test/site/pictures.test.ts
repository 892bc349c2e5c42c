import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const TUTORIALS = resolve(import.meta.dirname, "../../docs/tutorials");

describe("every tutorial shows what comes out", () => {
  test.each(readdirSync(TUTORIALS))("%s has a picture, in words too, and a small file", (page) => {
    const text = readFileSync(join(TUTORIALS, page), "utf8");
    const pictures = [...text.matchAll(/!\[([^\]]*)\]\(([^)]+)\)/g)];
    expect(pictures.length).toBeGreaterThan(0);
    for (const [, words, path] of pictures) {
      expect(words.length, path).toBeGreaterThan(30);
      expect(existsSync(join(TUTORIALS, path)), path).toBe(true);
      expect(statSync(join(TUTORIALS, path)).size, path).toBeLessThan(400_000);
    }
  });
});
