import { stringify } from "yaml";

/** A value as YAML; text, numbers and lists read back as they are. */
export function yamlText(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}
