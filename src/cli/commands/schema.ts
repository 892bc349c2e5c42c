import { z } from "zod";
import { inversionRecipeSchema } from "../../inverse/index.ts";
import { defineCommand } from "../command.ts";

/** `heterostem schema`: what a recipe may hold, for editors. */
export const schemaCommand = defineCommand({
  name: "schema",
  summary: "Print the JSON schema of recipes: keys, units, ranges and defaults, for editors",
  arguments: {},
  flags: {},
  example: "schema > recipe.schema.json",
  run() {
    const schema = z.toJSONSchema(inversionRecipeSchema, { io: "input" });
    return Promise.resolve({ text: JSON.stringify(schema, null, 2), json: schema });
  },
});
