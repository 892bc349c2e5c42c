import type { CommandSpec } from "../command.ts";
import { generateCommand } from "./generate.ts";

/** All commands, in the order of the help. */
export const COMMANDS: readonly CommandSpec[] = [generateCommand];
