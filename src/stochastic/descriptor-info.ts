/** What a report needs to know of a descriptor. */
export interface DescriptorInfo<Key extends string> {
  readonly key: Key;
  /** Short text for axes and tables, without the unit. */
  readonly label: string;
  /** "nm", "nm2" ..., or "" for a pure number. */
  readonly unit: string;
  readonly description: string;
}
