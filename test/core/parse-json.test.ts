import { describe, expect, test } from "vitest";
import { z } from "zod";
import { parseJson } from "../../src/core/parse-json.ts";

const schema = z.object({
  format: z.literal("corpus/2"),
  shards: z.array(z.object({ file: z.string(), start: z.int().min(0) })),
});
const context = { action: "open corpus", where: "manifest.json" };
const messageOf = (value: unknown) => {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  try {
    parseJson(text, schema, context);
  } catch (error) {
    return (error as Error).message;
  }
  return "";
};

describe("parseJson() names the first key that is wrong, what was wanted and what came", () => {
  test.each([
    [{ format: "corpus/1", shards: [] }, 'format must be corpus/2, got "corpus/1"'],
    [{ format: "corpus/2" }, "shards must be a list, got nothing"],
    [{ format: "corpus/2", shards: [{ file: 3, start: 0 }] }, "shards.0.file must be a text, got 3"],
    [{ format: "corpus/2", shards: [{ file: "a", start: -1 }] }, "shards.0.start must be 0 or more, got -1"],
    [[], "the whole must be a record, got []"],
    [null, "the whole must be a record, got null"],
  ])("%j", (value, text) => expect(messageOf(value)).toContain(`Cannot open corpus: ${text}`));

  test("text that is no JSON is repeated in part, made visible", () => {
    expect(messageOf("\u001b[31mnot json")).toBe(
      "Cannot open corpus: wanted valid JSON, got \\u{1b}[31mnot json (manifest.json)",
    );
    expect(messageOf("")).toBe("Cannot open corpus: wanted valid JSON, got nothing (manifest.json)");
  });

  test("gives no prototype to a value that names one", () => {
    const loose = z.looseObject({});
    const value = parseJson('{"__proto__": {"polluted": true}}', loose, context);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    expect(value).not.toHaveProperty("polluted");
  });
});
