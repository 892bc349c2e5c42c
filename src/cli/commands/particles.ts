import type { CommandGroup } from "../command.ts";
import { particlesFind } from "./particles/find.ts";
import { particlesSuggest } from "./particles/suggest.ts";
import { particlesTrain } from "./particles/train.ts";

/** `heterostem particles`: the primary particles of real images; without a subcommand it finds them. */
export const particlesGroup: CommandGroup = {
  name: "particles",
  summary: "Find and measure the primary particles of aggregates and catalysts",
  subcommands: [particlesFind, particlesTrain, particlesSuggest],
  defaultSubcommand: "find",
};
