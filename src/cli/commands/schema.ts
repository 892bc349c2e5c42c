import { z } from "zod";
import { studySchema } from "../../inverse/index.ts";
import type { CommandSpec } from "../command.ts";

/** `heterostem schema`: what a recipe may hold, for editors. */
export const schemaCommand: CommandSpec = {
  name: "schema",
  summary: "Print the JSON schema of recipes: keys, units, ranges and defaults, for editors",
  arguments: [],
  flags: [],
  example: "schema > study.schema.json",
  run() {
    const schema = z.toJSONSchema(studySchema, { io: "input" });
    return Promise.resolve({ text: JSON.stringify(schema, null, 2), json: schema });
  },
};
